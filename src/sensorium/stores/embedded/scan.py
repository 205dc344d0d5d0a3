"""The exact scan: the nearest of some slots, by a fast float32 pass that shortlists and a float64 one that decides.

The float32 pass may sum equal rows differently and its order is nobody's truth. It keeps every row that could be among
the nearest within its error bound; :func:`exact_distances` then gives those the same distances that any store gives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.distances import exact_distances
from sensorium.stores.embedded.product import products
from sensorium.stores.embedded.vectors import Vectors, measured, tame
from sensorium.types import Matrix, Metric, Vector

Slots = NDArray[np.int64]
Mask = NDArray[np.bool_]

_BLOCK_BYTES = 1 << 20
"""Rows gathered at a time stay in the processor's cache."""


class Nearest(NamedTuple):
    """Slots and their distances, nearest first; more than k where the last place is tied."""

    slots: Slots
    distances: Vector


@dataclass(frozen=True)
class Scan:
    """What to measure and from where."""

    vector: Vector
    metric: Metric
    k: int

    @cached_property
    def unit(self) -> Vector:
        """The query as a factor: at length one under cosine."""
        if self.metric is Metric.EUCLIDEAN:
            return self.vector
        wide = self.vector.astype(np.float64)
        unit: Vector = (wide / np.sqrt(wide @ wide)).astype(np.float32)
        return unit

    @cached_property
    def length(self) -> np.float32:
        """The L2 norm of the query; infinite or zero where its square leaves float32's range."""
        return np.float32(measured(self.vector[None])[0])

    @cached_property
    def tame(self) -> bool:
        """Whether float32 can scan for it."""
        return tame(measured(self.vector[None]), self.metric)


def scan_all(scan: Scan, vectors: Vectors, count: int, mask: Mask | None, first: int = 0) -> Nearest:
    """The nearest of the slots from ``first`` to ``count``, or of those that ``mask`` (count,) keeps."""
    rows = vectors.rows(count)[first:]
    lengths = vectors.lengths(first, count)
    kept = None if mask is None else mask[first:]
    matching = len(rows) if kept is None else int(np.count_nonzero(kept))
    if not matching:
        return _none()
    if lengths is None or not scan.tame:
        places = np.arange(len(rows)) if kept is None else np.flatnonzero(kept)
    else:
        least, most = _bounds(scan, products(rows, scan.unit), lengths)
        if kept is not None:
            least[~kept] = np.inf
            most[~kept] = np.inf
        places = _shortlist(least, most, min(scan.k, matching))
    return _decided(scan, rows[places], places + first)


def scan_some(scan: Scan, vectors: Vectors, count: int, slots: Slots) -> Nearest:
    """The nearest of ``slots``, which are fetched block by block: cheap while they are few."""
    return nearest_of(scan, vectors.rows(count), fetched(scan, vectors.rows(count), slots))


class Fetched(NamedTuple):
    """Some slots, with what float32 says of each."""

    slots: Slots
    products: Vector
    """With the query, at length one under cosine."""
    lengths: Vector
    """Under cosine rows whose squares leave float32's range are brought to length one first."""

    def squares(self, scan: Scan) -> Vector:
        """Squared euclidean distances from the query; under cosine both at length one."""
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            if scan.metric is Metric.COSINE:
                squares: Vector = 2 - 2 * self.products / self.lengths
            else:
                squares = self.lengths**2 - 2 * self.products + np.vecdot(scan.vector, scan.vector)
        return squares

    def and_also(self, other: Fetched) -> Fetched:
        """These slots and others."""
        return Fetched(
            np.concatenate([self.slots, other.slots]),
            np.concatenate([self.products, other.products]),
            np.concatenate([self.lengths, other.lengths]),
        )


def fetched(scan: Scan, rows: Matrix, slots: Slots) -> Fetched:
    """Fetch ``slots`` of ``rows`` (count, dim), block by block."""
    step = max(1, _BLOCK_BYTES // (rows.shape[1] * 4))
    block = np.empty((min(step, len(slots)), rows.shape[1]), np.float32)
    products = np.empty(len(slots), np.float32)
    lengths = np.empty(len(slots), np.float32)
    for start in range(0, len(slots), step):
        part = slots[start : start + step]
        taken = block[: len(part)]
        np.take(rows, part, axis=0, out=taken, mode="clip")
        found = measured(taken)
        if scan.metric is Metric.COSINE and not tame(found, scan.metric):
            wide = taken.astype(np.float64)
            taken = (wide / np.sqrt(np.vecdot(wide, wide))[:, None]).astype(np.float32)
            found = measured(taken)
        lengths[start : start + len(part)] = found
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            np.vecdot(taken, scan.unit, out=products[start : start + len(part)])
    return Fetched(slots, products, lengths)


def nearest_of(scan: Scan, rows: Matrix, found: Fetched) -> Nearest:
    """The nearest of what was fetched from ``rows``."""
    slots, products, lengths = found
    if not len(slots):
        return _none()
    if not tame(lengths, scan.metric) or not scan.tame:
        return _decided(scan, rows[slots], slots)
    least, most = _bounds(scan, products, lengths)
    slots = slots[_shortlist(least, most, min(scan.k, len(slots)))]
    return _decided(scan, rows[slots], slots)


def joined(scan: Scan, one: Nearest, other: Nearest) -> Nearest:
    """The nearest of two parts."""
    if not len(one.slots) or not len(other.slots):
        return one if len(one.slots) else other
    slots = np.concatenate([one.slots, other.slots])
    return _cut(scan, slots, np.concatenate([one.distances, other.distances]))


def _bounds(scan: Scan, products: Vector, lengths: Vector) -> tuple[Vector, Vector]:
    """The least and the most that each row's distance can be, on a scale of its own that keeps the order.

    The bound on the error of a float32 product, n/4 + 16 roundings of sums over at least four lanes, is taken twice.
    """
    slack = 2 * (len(scan.vector) / 4 + 16) * 2.0**-24
    if scan.metric is Metric.COSINE:
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = np.negative(products / lengths)
        return scaled, scaled + np.float32(2 * slack)
    length = scan.length
    squares = lengths * lengths - 2 * products + length * length
    error = np.float32(slack) * (lengths + length) ** 2 + np.float32(1e-30)
    return squares - error, squares + error


def _shortlist(least: Vector, most: Vector, k: int) -> Slots:
    """Places of all that may be among the k nearest."""
    return np.flatnonzero(least <= np.partition(most, k - 1)[k - 1])


def _decided(scan: Scan, rows: Matrix, slots: Slots) -> Nearest:
    """The nearest of ``slots``, whose vectors are ``rows``."""
    return _cut(scan, slots, exact_distances(rows, scan.vector, scan.metric))


def _cut(scan: Scan, slots: Slots, distances: Vector) -> Nearest:
    order = np.argsort(distances, kind="stable")
    if len(order) > scan.k:
        order = order[: np.searchsorted(distances[order], distances[order[scan.k - 1]], side="right")]
    return Nearest(slots[order], distances[order])


def _none() -> Nearest:
    return Nearest(np.empty(0, np.int64), np.empty(0, np.float32))
