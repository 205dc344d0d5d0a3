"""Records away from an index and its ledger."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium import removal
from sensorium.catalog import Catalog
from sensorium.errors import Conflict, Corrupt, NotFound
from sensorium.filter import parse
from sensorium.ledger import Entry, Ledger
from sensorium.stores.base import Index, IndexSpec
from sensorium.stores.memory import MemoryStore
from sensorium.types import Record

COUNT = 1200


@pytest.fixture
def index() -> Index:
    """1,200 records of 12 sources, half of them even."""
    store = MemoryStore()
    store.create_bucket("default")
    index = store.create(IndexSpec("default", "things", 2))
    index.put(
        Record(f"{n:04d}", np.array([1, n], np.float32), {"source": f"file:///d/{n // 100}.txt", "even": n % 2 == 0})
        for n in range(COUNT)
    )
    return index


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Ledger]:
    """The catalog knows the first source only."""
    with Catalog(tmp_path / "catalog.db") as catalog:
        ledger = Ledger.of(catalog, "default", "things", 1.0)
        entry = Entry("file:///d/0.txt", 1, 1, "c", "s", "t", "text", 100, 1.0)
        keys = [f"{n:04d}" for n in range(100)]
        ledger.journal((key, entry.source, entry.version) for key in keys)
        ledger.settle(keys, [entry])
        yield ledger


def test_matching_records_go_page_by_page(index: Index, ledger: Ledger) -> None:
    assert removal.remove_matching(index, ledger, parse({"even": True})) == COUNT // 2
    assert index.count() == COUNT // 2
    assert len(ledger.keys("file:///d/0.txt")) == 50
    assert removal.remove_matching(index, ledger, parse({"even": True})) == 0


def test_a_source_goes_whether_the_catalog_knows_it_or_not(index: Index, ledger: Ledger) -> None:
    assert removal.remove_sources(index, ledger, ["file:///d/0.txt"]) == 100
    assert ledger.sources() == []
    assert removal.remove_sources(index, ledger, ["file:///d/1.txt"]) == 100
    assert removal.remove_sources(index, ledger, ["file:///d/"]) == 1000
    assert index.count() == 0


def test_keys_in_any_number(index: Index, ledger: Ledger) -> None:
    assert removal.remove_keys(index, ledger, [*(f"{n:04d}" for n in range(1100)), "absent"]) == 1100
    assert ledger.entries() == []


def test_a_beginning_finds_its_only_key(index: Index) -> None:
    assert removal.find(index, "0007").key == "0007"
    with pytest.raises(Conflict, match="several keys of default/things begin so: 0000, 0001"):
        removal.find(index, "00")
    with pytest.raises(NotFound, match="no key 'x'"):
        removal.find(index, "x")
    with pytest.raises(NotFound):
        removal.find(index, "")
    index.delete([f"{n:04d}" for n in range(1, 1000)])
    assert removal.find(index, "00").key == "0000"


class Damaged:
    """An index with records that cannot be read: what reads them, or all, raises."""

    def __init__(self, index: Index, keys: set[str]) -> None:
        self._index = index
        self._keys = keys

    def __getattr__(self, name: str) -> object:
        return getattr(self._index, name)

    def get(self, keys: list[str]) -> list[Record]:
        self._read(keys)
        return self._index.get(keys)

    def count(self, filter: object) -> int:
        self._read([record.key for record in self._index.scan(None, COUNT)])
        return 0

    def _read(self, keys: list[str]) -> None:
        if self._keys.intersection(keys) and self._index.get(sorted(self._keys)):
            raise Corrupt("damaged")


def test_damaged_records_go_by_key_and_by_the_sources_that_the_catalog_knows(index: Index, ledger: Ledger) -> None:
    ledger.journal([("0100", "file:///d/1.txt", "v")])
    damaged: Any = Damaged(index, {"0007", "0100"})
    assert removal.find_key(damaged, "0007") == "0007"
    with pytest.raises(NotFound):
        removal.find_key(damaged, "x")
    with pytest.raises(Corrupt):  # the other one is still there when the rest of the index is looked through
        removal.remove_sources(damaged, ledger, ["file:///d/0.txt"])
    assert removal.remove_sources(damaged, ledger, ["file:///d/0.txt", "file:///d/1.txt"]) == 1
    assert index.count() == COUNT - 101
