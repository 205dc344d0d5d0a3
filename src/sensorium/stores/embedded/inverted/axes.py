"""Fewer dimensions for vectors that differ in few, as embeddings of a model do however many numbers each has.

The axes along which they differ most are kept as they are. What that leaves of a vector is kept as a random sketch, by
which distances are right on average: leaving it out would make those look alike that differ in what hardly any others
have, as the few sounds among many pictures may.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sensorium.types import Matrix

LEAST = 256
"""New dimensions there are at least: of codes of fewer, more vectors must be measured than they save (measured)."""
_SKETCH = 64
"""Dimensions of the sketch, which tells the square of what is left of a distance to about a sixth."""
_STEP = 64
_KEPT = 0.97
"""The share of a neighbour's squared distance that the axes must hold in the mean. What the sketch has of it then blurs
it by half a hundredth; codes of two bits do so by several."""
_HARDLY, _LEAST_KEPT = 0.01, 0.8
"""Hardly any neighbours may have a smaller share."""
_PASSES = 2
"""After which the axes that matter stand still."""
_ASKED = 1000
"""Rows whose nearest are looked for."""
_SEED = 2


def axes(rows: Matrix, most: int) -> Matrix | None:
    """The matrix ``(width, dim)`` by which vectors like ``rows`` (n, dim) get ``width`` dimensions, ``most`` or fewer.

    Each of these carries about as much as any other. None where more are needed, or there are too few rows to tell.
    """
    count, dim = rows.shape
    if count < 2 * dim or not LEAST <= most < dim:
        return None
    rng = np.random.default_rng(_SEED)
    mixed = rng.permutation(count)  # they may come in pairs
    known, others = rows[mixed[: count // 2]], rows[mixed[count // 2 :]]
    principal = _principal(known, most - _SKETCH, rng)
    apart = others[:_ASKED] - others[_nearest(others, _ASKED)]
    squares = np.square(apart, dtype=np.float64).sum(1)
    there = squares > 0  # equal rows say nothing
    if not there.any():
        return None
    kept = np.cumsum(np.square(apart[there] @ principal.T, dtype=np.float64), axis=1) / squares[there, None]
    for enough in range(LEAST - _SKETCH, most - _SKETCH + 1, _STEP):
        share = kept[:, enough - 1]
        if share.mean() >= _KEPT and np.quantile(share, _HARDLY) >= _LEAST_KEPT:
            basis = np.concatenate([principal[:enough], _sketch(principal[:enough], rng)])
            turn = np.linalg.qr(rng.standard_normal((len(basis), len(basis))))[0]
            return np.ascontiguousarray(turn @ basis, np.float32)
    return None


def _principal(rows: Matrix, count: int, rng: np.random.Generator) -> Matrix:
    """The axes along which rows reach farthest, that of the farthest first, ``(count, dim)``.

    By subspace iteration: all axes by numpy's eigh take five times as long at 3,072 dimensions, as long at 1,024.
    """
    spread = rows.T @ rows
    basis = rng.standard_normal((len(spread), count), np.float32)
    for _ in range(_PASSES):
        basis = np.linalg.qr(spread @ basis)[0]
    turn = np.linalg.eigh(basis.T @ spread @ basis)[1]
    return np.ascontiguousarray((basis @ turn[:, ::-1]).T)


def _sketch(principal: Matrix, rng: np.random.Generator) -> Matrix:
    """Random axes at right angles to the principal ones, which keep the squares of the rest on average."""
    count, dim = principal.shape
    left = rng.standard_normal((dim, _SKETCH))
    left -= principal.T @ (principal @ left)
    sketch: Matrix = np.linalg.qr(left)[0].T * ((dim - count) / _SKETCH) ** 0.5
    return sketch


def _nearest(rows: Matrix, count: int) -> NDArray[np.int64]:
    """For each of the first ``count`` rows the nearest other one."""
    farther = np.vecdot(rows, rows) - 2 * (rows[:count] @ rows.T)
    np.fill_diagonal(farther, np.inf)
    nearest: NDArray[np.int64] = farther.argmin(1)
    return nearest
