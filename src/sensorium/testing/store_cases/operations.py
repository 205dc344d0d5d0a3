"""A case of random operations: an index and a plain dictionary must agree after each."""

from __future__ import annotations

import random

import numpy as np

from sensorium.filter import matches
from sensorium.stores.base import MAX_TOP_K, Index, Query
from sensorium.testing.filters import random_filter, random_metadata
from sensorium.testing.store_cases.base import MakeIndex, StoreCases, everything, keys_of, same_metadata
from sensorium.types import Metric, Record, Vector

_KEYS = [f"k{n:02}" for n in range(60)]
_STEPS = ("put", "put", "delete", "get", "query", "query", "scan", "count")


class OperationCases(StoreCases):
    """What was done to an index, in any order, is what it holds."""

    def test_random_operations_agree_with_a_dictionary(self, make_index: MakeIndex) -> None:
        rng = random.Random(11)
        index = make_index(dim=3, metric=Metric.EUCLIDEAN)
        truth: dict[str, Record] = {}
        for _ in range(self.random_operations):
            _step(rng, index, truth)
        held = everything(index)
        assert held.keys() == truth.keys()
        assert all(np.array_equal(held[key].vector, one.vector) for key, one in truth.items())
        assert all(same_metadata(held[key].metadata, one.metadata) for key, one in truth.items())


def _step(rng: random.Random, index: Index, truth: dict[str, Record]) -> None:
    keys = rng.choices(_KEYS, k=rng.randint(1, 6))
    match rng.choice(_STEPS):
        case "put":
            batch = [Record(key, _vector(rng), random_metadata(rng)) for key in keys]
            index.put(batch)
            truth.update((one.key, one) for one in batch)
        case "delete":
            held = [key for key in set(keys) if truth.pop(key, None)]
            assert index.delete(keys) == len(held)
        case "get":
            wanted = [key for key in sorted(set(keys)) if key in truth]
            found = index.get(sorted(set(keys)))
            assert keys_of(found) == wanted
            assert all(same_metadata(one.metadata, truth[one.key].metadata) for one in found)
        case "query":
            filter = random_filter(rng) if rng.random() < 0.7 else None
            query = Query(rng.choice((1, 5, MAX_TOP_K)), _vector(rng), filter=filter)
            assert keys_of(index.query(query)) == _nearest(query, truth)
        case "scan":
            after, limit = rng.choice((None, keys[0])), rng.randint(1, 20)
            wanted = sorted(key for key in truth if after is None or key > after)[:limit]
            assert keys_of(index.scan(after, limit)) == wanted
        case "count":
            filter = random_filter(rng)
            assert index.count(filter) == sum(matches(filter, one.metadata) for one in truth.values())
            assert index.count() == len(truth)


def _vector(rng: random.Random) -> Vector:
    """Small whole numbers, so that distances are exact and ties are many."""
    return np.array([rng.randint(-2, 2) for _ in range(3)], np.float32)


def _nearest(query: Query, truth: dict[str, Record]) -> list[str]:
    assert query.vector is not None
    fitting = [one for one in truth.values() if query.filter is None or matches(query.filter, one.metadata)]
    far = {one.key: float(((one.vector - query.vector) ** 2).sum()) for one in fitting}
    return sorted(far, key=lambda key: (far[key], key))[: query.k]
