"""Products of many rows with one vector, on as many cores as happen to be free.

BLAS would split the rows evenly among threads that spin for one another: on a busy machine a query then waits ten times
longer than one thread alone would take (measured). Here the threads take small pieces until none is left, so that a
thread that gets no core is not waited for. Each row's product is the same whichever thread and piece it falls to.
"""

from __future__ import annotations

import _thread
import itertools
import os
import threading

import numpy as np

from sensorium.types import Matrix, Vector

_PIECE_BYTES = 2 << 20
_ALONE_BYTES = 16 << 20
"""Up to here a second thread costs more than it brings."""
_MOST_THREADS = 8
"""More cannot be fed from memory."""
_helped = threading.Lock()
"""Held by the one product that has helpers: where many run at once, each has a core of its own at best."""


def products(rows: Matrix, vector: Vector) -> Vector:
    """The inner product of each of ``rows`` (n, dim) with ``vector`` (dim,), float32 of shape ``(n,)``."""
    out = np.empty(len(rows), np.float32)
    with np.errstate(over="ignore", under="ignore", invalid="ignore"):
        if not len(rows) or rows.nbytes <= _ALONE_BYTES or not _helped.acquire(blocking=False):
            np.vecdot(rows, vector, out=out)
            return out
        try:
            _together(rows, vector, out)
        finally:
            _helped.release()
    return out


def _together(rows: Matrix, vector: Vector, out: Vector) -> None:
    step = max(1, _PIECE_BYTES // (rows.shape[1] * 4))
    starts = range(0, len(rows), step)
    next_piece = itertools.count()
    pieces_done = itertools.count(1)
    finished = threading.Event()

    def work() -> None:
        with np.errstate(over="ignore", under="ignore", invalid="ignore"):
            while (piece := next(next_piece)) < len(starts):
                start = starts[piece]
                np.vecdot(rows[start : start + step], vector, out=out[start : start + step])
                if next(pieces_done) == len(starts):
                    finished.set()

    for _ in range(_cores() - 1):
        # Not threading.Thread: its start waits until the thread runs, which on a busy machine is after we are done.
        _thread.start_new_thread(work, ())
    work()
    finished.wait()


def _cores() -> int:
    """Cores that this process may use, and memory can feed."""
    allowed = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return min(allowed, _MOST_THREADS)
