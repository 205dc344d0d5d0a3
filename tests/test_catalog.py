import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from sensorium.catalog import APPLICATION_ID, Catalog, Entry, Ledger
from sensorium.errors import Corrupt


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        yield catalog


@pytest.fixture
def ledger(catalog: Catalog) -> Ledger:
    return catalog.ledger("default", "photos", 1.0)


def entry(source: str = "file:///a", content: str = "c1", settings: str = "s1", tags: str = "t1") -> Entry:
    return Entry(source, 10, 20, content, settings, tags, "text", 2, 30.0)


def test_an_entry_comes_back_as_it_was(ledger: Ledger) -> None:
    assert ledger.entry("file:///a") is None
    ledger.settle([], [entry()])
    assert ledger.entry("file:///a") == entry()
    assert ledger.entries() == [entry()]


def test_journalled_keys_are_known_before_they_are_stored(ledger: Ledger) -> None:
    ledger.journal([("k1", "file:///a", "v1"), ("k2", "file:///a", "v1")])
    assert ledger.keys("file:///a") == ["k1", "k2"]
    assert ledger.keys("file:///a", stored=True) == []
    ledger.settle(["k1"], [])
    assert ledger.keys("file:///a", "v1", stored=True) == ["k1"]
    assert ledger.sources() == ["file:///a"], "a source that was begun is not lost from sight"


def test_settling_a_new_version_forgets_the_keys_of_the_old(ledger: Ledger) -> None:
    old, new = entry(content="c1"), entry(content="c2")
    ledger.journal([("k1", old.source, old.version), ("k2", old.source, old.version)])
    ledger.settle(["k1", "k2"], [old])
    ledger.journal([("k1", new.source, new.version)])
    assert ledger.stale(new.source, new.version) == ["k2"]
    ledger.settle(["k1"], [new])
    assert ledger.keys(new.source) == ["k1"]
    assert ledger.stale(new.source, new.version) == []


def test_twins_share_bytes(ledger: Ledger) -> None:
    ledger.settle([], [entry("file:///a"), entry("file:///b", settings="s2"), entry("file:///c", content="c2")])
    assert [twin.source for twin in ledger.twins("c1")] == ["file:///a", "file:///b"]


def test_sources_below_a_folder(ledger: Ledger) -> None:
    ledger.settle([], [entry("file:///a/x"), entry("file:///ab/x"), entry("file:///A/x"), entry("file:///a/%25_y")])
    assert ledger.sources("file:///a/") == ["file:///a/%25_y", "file:///a/x"]


def test_a_success_forgets_the_failure(ledger: Ledger) -> None:
    ledger.fail("file:///a", "unreadable", "truncated")
    assert ledger.failures() == [("file:///a", "unreadable", "truncated")]
    ledger.settle([], [entry()])
    assert ledger.failures() == []


def test_forgetting(ledger: Ledger) -> None:
    version = entry().version
    ledger.journal([("k1", "file:///a", version), ("k2", "file:///a", version), ("k3", "file:///b", version)])
    ledger.settle(["k1", "k2", "k3"], [entry("file:///a"), entry("file:///b")])
    ledger.forget_keys(["k1", "no such key"])
    assert ledger.entry("file:///a") is not None
    ledger.forget_keys(["k2"])
    assert ledger.sources() == ["file:///b"]
    ledger.forget(["file:///b"])
    assert ledger.sources() == []


def test_ledgers_are_apart_and_a_remade_index_starts_empty(catalog: Catalog) -> None:
    one, other = catalog.ledger("default", "one", 1.0), catalog.ledger("default", "two", 1.0)
    one.settle([], [entry()])
    assert other.entries() == []
    assert catalog.ledger("default", "one", 1.0).entries() == [entry()]
    assert catalog.ledger("default", "one", 2.0).entries() == []


def test_it_is_kept(tmp_path: Path) -> None:
    with Catalog(tmp_path / "c.db") as first:
        first.ledger("b", "n", 1.0).settle([], [entry()])
    with Catalog(tmp_path / "c.db") as second:
        assert second.ledger("b", "n", 1.0).entry("file:///a") == entry()


def test_a_failed_transaction_leaves_nothing(catalog: Catalog, ledger: Ledger) -> None:
    def broken() -> None:
        with catalog.transaction() as database:
            database.execute("INSERT INTO failures VALUES (1, 's', 'c', 'r', 0)")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        broken()
    assert ledger.failures() == []


def test_threads_share_it(ledger: Ledger) -> None:
    def write(number: int) -> None:
        for i in range(20):
            ledger.journal([(f"k{number}-{i}", f"file:///{number}", "v")])

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(len(ledger.keys(f"file:///{number}")) for number in range(4)) == 80


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
    with Catalog(tmp_path / "catalog.db") as catalog:
        catalog.ledger("default", "photos", 1.0).settle([], [entry()])
    database = sqlite3.connect(tmp_path / "catalog.db")
    database.execute("ALTER TABLE sources DROP COLUMN etag")
    database.execute("PRAGMA user_version=1")
    database.commit()
    database.close()
    for _ in range(2):
        with Catalog(tmp_path / "catalog.db") as catalog:
            ledger = catalog.ledger("default", "photos", 1.0)
            assert ledger.entry("file:///a") == entry()
            ledger.touch([replace(entry("s3://b/a"), etag="e1")])
            found = ledger.entry("s3://b/a")
            assert found is not None
            assert found.etag == "e1"


def test_owners_of_keys(ledger: Ledger) -> None:
    ledger.journal([(f"k{number}", f"file:///{number % 2}", "v1") for number in range(1_200)])
    owners = ledger.owners([*(f"k{number}" for number in range(1_200)), "unknown"])
    assert len(owners) == 1_200
    assert owners["k3"] == ("file:///1", "v1")
    assert ledger.owners([]) == {}
