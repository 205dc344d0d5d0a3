"""Fusion: several payload vectors to one, and several rankings to one."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import TypeVar

import numpy as np

from sensorium.errors import Invalid
from sensorium.types import Vector

K = TypeVar("K", bound=Hashable)

RRF_CONSTANT = 60
"""The constant of reciprocal rank fusion from its first description (Cormack, Clarke and Büttcher, SIGIR 2009)."""
_DEPTHS = 1_000, 10_000


def weighted(vectors: Sequence[Vector], weights: Sequence[float] | None = None) -> Vector:
    """The unit vector of a weighted sum of unit vectors; weights may be negative ("this shoe, not leather").

    Without weights every vector counts the same, which is the mean fusion of text and picture of one product.
    Raises Invalid for no vectors, unequal counts, differing dimensions, weights that are not finite or all zero,
    and a sum that cancels out to nothing.
    """
    if not vectors:
        raise Invalid("nothing to fuse: found 0 vectors; at least 1 is needed", path="vectors")
    weights = [1.0] * len(vectors) if weights is None else list(weights)
    if len(weights) != len(vectors):
        raise Invalid(f"{len(weights)} weights for {len(vectors)} inputs; give one weight per input", path="weights")
    if not all(np.isfinite(weights)) or not any(weights):
        raise Invalid(f"weights {weights}: they must be finite and not all zero", path="weights")
    dims = sorted({len(vector) for vector in vectors})
    if len(dims) > 1:
        raise Invalid(f"vectors of different dimensions cannot be fused: found {dims}", path="vectors")
    total = np.zeros(dims[0], np.float64)
    for vector, weight in zip(vectors, weights, strict=True):
        total += float(weight) * np.asarray(vector, np.float64)
    norm = float(np.linalg.norm(total))
    # Relative to the sizes that went in: float32 inputs that cancel leave about 1e-7 of them.
    if norm < 1e-6 * float(np.sum(np.abs(weights))):
        raise Invalid("the inputs cancel each other out; change a weight", path="weights")
    return (total / norm).astype(np.float32)


def ranking_depth(k: int) -> int:
    """How far down each ranking counts for the best k of a fusion: 1,000 places, or 10,000 for a k beyond that.

    Deeper than k, because what is far down one ranking and high in another belongs among the best. The same for every
    k of a range, because fewer hits should be the beginning of more; the place after 1,000 is worth a seventeenth of
    the first.
    """
    return next(depth for depth in (*_DEPTHS, k) if depth >= k)


def reciprocal_ranks(
    rankings: Sequence[Sequence[K]], weights: Sequence[float] | None = None, constant: int = RRF_CONSTANT
) -> list[tuple[K, float]]:
    """Reciprocal rank fusion: (key, sum of weight / (constant + rank)), best first; rank counts from 1.

    Ties keep the order of first appearance. A key that stands twice in one ranking counts at its first place.
    """
    weights = [1.0] * len(rankings) if weights is None else list(weights)
    if len(weights) != len(rankings):
        raise Invalid(f"{len(weights)} weights for {len(rankings)} rankings; give one weight each", path="weights")
    if constant < 0:
        raise Invalid(f"constant {constant}: it must be 0 or more", path="constant")
    scores: dict[K, float] = {}
    for ranking, weight in zip(rankings, weights, strict=True):
        for rank, key in enumerate(dict.fromkeys(ranking), start=1):
            scores[key] = scores.get(key, 0.0) + weight / (constant + rank)
    return sorted(scores.items(), key=lambda item: -item[1])
