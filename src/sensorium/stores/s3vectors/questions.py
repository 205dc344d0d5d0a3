"""Queries as the members of QueryVectors, and its entries as hits."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sensorium.filter import And, Compare, Filter, Operand, Or, Scalar, number, unparse
from sensorium.stores.base import Query
from sensorium.types import Hit
from sensorium.wire import s3vectors

_LARGEST = sys.float_info.max


def members(query: Query) -> dict[str, Any]:
    """What to ask, but for the index and the page."""
    asked: dict[str, Any] = {"topK": query.k, "returnMetadata": query.with_metadata}
    if query.vector is not None:
        asked |= {"queryVector": s3vectors.data(query.vector), "returnDistance": True}
    if query.texts:
        asked |= {"queryTexts": s3vectors.texts_members(query.texts), "returnScores": True}
    if query.filter is not None:
        asked["filter"] = unparse(_finite(query.filter))
    return asked


def hits(query: Query, entries: Sequence[Mapping[str, Any]]) -> list[Hit]:
    """The entries as hits, in rank order; equal distances by key where there is nothing but distance."""
    found = [s3vectors.hit_of(entry) for entry in entries]
    if not query.texts:
        found.sort(key=lambda hit: (hit.distance or 0.0, hit.key))
    if query.max_distance is None:
        return found
    return [hit for hit in found if hit.distance is None or hit.distance <= query.max_distance]


def _finite(filter: Filter) -> Filter:
    """The filter with whole numbers beyond float64 as the largest float64: JSON's readers take no larger ones."""
    match filter:
        case And(parts):
            return And(tuple(_finite(part) for part in parts))
        case Or(parts):
            return Or(tuple(_finite(part) for part in parts))
        case Compare(_, _, operand):
            return replace(filter, operand=_finite_operand(operand))


def _finite_operand(operand: Operand) -> Operand:
    return tuple(_finite_scalar(one) for one in operand) if isinstance(operand, tuple) else _finite_scalar(operand)


def _finite_scalar(value: Scalar) -> Scalar:
    if isinstance(value, bool | str) or abs(number(value)) <= _LARGEST:
        return value
    return _LARGEST if value > 0 else -_LARGEST
