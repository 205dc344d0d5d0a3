"""Products of many rows with one vector."""

from __future__ import annotations

import numpy as np

from sensorium.types import Matrix, Vector

_ALONE_BYTES = 16 << 20
"""Up to here the product is made on the caller's thread: the threads of BLAS would cost more than they bring."""


def products(rows: Matrix, vector: Vector) -> Vector:
    """The inner product of each of ``rows`` (n, dim) with ``vector`` (dim,), float32 of shape ``(n,)``.

    Equal rows may differ in the last bits, by where BLAS cuts; whoever needs them equal decides by exact distances.
    """
    out = np.empty(len(rows), np.float32)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if rows.nbytes <= _ALONE_BYTES:
            np.vecdot(rows, vector, out=out)
        else:
            np.dot(rows, vector, out=out)
    return out
