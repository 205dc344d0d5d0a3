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
        self._first = 0
        """The slot that the first length is of."""
        self._end = 0
        """The slot after the last that was measured."""
        self._wild = 0

    def rows(self, count: int) -> Matrix:
        """The first ``count`` slots, ``(count, dim)``, read-only."""
        return self.file.rows(count)

    def lengths(self, first: int, count: int) -> Vector | None:
        """L2 norms of the slots from ``first`` to ``count``; None where float32 cannot scan these vectors safely.

        That is where one is so long or, under cosine, so short that its square leaves float32's range.
        """
        with self._lock:
            if first < self._first or first > self._end:  # begin anew there
                self._lengths, self._first, self._end, self._wild = np.empty(0, np.float32), first, first, 0
            if self._end < count:
                self._measure(count)
            return None if self._wild else self._lengths[first - self._first : count - self._first]

    def _measure(self, count: int) -> None:
        known, wanted = self._end - self._first, count - self._first
        if len(self._lengths) < wanted:
            longer = np.empty(max(wanted, known + known // 2), np.float32)
            longer[:known] = self._lengths[:known]
            self._lengths = longer
        rows = self.rows(count)
        for start in range(self._end, count, _BLOCK):
            lengths = measured(rows[start : start + _BLOCK])
            self._wild += not tame(lengths, self._metric)
            self._lengths[start - self._first : start - self._first + len(lengths)] = lengths
        self._end = count


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
