from collections.abc import Iterator
from pathlib import Path

import pytest

from sensorium.catalog import Catalog
from sensorium.ledger import Entry, Ledger


@pytest.fixture
def catalog(tmp_path: Path) -> Iterator[Catalog]:
    with Catalog(tmp_path / "catalog.db") as catalog:
        yield catalog


@pytest.fixture
def ledger(catalog: Catalog) -> Ledger:
    return Ledger.of(catalog, "default", "photos", 1.0)


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
    one, other = Ledger.of(catalog, "default", "one", 1.0), Ledger.of(catalog, "default", "two", 1.0)
    one.settle([], [entry()])
    assert other.entries() == []
    assert Ledger.of(catalog, "default", "one", 1.0).entries() == [entry()]
    assert Ledger.of(catalog, "default", "one", 2.0).entries() == []


def test_it_is_kept(tmp_path: Path) -> None:
    with Catalog(tmp_path / "c.db") as first:
        Ledger.of(first, "b", "n", 1.0).settle([], [entry()])
    with Catalog(tmp_path / "c.db") as second:
        assert Ledger.of(second, "b", "n", 1.0).entry("file:///a") == entry()


def test_owners_of_keys(ledger: Ledger) -> None:
    ledger.journal([(f"k{number}", f"file:///{number % 2}", "v1") for number in range(1_200)])
    owners = ledger.owners([*(f"k{number}" for number in range(1_200)), "unknown"])
    assert len(owners) == 1_200
    assert owners["k3"] == ("file:///1", "v1")
    assert ledger.owners([]) == {}
