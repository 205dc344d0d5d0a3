"""From a moment's vectors to a file of lists in its place."""

from __future__ import annotations

from pathlib import Path

import faiss
import numpy as np

from sensorium.stores.embedded.inverted import growth
from sensorium.stores.embedded.inverted.build import Progress, build
from sensorium.stores.embedded.inverted.file import Contents, path_of, sweep, write
from sensorium.stores.embedded.inverted.inverted import Inverted
from sensorium.stores.embedded.state import Snapshot
from sensorium.stores.embedded.vectors import measured, tame
from sensorium.types import Matrix, Metric

_CHECKED_AT_ONCE = 4096


def make(snapshot: Snapshot, known: Inverted | None, path: Path, memory: int, threads: int, progress: Progress) -> bool:
    """Write the file that covers a snapshot's slots: of the lists that are ``known`` if they still fit, else anew.

    ``path`` is the database's. False where float32 cannot hold the squares of new vectors: they are all measured.
    """
    rows, live = snapshot.vectors.rows(snapshot.slots), snapshot.live
    if _wild(snapshot, rows if known is None else rows[known.meta.covered :]):
        return False
    before = faiss.omp_get_max_threads()
    faiss.omp_set_num_threads(threads)  # of this thread alone
    try:
        contents: Contents | None = None
        if known is not None:
            contents = growth.grown(known, rows, live, progress, threads)
        if contents is None or not growth.fits(contents):
            slots = np.arange(snapshot.slots) if live is None else np.flatnonzero(live)
            owner = snapshot.vectors.file.header.owner
            contents = build(rows, slots, snapshot.spec.metric, owner, snapshot.generation, memory, progress, threads)
        write(path_of(path, snapshot.generation), contents)
    finally:
        faiss.omp_set_num_threads(before)
    sweep(path, snapshot.generation)
    return True


def _wild(snapshot: Snapshot, rows: Matrix) -> bool:
    if snapshot.spec.metric is not Metric.EUCLIDEAN:
        return False  # all are brought to length one
    parts = (rows[start : start + _CHECKED_AT_ONCE] for start in range(0, len(rows), _CHECKED_AT_ONCE))
    return not all(tame(measured(part), Metric.EUCLIDEAN) for part in parts)
