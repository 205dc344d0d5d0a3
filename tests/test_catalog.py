import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sensorium.catalog import APPLICATION_ID, Catalog
from sensorium.errors import Corrupt
from sensorium.ledger import Entry, Ledger


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        yield catalog


def test_a_failed_transaction_leaves_nothing(catalog: Catalog) -> None:
    def broken() -> None:
        with catalog.transaction() as database:
            database.execute("INSERT INTO indexes (bucket, name, created_s) VALUES ('b', 'n', 0)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert catalog.rows("SELECT * FROM indexes", ()) == []


def test_threads_share_it(catalog: Catalog) -> None:
    def write(number: int) -> None:
        for i in range(20):
            with catalog.transaction() as database:
                database.execute(
                    "INSERT INTO indexes (bucket, name, created_s) VALUES (?,?,0)", (f"b{number}", f"n{i}")
                )

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert catalog.rows("SELECT count(*) FROM indexes", ()) == [(80,)]


def test_foreign_newer_and_broken_files_are_refused_untouched(tmp_path: Path) -> None:
    broken = tmp_path / "broken.db"
    broken.write_bytes(b"no database" * 500)
    foreign, newer = tmp_path / "foreign.db", tmp_path / "newer.db"
    for path, application, version in ((foreign, 7, 1), (newer, APPLICATION_ID, 99)):
        database = sqlite3.connect(path)
        database.executescript(
            f"CREATE TABLE t (x); PRAGMA application_id={application}; PRAGMA user_version={version};"
        )
        database.close()
    for path, message in ((broken, "not a Sensorium catalog"), (foreign, "another program"), (newer, "newer")):
        before = path.read_bytes()
        with pytest.raises(Corrupt, match=message):
            Catalog(path)
        assert path.read_bytes() == before


def test_a_catalog_of_the_first_format_learns_of_etags(tmp_path: Path) -> None:
    entry = Entry("file:///a", 10, 20, "c1", "s1", "t1", "text", 2, 30.0)
    with Catalog(tmp_path / "catalog.db") as catalog:
        Ledger.of(catalog, "default", "photos", 1.0).settle([], [entry])
    database = sqlite3.connect(tmp_path / "catalog.db")
    database.execute("ALTER TABLE sources DROP COLUMN etag")
    database.execute("PRAGMA user_version=1")
    database.commit()
    database.close()
    for _ in range(2):
        with Catalog(tmp_path / "catalog.db") as catalog:
            ledger = Ledger.of(catalog, "default", "photos", 1.0)
            assert ledger.entry("file:///a") == entry
            ledger.touch([replace(entry, source="s3://b/a", etag="e1")])
            found = ledger.entry("s3://b/a")
            assert found is not None
            assert found.etag == "e1"
