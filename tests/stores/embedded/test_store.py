"""Buckets and indexes as folders: made, found, dropped and made again; what is not ours stays as it is."""

from __future__ import annotations

import gc
import os
import sqlite3
import time
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.errors import Conflict, Corrupt, Invalid, NotFound
from sensorium.stores.base import IndexSpec, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, database
from sensorium.stores.embedded import store as module
from sensorium.types import Metric, Record

SPEC = IndexSpec("default", "index", 8)


def folder_of(home: Path, name: str = "index") -> Path:
    return home / "buckets" / "default" / name


def bytes_of(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_home_is_made_only_when_something_is_kept(home: Path) -> None:
    with EmbeddedStore(home / "none") as store:
        assert store.buckets() == []
        with pytest.raises(NotFound, match="no bucket 'default'"):
            store.open("default", "index")
        assert not (home / "none").exists()
        store.create_bucket("default")
        assert store.buckets() == ["default"]


def test_all_of_a_specification_is_kept(home: Path, store: EmbeddedStore) -> None:
    wanted = IndexSpec("default", "full", 5, Metric.EUCLIDEAN, frozenset({"text"}), (TextKey("text"),), "builtin@1")
    made = store.create(wanted).spec
    assert abs(made.created_s - time.time()) < 60
    with EmbeddedStore(home) as other:
        assert other.open("default", "full").spec == made
        assert other.indexes("default") == [made]


@pytest.mark.parametrize("name", ["..", "../default", "a/b", "", "x" * 300, ".work", "C:\\x", "Index"])
def test_no_name_leads_out_of_the_home(store: EmbeddedStore, name: str) -> None:
    with pytest.raises(NotFound):
        store.open(name, "index")
    with pytest.raises(NotFound):
        store.open("default", name)
    with pytest.raises(NotFound):
        store.indexes(name)
    with pytest.raises(Invalid):
        store.create_bucket(name)


def test_two_stores_cannot_make_the_same_index(home: Path, store: EmbeddedStore, index: EmbeddedIndex) -> None:
    with EmbeddedStore(home) as other:
        with pytest.raises(Conflict, match="default/index already"):
            other.create(SPEC)
        with pytest.raises(Conflict, match="'default' already"):
            other.create_bucket("default")
        with pytest.raises(Conflict, match="still holds 1"):
            other.drop_bucket("default")
    assert list((home / "buckets" / ".work").iterdir()) == []


def test_a_race_for_a_name_has_one_winner(
    home: Path, store: EmbeddedStore, index: EmbeddedIndex, make_records: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.put(make_records(3))
    monkeypatch.setattr(Path, "exists", lambda self: False)  # both looked before either made it
    with pytest.raises(Conflict, match="default/index already"):
        store._layout.create_index(SPEC)
    monkeypatch.undo()
    assert index.count() == 3
    assert list((home / "buckets" / ".work").iterdir()) == []


def test_a_drop_leaves_nothing(home: Path, store: EmbeddedStore, index: EmbeddedIndex, make_records: Any) -> None:
    index.put(make_records(3))
    store.drop("default", "index")
    assert not folder_of(home).exists()
    assert list((home / "buckets" / ".work").iterdir()) == []
    with pytest.raises(NotFound):
        store.drop("default", "index")
    store.drop_bucket("default")
    assert store.buckets() == []


def test_a_drop_that_a_crash_cut_short_is_finished(home: Path, store: EmbeddedStore, index: EmbeddedIndex) -> None:
    index.mark_dropped()
    assert folder_of(home).exists()
    with EmbeddedStore(home) as other:
        with pytest.raises(NotFound):
            other.open("default", "index")
        assert other.indexes("default") == []
        assert other.create(SPEC).count() == 0
        other.open("default", "index").mark_dropped()
        other.drop_bucket("default")
        assert other.buckets() == []


def test_a_damaged_index_can_be_dropped(home: Path, store: EmbeddedStore, index: EmbeddedIndex) -> None:
    store.close()
    next(folder_of(home).glob("*.slots")).unlink()
    with EmbeddedStore(home) as other:
        with pytest.raises(Corrupt, match=r"slot file .* is missing"):
            other.open("default", "index")
        other.drop("default", "index")
        assert not folder_of(home).exists()


def test_a_folder_without_a_database_is_damaged(home: Path, store: EmbeddedStore) -> None:
    folder_of(home).mkdir()
    with pytest.raises(Corrupt, match=r"one database, records\.ID\.sqlite, found 0"):
        store.open("default", "index")


@pytest.mark.parametrize(
    ("pragma", "code", "message"),
    [
        ("application_id = 12", "foreign", "another program .application id 0xc"),
        ("user_version = 99", "newer_format", "newer format 99, this Sensorium reads up to 2"),
    ],
)
def test_a_foreign_or_newer_database_is_refused_and_not_touched(
    home: Path, store: EmbeddedStore, index: EmbeddedIndex, pragma: str, code: str, message: str
) -> None:
    store.close()
    (path,) = folder_of(home).glob("records.*.sqlite")
    with closing(sqlite3.connect(path)) as connection:
        connection.execute(f"PRAGMA {pragma}")
    before = bytes_of(folder_of(home))
    with EmbeddedStore(home) as other:
        for call in (other.open, other.drop):
            with pytest.raises(Corrupt, match=message) as caught:
                call("default", "index")
            assert caught.value.code == code
            assert caught.value.path == str(path)
    assert bytes_of(folder_of(home)) == before


@pytest.mark.parametrize("content", [b"", b"x", b"no database at all, but longer than a page " * 200])
def test_what_is_no_database_is_refused_and_not_touched(
    home: Path, store: EmbeddedStore, index: EmbeddedIndex, content: bytes
) -> None:
    store.close()
    (path,) = folder_of(home).glob("records.*.sqlite")
    path.write_bytes(content)
    with EmbeddedStore(home) as other, pytest.raises(Corrupt, match=r"not a database|another program"):
        other.open("default", "index")
    assert path.read_bytes() == content


def test_a_slot_file_of_another_index_is_refused(home: Path, store: EmbeddedStore, index: EmbeddedIndex) -> None:
    store.create(IndexSpec("default", "other", 8))
    store.close()
    (other,) = folder_of(home, "other").glob("*.slots")
    (own,) = folder_of(home).glob("*.slots")
    own.write_bytes(other.read_bytes())
    with EmbeddedStore(home) as again, pytest.raises(Corrupt, match="belongs to another index"):
        again.open("default", "index")


def test_a_closed_store_says_so(store: EmbeddedStore, index: EmbeddedIndex, make_records: Any) -> None:
    store.close()
    store.close()
    for call in (lambda: store.open("default", "index"), index.count, lambda: index.put(make_records(1))):
        with pytest.raises(Invalid, match="store is closed"):
            call()


def test_an_index_is_opened_once(store: EmbeddedStore, index: EmbeddedIndex) -> None:
    assert store.open("default", "index") is index
    assert store.open("default", "index") is index


def test_what_a_crash_left_behind_is_swept_after_an_hour(home: Path, store: EmbeddedStore) -> None:
    work = home / "buckets" / ".work"
    for name, age_s in (("old", 7200), ("new", 60)):
        (work / name).mkdir(parents=True)
        (work / name / "records.x.sqlite").write_bytes(b"")
        os.utime(work / name, (time.time() - age_s,) * 2)
    EmbeddedStore(home).close()
    assert [path.name for path in work.iterdir()] == ["new"]
    assert store.buckets() == ["default"]


def test_an_index_dropped_while_it_is_listed_is_left_out(
    store: EmbeddedStore, index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.close()

    def gone(*_: object) -> EmbeddedIndex:
        raise FileNotFoundError

    monkeypatch.setattr(module, "EmbeddedIndex", gone)
    with EmbeddedStore(store._layout.home) as other:
        assert other.indexes("default") == []


def test_an_index_that_is_dropped_while_it_is_opened_is_not_found(
    home: Path, store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """SQLite opens several files one after the other, and tells of a failing disk where one has gone meanwhile."""
    store.create(IndexSpec("default", "kept", 4))
    store.create(IndexSpec("default", "gone", 4))
    checked, begun = database._checked_version, []

    def dropped(connection: sqlite3.Connection, path: Path) -> int:
        if path.parent.name == "gone" and not begun:
            begun.append(path)
            store.drop("default", "gone")
            error = sqlite3.OperationalError("disk I/O error")
            error.sqlite_errorcode = sqlite3.SQLITE_IOERR_FSTAT
            raise error
        return checked(connection, path)

    monkeypatch.setattr(database, "_checked_version", dropped)
    with EmbeddedStore(home) as other:
        (home / "copy").mkdir()
        assert [spec.name for spec, _ in other.backup(home / "copy")] == ["kept"]
        with pytest.raises(NotFound):
            other.open("default", "gone")


@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")
def test_an_index_that_another_process_drops_leaves_no_file_open(home: Path, store: EmbeddedStore) -> None:
    with EmbeddedStore(home) as other:
        for _ in range(2):
            store.create(IndexSpec("default", "again", 4)).put([Record("a", np.ones(4, np.float32), {})])
            assert other.open("default", "again").count() == 1
            store.drop("default", "again")
        gc.collect()
