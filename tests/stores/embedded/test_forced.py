"""The whole contract, and thousands of filters, with an inverted index from 200 vectors on."""

from __future__ import annotations

import random
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from sensorium.filter import matches
from sensorium.stores.base import IndexSpec, Query
from sensorium.stores.distances import exact_distances
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, Limits
from sensorium.stores.embedded.plan import Way
from sensorium.testing.filters import random_filter, random_metadata
from sensorium.testing.store_contract import StoreContract
from sensorium.types import Metric, Record

THRESHOLD = 200
FORCED = Limits(exact_bytes=0, gather_bytes=0, background=False)
"""No vector is scanned where lists can say as much."""


@pytest.fixture
def forced(home: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[EmbeddedStore]:
    """A store whose indexes of 200 records or more have lists that cover most of them after every write."""
    put, delete = EmbeddedIndex.put, EmbeddedIndex.delete

    def listed(index: EmbeddedIndex) -> None:
        if index.count() >= THRESHOLD and index.sequence % 3:  # now and then a tail stays
            index.optimise()

    def put_and_list(index: EmbeddedIndex, records: Iterable[Record]) -> int:
        stored = put(index, records)
        listed(index)
        return stored

    def delete_and_list(index: EmbeddedIndex, keys: Iterable[str]) -> int:
        removed = delete(index, keys)
        listed(index)
        return removed

    monkeypatch.setattr(EmbeddedIndex, "put", put_and_list)
    monkeypatch.setattr(EmbeddedIndex, "delete", delete_and_list)
    with EmbeddedStore(home, limits=FORCED) as store:
        yield store


class TestForced(StoreContract):
    random_records = 400

    @pytest.fixture
    def store(self, forced: EmbeddedStore) -> EmbeddedStore:
        return forced


@pytest.mark.parametrize("filters", [500, pytest.param(10_000, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
@pytest.mark.parametrize("metric", list(Metric))
def test_filters_find_what_an_exact_scan_finds(forced: EmbeddedStore, metric: Metric, filters: int) -> None:
    """Every hit matches and is at its exact distance, none is missing in number, and nearly all are the nearest."""
    chance = random.Random(5)
    rows = np.random.default_rng(6).standard_normal((2000, 8), dtype=np.float32)
    held = [Record(f"key-{i:04}", row, random_metadata(chance)) for i, row in enumerate(rows)]
    places = {record.key: place for place, record in enumerate(held)}
    forced.create_bucket("default")
    index = forced.create(IndexSpec("default", "fuzzed", 8, metric))
    index.put(held)
    index.optimise()
    found = wanted = listed = 0
    for step in range(filters):
        filter = random_filter(chance)
        vector = rows[step % 2000] + np.float32(0.1)
        hits, explanation = index.explain(Query(10, vector, filter=filter, with_metadata=False))
        assert explanation.steps is not None
        listed += explanation.steps.way is Way.LISTS
        kept = [place for place, record in enumerate(held) if matches(filter, record.metadata)]
        assert len(hits) == min(10, len(kept)), filter
        assert {places[hit.key] for hit in hits} <= set(kept), filter
        if kept:
            distances = exact_distances(rows[kept], vector, metric)
            exact = dict(zip(kept, distances.tolist(), strict=True))
            assert [hit.distance for hit in hits] == sorted(exact[places[hit.key]] for hit in hits), filter
            last = np.sort(distances)[len(hits) - 1]
            found += sum((hit.distance or 0) <= last for hit in hits)
            wanted += len(hits)
    assert listed > filters / 4
    assert found >= 0.99 * wanted


def test_equal_vectors_are_ordered_by_key_however_many(forced: EmbeddedStore) -> None:
    forced.create_bucket("default")
    index = forced.create(IndexSpec("default", "equal", 8))
    index.put(Record(f"key-{(i * 7919) % 3000:04}", np.ones(8, np.float32), {}) for i in range(3000))
    index.put([Record("zz", np.arange(8, dtype=np.float32), {})])
    index.optimise()
    assert [hit.key for hit in index.query(Query(5, np.ones(8, np.float32)))] == [f"key-{i:04}" for i in range(5)]


def test_vectors_beyond_float32_are_still_found(forced: EmbeddedStore) -> None:
    forced.create_bucket("default")
    rows = np.random.default_rng(3).standard_normal((600, 8), dtype=np.float32)
    rows[::3] *= np.float32(1e25)
    rows[1::3] *= np.float32(1e-25)
    for metric in Metric:
        index = forced.create(IndexSpec("default", f"wild-{metric}", 8, metric))
        index.put(Record(f"key-{i:04}", row, {}) for i, row in enumerate(rows))
        query = rows[3]
        assert index.query(Query(1, query))[0].key in {"key-0003"}
