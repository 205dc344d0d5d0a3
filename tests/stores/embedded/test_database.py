"""Transactions of one database: durable settings, whole writes, readers that see one moment."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sensorium.errors import Corrupt, Invalid, Unavailable
from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded import EmbeddedStore
from sensorium.stores.embedded import database as database_module
from sensorium.stores.embedded.database import Database
from sensorium.stores.embedded.staterow import StateRow, spec_text
from sensorium.types import Record

STATE = StateRow(0, 0, 0, 0, 0, 0, b"o" * 16, spec_text(IndexSpec("b", "n", 4)))


@pytest.fixture
def path(home: Path) -> Path:
    path = home / "records.1.sqlite"
    Database.create(path, STATE)
    return path


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(path, lock_timeout_s=0.2)
    yield database
    database.close()


def test_commits_are_flushed_and_logged_ahead(path: Path, database: Database) -> None:
    with database.read() as connection:
        assert connection.execute("PRAGMA synchronous").fetchone() == (2,)  # FULL
        assert connection.execute("PRAGMA journal_mode").fetchone() == (b"wal",)
        assert connection.execute("PRAGMA application_id").fetchone() == (0x53454E53,)
        assert connection.execute("PRAGMA user_version").fetchone() == (2,)
        assert StateRow.read(connection, path) == STATE


def test_a_failed_write_changes_nothing(path: Path, database: Database) -> None:
    def fail() -> None:
        with database.write() as connection:
            STATE._replace(seq=9).write(connection)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    with database.read() as connection:
        assert StateRow.read(connection, path).seq == 0
    with database.write() as connection:
        STATE._replace(seq=1).write(connection)


def test_a_writer_keeps_the_pages_that_it_changes_and_gives_their_memory_back(database: Database) -> None:
    with database.write() as connection:
        assert connection.execute("PRAGMA cache_size").fetchone() == (-65536,)
    with database.read() as again:
        assert again is connection
        assert connection.execute("PRAGMA cache_size").fetchone() == (-2048,)
    with pytest.raises(ZeroDivisionError), database.write():
        raise ZeroDivisionError
    with database.read() as connection:
        assert connection.execute("PRAGMA cache_size").fetchone() == (-2048,)
        assert connection.execute("PRAGMA wal_autocheckpoint").fetchone() == (16384,)


def test_a_reader_sees_one_moment(path: Path, database: Database) -> None:
    with database.read() as reader:
        assert StateRow.read(reader, path).seq == 0
        with database.write() as writer:
            STATE._replace(seq=1).write(writer)
        assert StateRow.read(reader, path).seq == 0
    with database.read() as reader:
        assert StateRow.read(reader, path).seq == 1


def test_a_thread_that_waits_too_long_says_so(database: Database) -> None:
    waiting, done = threading.Event(), threading.Event()

    def hold() -> None:
        with database.write():
            waiting.set()
            done.wait(60)

    holder = threading.Thread(target=hold)
    holder.start()
    waiting.wait(60)
    started = time.monotonic()
    with pytest.raises(Unavailable, match=r"waited [\d.]+ s"), database.write():
        pytest.fail("two writers at once")
    assert time.monotonic() - started < 5
    done.set()
    holder.join()
    with database.write():
        pass


def test_a_closed_database_says_so_and_keeps_no_file_open(path: Path, database: Database) -> None:
    with database.read() as connection:
        database.close()
        assert StateRow.read(connection, path) == STATE  # what is lent stays usable
    with pytest.raises(Invalid, match="closed"), database.read():
        pytest.fail("read of a closed database")
    assert sorted(entry.name for entry in path.parent.iterdir()) == [path.name]  # the log is gone with the last one


def test_a_missing_file_is_not_made(home: Path) -> None:
    with pytest.raises(FileNotFoundError):
        Database(home / "none.sqlite")
    assert list(home.iterdir()) == []


def test_a_truncated_file_is_damaged(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(Corrupt, match="is damaged"):
        Database(path)


def test_free_room_goes_back_to_the_disk_while_others_read(home: Path) -> None:
    with EmbeddedStore(home, lock_timeout_s=0.5) as store:  # so long whoever compacts waits for who reads
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "index", 4))
        rows = np.ones((3000, 4), np.float32)
        index.put(Record(f"key-{i}", rows[i], {"text": "x" * 1000}) for i in range(3000))
        index.compact()  # from the log into the database
        index.delete([f"key-{i}" for i in range(100, 3000)])
        (path,) = home.glob("buckets/default/index/records.*.sqlite")
        before = path.stat().st_size
        with EmbeddedStore(home) as other, other.open("default", "index")._opened.reading() as moment:
            index.compact()
            assert len(moment.connection.execute("SELECT slot FROM records").fetchall()) == 100  # of its moment
        index.compact()  # now that nobody reads the old pages
        assert path.stat().st_size < before / 5
        assert [file.stat().st_size for file in home.glob("buckets/default/index/*-wal")] == [0]
        assert index.verify().records == 100
        assert index.verify().damages == ()


def test_writers_do_not_wait_for_who_reads_beside_a_compaction(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(database_module, "_READERS_S", 0.1)
    with EmbeddedStore(home, lock_timeout_s=1000) as store:
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "index", 4))
        index.put(Record(f"key-{i}", np.ones(4, np.float32), {}) for i in range(10))
        with EmbeddedStore(home) as other, other.open("default", "index")._opened.reading():
            index.delete(["key-0"])
            assert index.compact() == 1
            assert index.put([Record("new", np.ones(4, np.float32), {})]) == 1
        assert index.verify().records == 10
