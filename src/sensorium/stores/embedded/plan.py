"""How a query finds its nearest: by measuring all vectors, those that a filter keeps, or those that lists propose.

Up to some megabytes of vectors are measured exactly; so are the few that a filter keeps. Of more, an inverted index
proposes some, and the slots that came after it, the tail, are measured all. Distances are exact whichever way is taken.
"""

from __future__ import annotations

import enum
from typing import NamedTuple

import numpy as np

from sensorium.stores.embedded.limits import Limits
from sensorium.stores.embedded.scan import Mask, Nearest, Scan, joined, scan_all, scan_some
from sensorium.stores.embedded.state import Snapshot, Tracker

_FEW = 0.4
"""The share of rows below which fetching them beats scanning all (measured: about even at a half)."""


class Way(enum.StrEnum):
    """What a plan decided, for whoever wants to explain it."""

    ALL = "exact scan of all vectors"
    SOME = "exact scan of the matching vectors"
    LISTS = "inverted index, then exact distances"


class Steps(NamedTuple):
    """The way that a query took, and how much it looked at."""

    way: Way
    why: str
    matching: int
    """Slots that could be found."""
    measured: int
    """Vectors whose distance was taken."""
    lists: int = 0
    """Lists that were looked into, of :attr:`of_lists`."""
    of_lists: int = 0
    codes: int = 0
    """Rows in these lists; the codes of those that match were compared, or of all where nearly all do."""
    uncovered: int = 0
    """Slots that an inverted index should cover, and does not yet: those after it, or all."""


class Explanation(NamedTuple):
    """How a query was answered."""

    records: int
    steps: Steps | None
    """How the nearest vectors were found; None where no vector was asked for."""
    filter_s: float
    """Seconds until it was known which records the filter keeps."""
    total_s: float


def nearest(
    scan: Scan, snapshot: Snapshot, mask: Mask | None, tracker: Tracker, limits: Limits
) -> tuple[Nearest, Steps]:
    """The nearest among the slots of a snapshot, of those that ``mask`` (slots,) keeps (None: of all)."""
    count, row_bytes = snapshot.slots, 4 * snapshot.spec.dim
    matching = _matching(mask, snapshot)
    if count * row_bytes <= limits.exact_bytes:
        return _exactly(scan, snapshot, mask, matching, f"all vectors are at most {_megabytes(limits.exact_bytes)}")
    if matching * row_bytes <= limits.gather_bytes:
        return _exactly(scan, snapshot, mask, matching, f"what matches is at most {_megabytes(limits.gather_bytes)}")
    inverted = tracker.inverted(snapshot)
    if inverted is None:
        found, steps = _exactly(scan, snapshot, mask, matching, "there is no inverted index yet")
        return found, steps._replace(uncovered=count)
    from sensorium.stores.embedded.inverted.search import search  # here for what imports faiss

    covered = inverted.meta.covered
    among = matching - (count - covered if mask is None else int(np.count_nonzero(mask[covered:])))
    # Where the lists hold what it keeps alone, who has died was left out of them.
    head = None if mask is None or among == len(inverted.slots) else mask[:covered]
    told = search(inverted, scan, snapshot.vectors, head, among)
    if told is None:
        return _exactly(scan, snapshot, mask, matching, "the inverted index cannot tell them apart")
    proposed, looked = told
    tail = scan_all(scan, snapshot.vectors, count, mask, covered)
    steps = Steps(
        Way.LISTS,
        f"all vectors are more than {_megabytes(limits.exact_bytes)}",
        matching,
        looked.measured + matching - among,
        looked.lists,
        len(inverted.sizes),
        looked.rows,
        count - covered,
    )
    return joined(scan, proposed, tail), steps


def choose(count: int, matching: int) -> Way:
    """The exact way for ``matching`` of ``count`` slots."""
    return Way.SOME if matching < _FEW * count else Way.ALL


def _matching(mask: Mask | None, snapshot: Snapshot) -> int:
    """How many slots a mask keeps; of the living it need not be counted."""
    if mask is None:
        return snapshot.slots
    return snapshot.count if mask is snapshot.live else int(np.count_nonzero(mask))


def _exactly(scan: Scan, snapshot: Snapshot, mask: Mask | None, matching: int, why: str) -> tuple[Nearest, Steps]:
    way = choose(snapshot.slots, matching)
    if mask is not None and way is Way.SOME:
        found = scan_some(scan, snapshot.vectors, snapshot.slots, np.flatnonzero(mask))
    else:
        found = scan_all(scan, snapshot.vectors, snapshot.slots, mask)
    return found, Steps(way, why, matching, matching)


def _megabytes(size: int) -> str:
    return f"{size / (1 << 20):,.0f} MB" if size >= 1 << 20 else f"{size:,} bytes"
