"""What the lists and codes are made of: the vectors without the dimensions that say nothing, evenly spread."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

import numpy as np

from sensorium.stores.embedded.inverted.axes import axes
from sensorium.stores.embedded.product import products
from sensorium.stores.embedded.vectors import measured, tame
from sensorium.types import Matrix, Metric

WIDEST = 1024
"""Wider vectors are cut to so many dimensions after the rotation, which keeps distances to about 3 % (Johnson and
Lindenstrauss); the exact measuring of the shortlist makes up for it."""
_ROUNDS = 3
_SEED = 1
_COPIES = 4
"""Of the rows that are looked at while axes are looked for."""


@dataclass(frozen=True, slots=True)
class Projection:
    """The first ``columns`` dimensions, at length one under cosine, as ``width`` that carry about as much each.

    Codes of a bit or two a dimension need that. Where the vectors differ in few of their dimensions, these are what
    :mod:`~sensorium.stores.embedded.inverted.axes` makes of them; else all are rotated at random, and the first
    ``width`` taken: three times a change of random signs and a Hadamard transform, padded to a power of two. Written
    with numpy, since faiss's own wakes the threads of OpenMP for every query.
    """

    columns: int
    width: int
    metric: Metric
    signs: Matrix = field(repr=False)
    """``(3, d)``, 1 or -1, ``(3, 0)`` where there are axes; kept with the codes, as is all that chance has drawn."""
    axes: Matrix = field(repr=False)
    """``(width, columns)``, or ``(0, columns)``."""

    @classmethod
    def made(cls, rows: Matrix, metric: Metric, memory: int) -> Projection:
        """A new one for vectors like these, ``(n, dim)``; ``memory`` is what making it may hold, in bytes, about."""
        columns = telling(rows)
        size = max(8, 1 << (columns - 1).bit_length())
        width = min(size, WIDEST)
        few = np.random.default_rng(_SEED).permutation(len(rows))[: memory // (_COPIES * 4 * columns)]
        fewer = axes(_even(rows[few], columns, columns, metric), width // 2)
        if fewer is not None:
            return cls(columns, len(fewer), metric, np.empty((_ROUNDS, 0), np.float32), fewer)
        signs = np.random.default_rng(_SEED).choice(np.array([-1, 1], np.float32), (_ROUNDS, size))
        return cls(columns, width, metric, signs, np.empty((0, columns), np.float32))

    @property
    def scale(self) -> np.float32:
        """What squared distances between projections are multiplied by to be those between the vectors."""
        return np.float32(1 if len(self.axes) else self.signs.shape[1] / self.width)

    def of(self, rows: Matrix) -> Matrix:
        """Rows (n, dim) as the lists know them, ``(n, width)``."""
        if len(self.axes):
            even = _even(rows, self.columns, self.columns, self.metric)
            return products(self.axes, even[0])[None] if len(even) == 1 else even @ self.axes.T
        size = self.signs.shape[1]
        turned = _even(rows, self.columns, size, self.metric)
        left, right = _hadamard(1 << (size.bit_length() // 2)), _hadamard(size >> (size.bit_length() // 2))
        for signs in self.signs:
            turned *= signs
            squared = left @ turned.reshape(len(rows), len(left), len(right)) @ right
            turned = np.asarray(squared, np.float32).reshape(len(rows), size)
        return np.ascontiguousarray(turned[:, : self.width])


def _even(rows: Matrix, columns: int, size: int, metric: Metric) -> Matrix:
    """A copy of the first ``columns`` of rows, padded to ``size``, at length one under cosine."""
    even: Matrix = np.zeros((len(rows), size), np.float32)
    even[:, :columns] = rows[:, :columns]
    return _unit(even) if metric is Metric.COSINE else even


def _unit(rows: Matrix) -> Matrix:
    """Rows at length one; one that has none, as it may end where the others go on, stays as it is."""
    lengths = measured(rows)
    if not tame(lengths, Metric.COSINE):
        wide = rows.astype(np.float64)
        long = np.sqrt(np.vecdot(wide, wide))
        unit: Matrix = (wide / np.where(long > 0, long, 1)[:, None]).astype(np.float32)
        return unit
    rows /= lengths[:, None]
    return rows


@lru_cache
def _hadamard(size: int) -> Matrix:
    """The orthogonal Hadamard matrix of a power of two; that of a product is the Kronecker product of two."""
    signs = np.array([[1, 1], [1, -1]], np.float32) * np.float32(0.5**0.5)
    matrix: Matrix = np.ones((1, 1), np.float32)
    while len(matrix) < size:
        matrix = np.asarray(np.kron(signs, matrix), np.float32)
    return matrix


def telling(rows: Matrix) -> int:
    """How many dimensions say something: those after the last that is not 0 in all rows are padding."""
    used = np.flatnonzero(rows.any(axis=0))
    return int(used[-1]) + 1 if len(used) else 1
