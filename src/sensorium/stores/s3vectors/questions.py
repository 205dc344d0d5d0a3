"""Queries as the members of QueryVectors, and its entries as hits."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from sensorium.filter import And, Compare, Filter, Operand, Or, Scalar, number, unparse
from sensorium.fusion import ranking_depth, reciprocal_ranks
from sensorium.stores.base import MAX_TOP_K, Query
from sensorium.types import Hit, Scores
from sensorium.wire import s3vectors

_LARGEST = sys.float_info.max


def members(query: Query) -> dict[str, Any]:
    """What to ask, but for the index and the page."""
    asked: dict[str, Any] = {
        "topK": MAX_TOP_K if _cuts_fused(query) else query.k,
        "returnMetadata": query.with_metadata,
    }
    if query.vector is not None:
        asked |= {"queryVector": s3vectors.data(query.vector), "returnDistance": True}
    if query.texts:
        asked |= {"queryTexts": s3vectors.texts_members(query.texts), "returnScores": True}
    if query.filter is not None:
        asked["filter"] = unparse(_finite(query.filter))
    return asked


def hits(query: Query, entries: Sequence[Mapping[str, Any]]) -> list[Hit]:
    """The entries as hits, in rank order; equal distances by key where there is nothing but distance.

    The service knows no ``max_distance``. Of a query by vector and words it is asked for all that it gives, and what is
    near enough is ranked and fused anew.
    """
    found = [s3vectors.hit_of(entry) for entry in entries]
    most = query.max_distance
    if query.vector is not None and most is not None:
        found = [hit for hit in found if hit.distance is not None and hit.distance <= most]
    if _cuts_fused(query):
        return _fused(query, found)
    return found if query.texts else sorted(found, key=_by_distance)


def _cuts_fused(query: Query) -> bool:
    return query.vector is not None and bool(query.texts) and query.max_distance is not None


def _fused(query: Query, found: Sequence[Hit]) -> list[Hit]:
    """The best k of the hits, by the ranks that they have among themselves."""
    rankings = [[hit.key for hit in sorted(found, key=_by_distance)]]
    for text, _ in query.texts:
        scored = [(hit.key, hit.scores.bm25[text]) for hit in found if hit.scores and text in hit.scores.bm25]
        rankings.append([key for key, _ in sorted(scored, key=_best_first)])
    depth = ranking_depth(query.k)
    fused = sorted(reciprocal_ranks([ranking[:depth] for ranking in rankings]), key=_best_first)
    by_key = {hit.key: hit for hit in found}
    return [_scored(by_key[key], score) for key, score in fused[: query.k]]


def _scored(hit: Hit, fused: float) -> Hit:
    return replace(hit, scores=Scores(fused, {} if hit.scores is None else hit.scores.bm25))


def _best_first(scored: tuple[str, float]) -> tuple[float, str]:
    key, score = scored
    return (-score, key)


def _by_distance(hit: Hit) -> tuple[float, str]:
    return (hit.distance or 0.0, hit.key)


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
