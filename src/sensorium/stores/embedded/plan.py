"""How a query finds its nearest: the one place where an approximate index for millions of vectors will plug in.

Today there are two ways, both exact: fetch the matching rows where a filter leaves few, else scan all under a mask.
"""

from __future__ import annotations

import enum

import numpy as np

from sensorium.stores.embedded.scan import Mask, Nearest, Scan, scan_all, scan_some
from sensorium.stores.embedded.vectors import Vectors

_FEW = 0.4
"""The share of rows below which fetching them beats scanning all (measured: about even at a half)."""


class Way(enum.StrEnum):
    """What a plan decided, for whoever wants to explain it."""

    ALL = "exact scan of all vectors"
    SOME = "exact scan of the matching vectors"


def choose(count: int, matching: int) -> Way:
    """The way for ``matching`` of ``count`` slots."""
    return Way.SOME if matching < _FEW * count else Way.ALL


def nearest(scan: Scan, vectors: Vectors, count: int, mask: Mask | None) -> Nearest:
    """The nearest among the first ``count`` slots, of those that ``mask`` keeps (None: of all)."""
    if mask is None:
        return scan_all(scan, vectors, count, None)
    slots = np.flatnonzero(mask)
    if choose(count, len(slots)) is Way.SOME:
        return scan_some(scan, vectors, count, slots)
    return scan_all(scan, vectors, count, mask)
