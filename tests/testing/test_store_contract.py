"""The contract notices stores that break it: each saboteur spoils one thing, and the case for it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace

import numpy as np
import pytest

from sensorium.filter import Filter, matches
from sensorium.fusion import reciprocal_ranks
from sensorium.stores.base import Index, IndexSpec, Query, TextKey
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


class ScoresWhatTheFilterLeaves(MemoryIndex):
    def query(self, query: Query) -> list[Hit]:
        if query.filter is None:
            return super().query(query)
        kept = MemoryIndex(self.spec)
        kept.put(one for one in self.scan(None, 10_000) if matches(query.filter, one.metadata))
        return kept.query(replace(query, filter=None))


class LooksForAllWords(MemoryIndex):
    def query(self, query: Query) -> list[Hit]:
        hits = super().query(query)
        return [
            hit
            for hit in hits
            if all(word in str(hit.metadata.get(key)).lower() for key, words in query.texts for word in words.split())
        ]


class FindsOldWords(MemoryIndex):
    def put(self, records: Iterable[Record]) -> int:
        new = list(records)
        old = {one.key: one.metadata.get("text", "") for one in self.get([one.key for one in new])}
        return super().put(
            Record(
                one.key, one.vector, {**one.metadata, "text": f"{one.metadata.get('text', '')} {old.get(one.key, '')}"}
            )
            for one in new
        )


class ForgetsTheFarOnesDistance(MemoryIndex):
    def query(self, query: Query) -> list[Hit]:
        hits = super().query(query)
        return [replace(hit, distance=None) if hit.scores and hit.scores.bm25 else hit for hit in hits]


class FusesWhatItShows(MemoryIndex):
    """Rankings no deeper than k."""

    def query(self, query: Query) -> list[Hit]:
        if query.vector is None or not query.texts:
            return super().query(query)
        rankings = [super().query(replace(query, texts=()))]
        rankings += [
            super(FusesWhatItShows, self).query(replace(query, vector=None, texts=(one,))) for one in query.texts
        ]
        known = {hit.key: hit for hit in super().query(replace(query, k=10_000))}
        fused = reciprocal_ranks([[hit.key for hit in ranking] for ranking in rankings])
        return [known[key] for key, _ in sorted(fused, key=lambda pair: (-pair[1], pair[0]))[: query.k]]


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


TEXT_CASES: list[tuple[type[MemoryIndex], Callable[[Index], None]]] = [
    (ScoresWhatTheFilterLeaves, SUITE.test_a_filter_does_not_change_scores),
    (LooksForAllWords, SUITE.test_any_of_the_words_will_do_and_more_are_better),
    (FindsOldWords, SUITE.test_a_put_replaces_the_words),
    (ForgetsDeletes, SUITE.test_deleted_words_are_gone_and_come_back),
    (FiltersAfterK, SUITE.test_filters_apply_before_k),
    (FiltersAfterK, SUITE.test_a_filter_applies_before_both_rankings),
    (ForgetsTheFarOnesDistance, SUITE.test_every_hit_says_how_near_it_is_and_how_its_words_score),
    (FusesWhatItShows, SUITE.test_fewer_hits_are_the_beginning_of_more),
    (Merges, SUITE.test_a_put_replaces_the_words),
]
"""Cases that take an index with the text keys ``text`` and ``title``."""


@pytest.mark.parametrize(("kind", "case"), TEXT_CASES)
def test_a_store_that_breaks_text_search_fails_its_case(kind: type[MemoryIndex], case: Callable[[Index], None]) -> None:
    spec = IndexSpec("bucket", "index", 3, text_keys=(TextKey("text"), TextKey("title")))
    with pytest.raises((AssertionError, ValueError)):
        case(kind(spec))
    case(MemoryIndex(spec))


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
