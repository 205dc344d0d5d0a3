"""Random filters and metadata, seeded, made to meet: few keys, few values, and every trap of the grammar among them.

For the author of a store::

    rng = random.Random(7)
    metadata = [random_metadata(rng) for _ in range(500)]
    filter = random_filter(rng)
    assert store_says(filter) == [sensorium.filter.matches(filter, one) for one in metadata]
"""

from __future__ import annotations

import random

from sensorium.filter import And, Compare, Filter, Op, Or, Scalar
from sensorium.types import MetadataValue

KEYS = ("kind", "n", "tags", "a.b", "ünï", "flag", "mixed", "")
"""The metadata keys that are used; dots and the empty key are ordinary."""
STRINGS = ("", "a", "ab", "abc", "b", "B", "true", "1", "1.0", "a.b", "é", "e\u0301", "日本", "😀", "\ufffd", "$eq")
NUMBERS: tuple[int | float, ...] = (
    *(0, 1, 1.0, -1, 2, 3, 0.5, -0.0, 0.1, 1e-300, 1e300, -1e300, 2**31, -(2**63), 2**53, 2**53 + 1, 2**64, 10**300),
)
HUGE = (10**400, -(10**400))
"""Whole numbers beyond float64: fine in a filter, refused in metadata."""


def random_metadata(rng: random.Random) -> dict[str, MetadataValue]:
    """Metadata that S3 Vectors accepts: up to six keys, each of any type."""
    return {key: _value(rng) for key in rng.sample(KEYS, rng.randint(0, 6))}


def random_filter(rng: random.Random, depth: int = 3) -> Filter:
    """A valid filter over the same keys, or an unknown one at times, with at most ``depth`` levels of $and and $or."""
    if depth and rng.random() < 0.45:
        parts = tuple(random_filter(rng, depth - 1) for _ in range(rng.randint(1, 3)))
        return And(parts) if rng.random() < 0.5 else Or(parts)
    key = "unknown" if rng.random() < 0.03 else rng.choice(KEYS)
    op = rng.choice(list(Op))
    match op:
        case Op.EQ | Op.NE:
            return Compare(key, op, _scalar(rng))
        case Op.IN | Op.NIN:
            return Compare(key, op, tuple(_scalar(rng) for _ in range(rng.choice((1, 2, 3, 12)))))
        case Op.EXISTS:
            return Compare(key, op, rng.random() < 0.5)
        case Op.STARTS_WITH:
            return Compare(key, op, rng.choice(STRINGS))
        case _:
            return Compare(key, op, _number(rng))


def _value(rng: random.Random) -> MetadataValue:
    if rng.random() < 0.3:
        return [_element(rng) for _ in range(rng.randint(0, 4))]
    return rng.random() < 0.5 if rng.random() < 0.2 else _element(rng)


def _element(rng: random.Random) -> str | int | float:
    return rng.choice(STRINGS) if rng.random() < 0.5 else rng.choice(NUMBERS)


def _scalar(rng: random.Random) -> Scalar:
    if rng.random() < 0.2:
        return rng.random() < 0.5
    return rng.choice(STRINGS) if rng.random() < 0.5 else _number(rng)


def _number(rng: random.Random) -> int | float:
    return rng.choice(HUGE) if rng.random() < 0.03 else rng.choice(NUMBERS)
