"""Which list a row belongs to, and its code: what faiss's index would find and write, some ten times as fast.

faiss searches for the best of all steps between the levels of each row, one dimension after the other. After the
rotation a row's dimensions are spread as by chance, so that the best step is known beforehand but for a little, and
codes are made for many rows at a time; they estimate distances as well as faiss's own (measured: one or two percent
better).
"""

from __future__ import annotations

from typing import Any, NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.inverted.lists import Codes
from sensorium.stores.embedded.inverted.projection import Projection
from sensorium.types import Matrix, Vector

Ids = NDArray[np.int64]

_FAISS: Any = faiss
"""Its stubs leave out what is called below."""
ROWS_AT_ONCE = 1024
"""Rows that are worth a call, and few enough for a processor's cache."""
_CODED_AT_ONCE = 256
_SKETCH = 128
"""Dimensions by which the nearest centroids are chosen,"""
_WIDE = 512
"""of so many or more;"""
_CHOSEN = 12
"""how many of them are measured whole."""
_STEP = 0.9957
"""The best step between four levels for what is spread normally, in standard deviations."""
_BOUND = 1.9
"""How many deviations an estimate by one bit may be off, in the authors' words; faiss looks at no more bits then."""
_LEAST = 1e-15
"""A row that is no farther from its centroid lies on it."""


class Encoded(NamedTuple):
    """Some rows as the lists hold them."""

    owners: Ids
    """The list of each, that of its nearest centroid."""
    codes: Codes
    """``(n, code size)``, as faiss's RaBitQ of two bits has them."""
    squares: Vector
    """Squared distances from the centroids."""


class Encoder:
    """Of rows by their projection (n, width). Safe from any thread; faiss's part takes as many as its caller's may."""

    def __init__(self, projection: Projection, centroids: Matrix) -> None:
        """``centroids`` are projected: (nlist, width)."""
        self.projection = projection
        self._centroids = np.ascontiguousarray(centroids)
        wide = projection.width >= _WIDE and len(centroids) > _CHOSEN
        self._columns = _SKETCH if wide else projection.width
        self._index: Any = faiss.IndexFlatL2(self._columns)
        self._index.add(np.ascontiguousarray(centroids[:, : self._columns]))

    @property
    def code_bytes(self) -> int:
        """Bytes of one code: two bits a dimension, and five numbers."""
        return self.projection.width // 4 + 20

    def of(self, projected: Matrix) -> Encoded:
        """The lists and codes of rows."""
        owners = self._nearest(projected)
        starts = range(0, len(projected), _CODED_AT_ONCE)
        ends = [start + _CODED_AT_ONCE for start in starts]
        parts = [
            _coded(projected[start:end], self._centroids, owners[start:end])
            for start, end in zip(starts, ends, strict=True)
        ]
        return Encoded(owners, np.concatenate([one for one, _ in parts]), np.concatenate([one for _, one in parts]))

    def _nearest(self, projected: Matrix) -> Ids:
        """The nearest centroid of each row: by all dimensions, of those that are nearest by the first."""
        if self._columns == projected.shape[1]:
            found: Ids = self._index.search(projected, 1)[1][:, 0]
            return np.ascontiguousarray(found)
        chosen = self._index.search(np.ascontiguousarray(projected[:, : self._columns]), _CHOSEN)[1]
        squares = np.empty(chosen.shape, np.float32)
        _FAISS.fvec_L2sqr_by_idx(
            faiss.swig_ptr(squares),
            faiss.swig_ptr(projected),
            faiss.swig_ptr(self._centroids),
            faiss.swig_ptr(chosen),
            projected.shape[1],
            *chosen.shape,
        )
        nearest: Ids = np.take_along_axis(chosen, squares.argmin(1)[:, None], 1)[:, 0]
        return nearest


def _coded(rows: Matrix, centroids: Matrix, owners: Ids) -> tuple[Codes, Vector]:
    """The codes of rows, and their squared distances from their centroids.

    A code has a bit a dimension for the side of the centroid, what one bit tells (the squared distance, a factor, a
    bound), a bit a dimension for whether it lies beyond the step, and what both tell (the squared distance, a factor).
    """
    width = rows.shape[1]
    left = np.take(centroids, owners, axis=0, mode="clip")
    np.subtract(rows, left, out=left)
    squares: Vector = np.vecdot(left, left)
    above = np.packbits(left > 0, axis=1, bitorder="little")
    np.abs(left, out=left)
    sums = left.sum(1)
    step = np.float32(_STEP) * np.sqrt(squares / np.float32(width))
    beyond, count, sums_beyond = _beyond(left, step)
    step = (sums / 2 + sums_beyond) / (np.float32(width / 4) + 2 * count)  # that of the least squares for these levels
    beyond, count, sums_beyond = _beyond(left, step)
    codes = np.zeros((len(rows), 2 * above.shape[1] + 20), np.uint8)
    there, lengths = squares > _LEAST**2, np.sqrt(squares)
    sums = np.where(there, sums, 1)
    products = np.where(there, sums / 2 + sums_beyond, 1)
    spread = np.maximum(squares * np.float32(width) / sums**2 - 1, 0) / np.float32(max(width - 1, 1))
    of_one = np.stack(
        [squares, squares * np.float32(width**0.5) / sums, 2 * _BOUND * lengths * np.sqrt(spread)], 1, dtype="<f4"
    )
    of_both = np.stack([squares, -2 * squares / products], 1, dtype="<f4")
    places = np.cumsum([above.shape[1], 12, above.shape[1]])
    codes[:, : places[0]] = above
    codes[:, places[0] : places[1]] = of_one.view(np.uint8)
    codes[:, places[1] : places[2]] = beyond ^ ~above
    codes[:, places[2] :] = of_both.view(np.uint8)
    return codes, squares


def _beyond(sizes: Matrix, step: Vector) -> tuple[NDArray[np.uint8], Vector, Vector]:
    """Which of the sizes (n, width) are greater than the step of their row, as bits; how many, and their sum."""
    over = np.subtract(sizes, step[:, None])
    bits = np.packbits(over > 0, axis=1, bitorder="little")
    count = np.bitwise_count(bits).sum(1, dtype=np.float32)
    np.maximum(over, 0, out=over)
    return bits, count, over.sum(1) + count * step
