"""The generator gives valid filters and metadata, of every kind, that meet."""

from __future__ import annotations

import random

from sensorium.filter import Op, conditions, matches, parse, unparse
from sensorium.stores.base import IndexSpec
from sensorium.stores.records import check_record
from sensorium.testing.filters import random_filter, random_metadata
from sensorium.types import Record


def test_the_same_seed_gives_the_same_filters() -> None:
    def draw() -> list[object]:
        rng = random.Random(1)
        return [(random_filter(rng), random_metadata(rng)) for _ in range(50)]

    assert draw() == draw()


def test_filters_are_valid_and_of_every_kind() -> None:
    rng = random.Random(2)
    filters = [random_filter(rng) for _ in range(1_000)]
    assert {condition.op for filter in filters for condition in conditions(filter)} == set(Op)
    assert all(parse(unparse(filter)) == filter for filter in filters)


def test_metadata_is_what_a_store_accepts_and_of_every_type() -> None:
    rng = random.Random(3)
    spec = IndexSpec("abc", "xyz", 1)
    metadata = [random_metadata(rng) for _ in range(500)]
    for one in metadata:
        check_record(Record("k", [1], one), spec)
    assert {type(value) for one in metadata for value in one.values()} == {str, int, float, bool, list}
    assert any(value == [] for one in metadata for value in one.values())


def test_filters_and_metadata_meet() -> None:
    rng = random.Random(4)
    metadata = [random_metadata(rng) for _ in range(50)]
    shares = [sum(matches(filter, one) for one in metadata) for filter in (random_filter(rng) for _ in range(400))]
    assert sum(0 < share < 50 for share in shares) > 200
