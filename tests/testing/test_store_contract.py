"""The contract notices stores that break it: each saboteur spoils one thing, and the case for it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from sensorium.filter import Filter, matches
from sensorium.stores.base import Index, IndexSpec, Query
from sensorium.stores.memory import MemoryIndex
from sensorium.testing.store_contract import StoreContract
from sensorium.types import Hit, Metric, Record


class FiltersAfterK(MemoryIndex):
    def query(self, query: Query) -> list[Hit]:
        hits = super().query(replace(query, filter=None))
        return [hit for hit in hits if query.filter is None or matches(query.filter, hit.metadata)]


class HidesTheFarSide(MemoryIndex):
    def query(self, query: Query) -> list[Hit]:
        return [hit for hit in super().query(query) if hit.distance is not None and hit.distance < 1]


class ForgetsTies(MemoryIndex):
    def query(self, query: Query) -> list[Hit]:
        hits = super().query(replace(query, k=10_000))
        return sorted(hits, key=lambda hit: (hit.distance, [-ord(letter) for letter in hit.key]))[: query.k]


class Squares(MemoryIndex):
    def query(self, query: Query) -> list[Hit]:
        return [
            replace(hit, distance=None if hit.distance is None else hit.distance**2) for hit in super().query(query)
        ]


class Merges(MemoryIndex):
    def put(self, records: Iterable[Record]) -> int:
        merged = []
        for record in records:
            old = self.get([record.key])
            metadata = {**(old[0].metadata if old else {}), **record.metadata}
            merged.append(Record(record.key, record.vector, metadata))
        return super().put(merged)


class StoresWhatItCan(MemoryIndex):
    def put(self, records: Iterable[Record]) -> int:
        return sum(super(StoresWhatItCan, self).put([record]) for record in records)


class ForgetsDeletes(MemoryIndex):
    def delete(self, keys: Iterable[str]) -> int:
        return len(list(keys))


class SortsGets(MemoryIndex):
    def get(self, keys: Sequence[str]) -> list[Record]:
        return super().get(sorted(keys))


class SharesUnevenly(MemoryIndex):
    def scan(self, after: str | None, limit: int, part: tuple[int, int] = (0, 1)) -> list[Record]:
        return super().scan(after, limit, (0, 1))


class CountsAll(MemoryIndex):
    def count(self, filter: Filter | None = None) -> int:
        return super().count()


class Halves(MemoryIndex):
    def put(self, records: Iterable[Record]) -> int:
        short = [Record(one.key, np.float32(np.float16(one.vector)), one.metadata) for one in records]
        return super().put(short)


SUITE = StoreContract()
CASES: list[tuple[type[MemoryIndex], Metric, int, Callable[[Index], None]]] = [
    (FiltersAfterK, Metric.COSINE, 3, SUITE.test_a_filter_applies_before_k),
    (HidesTheFarSide, Metric.COSINE, 3, SUITE.test_hits_on_the_far_side_are_hits),
    (HidesTheFarSide, Metric.COSINE, 3, SUITE.test_cosine_distances),
    (Merges, Metric.COSINE, 3, SUITE.test_a_put_replaces_the_whole_record),
    (StoresWhatItCan, Metric.COSINE, 3, SUITE.test_a_bad_record_stops_its_chunk_and_what_follows),
    (ForgetsDeletes, Metric.COSINE, 3, SUITE.test_a_delete_removes_what_exists),
    (SortsGets, Metric.COSINE, 3, SUITE.test_get_keeps_the_order_and_leaves_out_absent_keys),
    (CountsAll, Metric.COSINE, 3, SUITE.test_a_filter_that_nothing_matches),
]
"""Cases that take nothing but an index; those that make their own are given one below."""


@pytest.mark.parametrize(("kind", "metric", "dim", "case"), CASES)
def test_a_broken_store_fails_its_case(
    kind: type[MemoryIndex], metric: Metric, dim: int, case: Callable[[Index], None]
) -> None:
    with pytest.raises(AssertionError):
        case(kind(IndexSpec("bucket", "index", dim, metric, frozenset({"hidden"}))))
    case(MemoryIndex(IndexSpec("bucket", "index", dim, metric, frozenset({"hidden"}))))


@pytest.mark.parametrize(
    ("kind", "case"),
    [
        (Squares, SUITE.test_euclidean_distances),
        (Halves, SUITE.test_what_is_put_is_read_back),
        (Halves, SUITE.test_vectors_are_rounded_to_float32),
        (ForgetsTies, lambda make: SUITE.test_ties_are_ordered_by_key(make, Metric.EUCLIDEAN)),
        (ForgetsDeletes, SUITE.test_random_operations_agree_with_a_dictionary),
        (FiltersAfterK, SUITE.test_random_operations_agree_with_a_dictionary),
        (SharesUnevenly, lambda make: SUITE.test_the_parts_of_a_scan_share_out_the_records(make(), 3)),
    ],
)
def test_a_broken_store_fails_a_case_that_makes_its_own_index(
    kind: type[MemoryIndex], case: Callable[[Callable[..., Index]], None]
) -> None:
    def make(dim: int = 3, metric: Metric = Metric.COSINE) -> Index:
        return kind(IndexSpec("bucket", "index", dim, metric))

    with pytest.raises(AssertionError):
        case(make)
