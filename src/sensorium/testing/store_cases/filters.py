"""Cases about filters: every operator, and random filters held against ``filter.matches``."""

from __future__ import annotations

import random

import pytest

from sensorium.errors import Invalid
from sensorium.filter import matches, parse
from sensorium.stores.base import MAX_TOP_K, Index
from sensorium.testing.filters import random_filter, random_metadata
from sensorium.testing.store_cases.base import StoreCases, ask, keys_of, record

SHELF = {
    "book": {"kind": "book", "n": 1, "tags": ["red", "old"], "a.b": "x"},
    "film": {"kind": "film", "n": 2.5, "tags": "red", "flag": True},
    "song": {"kind": "song", "n": -3, "flag": False, "marks": [1, 9]},
    "bare": {},
    "odd": {"kind": 1, "n": "1", "tags": [], "flag": 1},
}
ANSWERS: list[tuple[dict[str, object], set[str]]] = [
    ({"kind": "book"}, {"book"}),
    ({"kind": {"$eq": "film"}}, {"film"}),
    ({"kind": "nothing"}, set()),
    ({"kind": {"$ne": "book"}}, {"film", "song", "bare", "odd"}),
    ({"kind": {"$in": ["book", "song", 1]}}, {"book", "song", "odd"}),
    ({"kind": {"$nin": ["book", "song"]}}, {"film", "bare", "odd"}),
    ({"kind": {"$startsWith": "b"}}, {"book"}),
    ({"kind": {"$startsWith": ""}}, {"book", "film", "song"}),
    ({"n": 1}, {"book"}),
    ({"n": 1.0}, {"book"}),
    ({"n": "1"}, {"odd"}),
    ({"n": {"$gt": 1}}, {"film"}),
    ({"n": {"$gte": 1}}, {"book", "film"}),
    ({"n": {"$lt": 1}}, {"song"}),
    ({"n": {"$lte": 1}}, {"book", "song"}),
    ({"n": {"$gte": -3, "$lt": 2.5}}, {"book", "song"}),
    ({"n": {"$lt": 2**70}}, {"book", "film", "song"}),
    ({"flag": True}, {"film"}),
    ({"flag": False}, {"song"}),
    ({"flag": 1}, {"odd"}),
    ({"flag": "true"}, set()),
    ({"flag": {"$ne": True}}, {"book", "song", "bare", "odd"}),
    ({"tags": "red"}, {"book", "film"}),
    ({"tags": {"$in": ["old", "new"]}}, {"book"}),
    ({"tags": {"$ne": "red"}}, {"song", "bare", "odd"}),
    ({"tags": {"$nin": ["old"]}}, {"film", "song", "bare", "odd"}),
    ({"tags": {"$startsWith": "ol"}}, {"book"}),
    ({"marks": {"$gt": 8}}, {"song"}),
    ({"marks": {"$lt": 1}}, set()),
    ({"marks": {"$gt": 4, "$lt": 2}}, {"song"}),
    ({"tags": {"$exists": True}}, {"book", "film", "odd"}),
    ({"tags": {"$exists": False}}, {"song", "bare"}),
    ({"a.b": "x"}, {"book"}),
    ({"a": {"$exists": True}}, set()),
    ({"": "x"}, set()),
    ({"$and": [{"tags": "red"}, {"n": {"$gt": 2}}]}, {"film"}),
    ({"$or": [{"kind": "song"}, {"tags": "old"}]}, {"book", "song"}),
    ({"$or": [{"$and": [{"kind": "book"}, {"n": 2}]}, {"flag": {"$exists": True}}]}, {"film", "song", "odd"}),
    ({"$and": [{"unknown": {"$ne": 1}}, {"unknown": {"$exists": False}}]}, set(SHELF)),
]


class FilterCases(StoreCases):
    """Filters mean what :func:`sensorium.filter.matches` says, and apply before k."""

    @pytest.mark.parametrize(("json", "wanted"), ANSWERS, ids=[str(json) for json, _ in ANSWERS])
    def test_a_filter_picks(self, index: Index, json: dict[str, object], wanted: set[str]) -> None:
        index.put(record(key, **metadata) for key, metadata in SHELF.items())
        assert set(keys_of(index.query(ask(filter=parse(json))))) == wanted
        assert index.count(parse(json)) == len(wanted)

    def test_random_filters_mean_what_matches_says(self, index: Index) -> None:
        rng = random.Random(42)
        stored = {f"{n:04}": random_metadata(rng) for n in range(self.random_records)}
        index.put(record(key, (1, n, 0), **metadata) for n, (key, metadata) in enumerate(stored.items()))
        for _ in range(self.random_filters):
            filter = random_filter(rng)
            found = index.query(ask((1, 0, 0), k=MAX_TOP_K, filter=filter, with_metadata=False))
            assert keys_of(found) == [key for key, metadata in stored.items() if matches(filter, metadata)], filter

    def test_a_filter_applies_before_k(self, index: Index) -> None:
        index.put(record(f"{n:03}", (1, n, 0), far=n >= 90) for n in range(100))
        found = index.query(ask((1, 0, 0), k=3, filter=parse({"far": True})))
        assert keys_of(found) == ["090", "091", "092"]

    def test_a_filter_and_a_distance_both_cut(self, index: Index) -> None:
        index.put([record("near", (1, 0, 0), n=1), record("aside", (0, 1, 0), n=1), record("other", (1, 0, 0), n=2)])
        assert keys_of(index.query(ask(filter=parse({"n": 1}), max_distance=0.5))) == ["near"]

    def test_a_filter_sees_replaced_and_deleted_records(self, index: Index) -> None:
        red = parse({"colour": "red"})
        index.put(record(f"{n}", colour="red") for n in range(6))
        index.put([record("0", colour="blue"), record("1")])
        index.delete(["2"])
        assert keys_of(index.query(ask(filter=red))) == ["3", "4", "5"]
        assert index.count(red) == 3
        index.put([record("2", colour="red"), record("0", colour=["blue", "red"])])
        assert keys_of(index.query(ask(filter=red))) == ["0", "2", "3", "4", "5"]
        assert index.count(parse({"colour": {"$ne": "red"}})) == 1

    def test_a_filter_that_nothing_matches(self, index: Index) -> None:
        index.put([record("one", n=1)])
        assert index.query(ask(filter=parse({"n": 2}))) == []
        assert index.count(parse({"n": 2})) == 0

    def test_count_without_a_filter_counts_all(self, index: Index) -> None:
        index.put(record(f"{n}") for n in range(7))
        assert index.count() == 7

    def test_a_non_filterable_key_is_refused_in_filters(self, index: Index) -> None:
        index.put([record("one", hidden="x")])
        for json in ({"hidden": "x"}, {"$or": [{"n": 1}, {"hidden": {"$exists": True}}]}):
            with pytest.raises(Invalid, match="non-filterable"):
                index.query(ask(filter=parse(json)))
            with pytest.raises(Invalid, match="non-filterable"):
                index.count(parse(json))
        assert dict(index.get(["one"])[0].metadata) == {"hidden": "x"}
