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
_LEFT = 0.03
"""The share of the squared distance between neighbours that may be left to the sketch. That blurs their distance by
half a hundredth, and codes of two bits do by several."""
_PASSES = 4
"""After which the axes that matter stand still."""
_ASKED = 1000
"""Rows whose nearest are looked for."""
_SEED = 2


def axes(rows: Matrix, most: int) -> Matrix | None:
    """The matrix ``(width, dim)`` by which vectors like ``rows`` (n, dim) get ``width`` dimensions, ``most`` or fewer.

    Each of these carries about as much as any other. None where more are needed, or there are too few rows to tell.
    """
    known, others = rows[::2], rows[1::2]
    dim = rows.shape[1]
    if len(known) < dim or not LEAST <= most < dim:
        return None
    rng = np.random.default_rng(_SEED)
    principal = _principal(known, most - _SKETCH, rng)
    asked = np.linspace(0, len(others) - 1, min(len(others), _ASKED), dtype=np.int64)
    apart = others[asked] - others[_nearest(others, asked)]
    total = np.square(apart, dtype=np.float64).sum()
    kept = np.cumsum(np.square(apart @ principal.T, dtype=np.float64).sum(0))
    counts = np.arange(LEAST, most + 1, _STEP) - _SKETCH
    enough = counts[kept[counts - 1] >= (1 - _LEFT) * total]
    if not len(enough) or not total:  # all may be equal
        return None
    principal = principal[: enough[0]]
    basis = np.concatenate([principal, _sketch(principal, rng)])
    mixed = np.linalg.qr(rng.standard_normal((len(basis), len(basis))))[0]
    return np.ascontiguousarray(mixed @ basis, np.float32)


def _principal(rows: Matrix, count: int, rng: np.random.Generator) -> Matrix:
    """The axes along which rows differ most, that of the most first, ``(count, dim)``: by subspace iteration."""
    apart = rows - rows.mean(0)
    spread = apart.T @ apart
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


def _nearest(rows: Matrix, asked: NDArray[np.int64]) -> NDArray[np.int64]:
    """For each of the rows at ``asked`` the nearest other one."""
    farther = np.vecdot(rows, rows) - 2 * (rows[asked] @ rows.T)
    farther[np.arange(len(asked)), asked] = np.inf
    nearest: NDArray[np.int64] = farther.argmin(1)
    return nearest
