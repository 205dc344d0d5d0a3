"""The vectors of one generation as the exact scan wants them: mapped rows and their lengths."""

from __future__ import annotations

import threading

import numpy as np

from sensorium.stores.embedded.slots import SlotFile
from sensorium.types import Matrix, Metric, Vector

_BLOCK = 256
"""Rows measured at a time: a megabyte at 1,024 dimensions stays in the cache between its two uses."""
_TAME = (1e-15, 1e15)
"""Lengths whose squares and products float32 holds with room to spare."""


class Vectors:
    """A slot file with the lengths of its rows, computed once when first asked for. Safe from any thread."""

    def __init__(self, file: SlotFile, metric: Metric) -> None:
        self.file = file
        self._metric = metric
        self._lock = threading.Lock()
        self._lengths: Vector = np.empty(0, np.float32)
        self._known = 0
        self._wild = 0

    def rows(self, count: int) -> Matrix:
        """The first ``count`` slots, ``(count, dim)``, read-only."""
        return self.file.rows(count)

    def lengths(self, count: int) -> Vector | None:
        """L2 norms of the first ``count`` slots, ``(count,)``; None where float32 cannot scan these vectors safely.

        That is where one is so long or, under cosine, so short that its square leaves float32's range.
        """
        with self._lock:
            if self._known < count:
                self._measure(count)
            return None if self._wild else self._lengths[:count]

    def _measure(self, count: int) -> None:
        if len(self._lengths) < count:
            longer = np.empty(max(count, self._known + self._known // 2), np.float32)
            longer[: self._known] = self._lengths[: self._known]
            self._lengths = longer
        rows = self.rows(count)
        for start in range(self._known, count, _BLOCK):
            lengths = measured(rows[start : start + _BLOCK])
            self._wild += not tame(lengths, self._metric)
            self._lengths[start : start + len(lengths)] = lengths
        self._known = count


def measured(rows: Matrix) -> Vector:
    """L2 norms of rows in float32, ``(n,)``; infinite or zero where a square leaves float32's range."""
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        lengths: Vector = np.sqrt(np.vecdot(rows, rows))
    return lengths


def tame(lengths: Vector, metric: Metric) -> bool:
    """Whether float32 can scan vectors of these lengths: none too long, and under cosine none too short."""
    least, most = _TAME
    short_is_fine = metric is Metric.EUCLIDEAN  # nothing is divided by a length there
    return bool((lengths < most).all() and (short_is_fine or (lengths > least).all()))
