"""The next inverted index made of the one there is: without rows that died, with rows that came, or renumbered.

No centroid moves, so that it takes a fraction of building anew; whether the centroids still fit is for :func:`fits`.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.inverted.build import Progress, encoded
from sensorium.stores.embedded.inverted.encoder import ROWS_AT_ONCE, Encoder
from sensorium.stores.embedded.inverted.file import Contents, fingerprint
from sensorium.stores.embedded.inverted.inverted import Inverted
from sensorium.stores.embedded.inverted.lists import Lists, Slots
from sensorium.types import Matrix

Mask = NDArray[np.bool_]

_GROWN = 2.0
"""Rows for each that the centroids were made of, from which there should be more lists."""
_SHRUNK = 0.25
_ADDED = 0.2
"""The share of rows that must have been added before they are judged."""
_DRIFTED = 1.15
"""How much farther from their centroids these may be than the rows that the centroids were made of."""


def fits(contents: Contents) -> bool:
    """Whether the centroids still fit the rows: their number, and what came since."""
    meta, rows = contents.meta, len(contents.lists.slots)
    if not _SHRUNK * meta.trained <= rows <= _GROWN * meta.trained:
        return False
    if meta.added < _ADDED * rows:
        return True
    share = len(contents.centroids) / meta.trained  # a centroid is nearer to the rows that it is the mean of
    return meta.added_error * (1 - share) <= _DRIFTED * meta.error * (1 + share)


def grown(inverted: Inverted, rows: Matrix, live: Mask | None, progress: Progress, threads: int = 1) -> Contents:
    """The index over all of ``rows`` (slots, dim): of those before, the ones that still live, and the later ones."""
    meta, lists = inverted.meta, inverted.lists()
    if live is not None:
        lists = lists.kept(live[lists.slots])
    new = np.arange(meta.covered, len(rows))
    if live is not None:
        new = new[live[meta.covered :]]
    total = -(-len(new) // ROWS_AT_ONCE)
    progress(0, total)
    errors = 0.0
    if len(new):
        encoder = Encoder(inverted.projection, inverted.centroids)
        came = encoded(encoder, rows, new, threads, lambda done: progress(done, total))
        errors = float(came.squares.sum(dtype=np.float64))
        lists = lists.joined(Lists.sorted(len(lists.sizes), came.owners, new, came.codes))
    added = meta.added + len(new)
    meta = replace(
        meta,
        covered=len(rows),
        print=fingerprint(rows),
        added=added,
        added_error=(meta.added * meta.added_error + errors) / max(added, 1),
    )
    return Contents(meta, inverted.projection.signs, inverted.projection.axes, inverted.centroids, lists)


def compacted(inverted: Inverted, rows: Matrix, kept: Slots) -> Contents:
    """The index of the next generation, in which the slots ``kept`` of ``rows`` follow one another."""
    covered = kept[: np.searchsorted(kept, inverted.meta.covered)]
    renumbered = np.full(inverted.meta.covered, -1, np.int64)
    renumbered[covered] = np.arange(len(covered))
    lists = inverted.lists()
    lists = lists.kept(renumbered[lists.slots] >= 0, renumbered)
    meta = replace(
        inverted.meta,
        generation=inverted.meta.generation + 1,
        covered=len(covered),
        print=fingerprint(rows, covered),
    )
    return Contents(meta, inverted.projection.signs, inverted.projection.axes, inverted.centroids, lists)
