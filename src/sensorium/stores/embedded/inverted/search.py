"""A query through an inverted index: lists, codes, then the vectors themselves."""

from __future__ import annotations

from functools import cached_property
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.inverted.inverted import Inverted
from sensorium.stores.embedded.inverted.probe import SEEN_FOR_EACH, Ids, Near, enough, nearest
from sensorium.stores.embedded.product import products
from sensorium.stores.embedded.scan import Mask, Nearest, Scan, fetched, nearest_of
from sensorium.stores.embedded.vectors import Vectors
from sensorium.types import Matrix, Metric, Vector

_SHORTLIST = 2
"""Slots that are measured at first for each of the k,"""
_LEAST = 50
"""and at least,"""
_HEAP = 2
"""out of so many times as many, the nearest by their codes in all lists. Where these hold many rows,"""
_AT_ONCE = 1 << 16
"""more than so many, in the nearest of them, with"""
_AMONG = 20
"""so many times as many that match, and"""
_BEFORE = 100
"""so many times as many rows. The others are then asked for all that may be nearer than the k-th neighbour among these,
which takes half the time for each row (measured; the last of a hundred queries takes two thirds of the time)."""
_SURE = 2.5
"""Codes err by chance. Who was not measured must be estimated farther than the k-th neighbour is by so many times the
error that was seen in those that were."""
_WIDER = 3.5
"""Codes are asked for that are estimated farther by so many times that error: faiss judges many by their first bit
alone, which errs more. Of those farther by up to twice the error it misses one in 20,000 so, and one in 400 if asked
for these alone (measured)."""
_ROUNDING = 1e-5
"""Of many equal vectors none is estimated farther than the others: then all are measured, and the keys decide."""
_MORE = 4
"""How many times as many are measured then, before it is looked again how far one must be to be too far."""
_FIRST = 192
"""Lists that are put in order at first."""
_MOSTLY = 0.8
"""Share of the slots, and of those that a look without a filter finds nearest, from which on that look is enough (where
half of the very nearest remain, too): a few that have died would else double the time. Of the rows in the lists that a
filter chooses, the share from which on they are looked into once."""
_SPARSE = 0.01
"""Share of the slots up to which the matching ones are counted by list at once; of more, the nearest lists' first,"""
_GLANCE = 16
"""if some match in the very nearest."""
_EVEN = 0.5
"""Of the share of all rows that a filter keeps, the part that it must keep of those nearest to pass for even."""
_STRAYED = 0.02
"""Share of a list's rows up to which those that match are measured at once: to find them by their codes, each row of
the list would be asked whether it matches."""


_NO_SLOTS = np.empty(0, np.int64)
_ALL = float("inf")


class Looked(NamedTuple):
    """What a search did, for whoever wants it explained."""

    lists: int
    """But for those in which the few that match were all measured."""
    rows: int
    """Rows in these lists; their codes were compared where they match, or where nearly all do."""
    measured: int
    """Vectors whose exact distance was taken."""


class Bounds(NamedTuple):
    """Estimated squared distances,"""

    far: float
    """beyond which a slot is hardly among the k nearest,"""
    asked: float
    """and up to which the codes are asked for."""


class _Kept:
    """Which of the covered slots may be found."""

    def __init__(self, mask: Mask | None, matching: int) -> None:
        self.mask = mask
        self.matching = matching

    @cached_property
    def bits(self) -> NDArray[np.uint8] | None:
        """A bit for each slot, as faiss wants them; None where all may be."""
        return None if self.mask is None else np.packbits(self.mask, bitorder="little")


class _Look(NamedTuple):
    """What is known before any vector is read."""

    near: Near
    """The lists to look into,"""
    seen: int
    """of which so many have been looked into."""
    bits: NDArray[np.uint8] | None
    """A bit for each slot that faiss may find; None where it finds all, and those that may not be found are dropped."""
    strays: Ids
    """Slots to be measured whatever their codes say."""
    slots: Ids
    """Some that may be found, nearest first by their codes,"""
    estimates: Vector
    """their estimated squared distances,"""
    reached: float
    """and what they reach up to: none that is nearer is missing in the lists seen."""


def search(
    inverted: Inverted, scan: Scan, vectors: Vectors, mask: Mask | None, matching: int
) -> tuple[Nearest, Looked] | None:
    """The nearest of the covered slots that ``mask`` (covered,) keeps, ``matching`` of them.

    None where the codes cannot tell them apart, so that about all would have to be measured.
    """
    if scan.metric is Metric.EUCLIDEAN and not scan.tame:
        return None  # its squares leave float32's range
    count = max(_LEAST, _SHORTLIST * scan.k)
    if 2 * count >= matching:
        return None
    row = inverted.projection.of(scan.vector[None])
    squares = inverted.squares - 2 * products(inverted.centroids, row[0]) + np.vecdot(row, row)
    kept = _Kept(mask, matching)
    look = _looked(inverted, row, squares, scan.k, count, kept)
    near = look.near
    rows = vectors.rows(inverted.meta.covered)
    strayed = fetched(scan, rows, look.strays)
    beside = strayed.squares(scan)
    known = fetched(scan, rows, look.slots[:count])
    told = look.estimates[:count]
    bounds = _bounds(known.squares(scan), told, beside, scan.k)
    if look.reached > bounds.far or look.reached == _ALL:
        slots, estimates = _rest(inverted, row, look, count, kept, bounds)
    else:
        again = int(np.count_nonzero(told <= bounds.far))
        slots, estimates = _others(inverted, row, near, kept.bits, known.slots, again, bounds)
    while len(slots):
        count *= _MORE
        if len(slots) > count:
            order = np.argsort(estimates)
            slots, estimates = slots[order], estimates[order]
        known = known.and_also(fetched(scan, rows, slots[:count]))
        told = np.concatenate([told, estimates[:count]])
        bounds = _bounds(known.squares(scan), told, beside, scan.k)
        left = count + int(np.searchsorted(estimates[count:], bounds.far, side="right"))
        slots, estimates = slots[count:left], estimates[count:left]
        if 2 * (len(known.slots) + len(slots)) >= matching:
            return None
    known = known.and_also(strayed)
    looked = Looked(len(near.lists), int(inverted.sizes[near.lists].sum()), len(known.slots))
    return nearest_of(scan, rows, known), looked


def _looked(inverted: Inverted, row: Matrix, squares: Vector, k: int, count: int, kept: _Kept) -> _Look:
    """Look into the nearest lists, for ``count`` slots or more."""
    mask = kept.mask
    if mask is None or kept.matching >= _MOSTLY * len(inverted.slots):
        near = _first_of(inverted, squares, inverted.sizes, k, None)
        look = _first_look(inverted, row, near, count, None)
        if mask is None:
            return look
        there = mask[look.slots]
        if np.count_nonzero(there) >= _MOSTLY * len(there) and np.count_nonzero(there[: 2 * k]) >= k:
            return look._replace(slots=look.slots[there], estimates=look.estimates[there])
    near, strays = _near(inverted, squares, k, mask, kept.matching)
    if not len(near.lists):
        return _Look(near, 0, None, strays, _NO_SLOTS, np.empty(0, np.float32), _ALL)
    return _first_look(inverted, row, near, count, kept.bits)._replace(strays=strays)


def _first_look(inverted: Inverted, row: Matrix, near: Near, count: int, bits: NDArray[np.uint8] | None) -> _Look:
    """What the codes say in all of the lists or, where these hold many rows, in the nearest of them."""
    seen, rows = len(near.lists), np.cumsum(inverted.sizes[near.lists])
    if rows[-1] > _AT_ONCE:
        matching = np.cumsum(near.held)
        seen = 1 + int(max(np.searchsorted(matching, _AMONG * count), np.searchsorted(rows, _BEFORE * count)))
    most = _HEAP * count  # hardly ever do all of them turn out to be near enough
    slots, estimates = inverted.found(row, near.first(seen), most, bits)
    return _Look(near, seen, bits, _NO_SLOTS, slots, estimates, _reached(estimates, most))


def _reached(estimates: Vector, most: int) -> float:
    """What the nearest ``most`` slots reach up to: where there are fewer, beyond all."""
    return float(estimates[-1]) if len(estimates) == most else _ALL


def _bounds(squares: Vector, estimates: Vector, beside: Vector, k: int) -> Bounds:
    """Given what was measured, how it had been estimated, and what was measured beside it without an estimate."""
    measured = np.concatenate([squares, beside]) if len(beside) else squares
    if not len(squares) or len(measured) < k:
        return Bounds(float("inf"), float("inf"))
    off = squares.astype(np.float64) - estimates  # whose squares may leave float32's range
    last = float(np.partition(measured, k - 1)[k - 1])
    error = float(np.sqrt(off @ off / len(off))) + _ROUNDING * abs(last)
    return Bounds(last + _SURE * error, last + _WIDER * error)


def _rest(inverted: Inverted, row: Matrix, look: _Look, count: int, kept: _Kept, bounds: Bounds) -> tuple[Ids, Vector]:
    """Slots that are not too far, with their estimates: those found but for the first ``count``, and of other lists."""
    left = count + int(np.searchsorted(look.estimates[count:], bounds.far, side="right"))
    slots, estimates = look.slots[count:left], look.estimates[count:left]
    if look.seen >= len(look.near.lists):
        return slots, estimates
    others, far = inverted.within(row, look.near.but(look.seen), bounds.asked, look.bits)
    fitting = far <= bounds.far
    if kept.mask is not None and look.bits is None:
        fitting &= kept.mask[others]
    return np.concatenate([slots, others[fitting]]), np.concatenate([estimates, far[fitting]])


def _others(
    inverted: Inverted, row: Matrix, near: Near, bits: NDArray[np.uint8] | None, known: Ids, again: int, bounds: Bounds
) -> tuple[Ids, Vector]:
    """Slots that are not too far, with their estimates, but for those ``known``, of which ``again`` are not too far.

    Where these are not found again, as can be with many equal vectors, faiss is asked for everything in the lists.
    """
    ordered = np.sort(known)
    for radius in (bounds.asked, float("inf")):
        slots, estimates = inverted.within(row, near, radius, bits)
        fitting = estimates <= bounds.far
        old = ordered[np.minimum(np.searchsorted(ordered, slots), len(ordered) - 1)] == slots  # np.isin is far slower
        if np.count_nonzero(fitting & old) >= again:
            break
    new = fitting & ~old
    return slots[new], estimates[new]


def _near(inverted: Inverted, squares: Vector, k: int, mask: Mask, matching: int) -> tuple[Near, Ids]:
    """The lists to look into, and slots to measure at once: those that match in lists where hardly any do."""
    share = matching / len(inverted.slots)
    if matching > _SPARSE * len(mask):
        lists, ordered = nearest(squares, _FIRST)
        if _held(inverted, lists[:_GLANCE], mask).any():
            near = _cut(inverted, Near(lists, ordered, _held(inverted, lists, mask)), k, share)
            if near is not None:
                return near, _NO_SLOTS
    slots = np.flatnonzero(mask)
    owners = inverted.owners[slots]
    held = np.bincount(owners, minlength=len(squares) + 1)[:-1]
    near = _first_of(inverted, squares, held, k, share)
    strayed = near.held <= _STRAYED * inverted.sizes[near.lists]
    strays = np.zeros(len(squares) + 1, np.bool_)
    strays[near.lists[strayed]] = True
    return near.at(~strayed), slots[strays[owners]]


def _first_of(inverted: Inverted, squares: Vector, held: Ids, k: int, share: float | None) -> Near:
    """The lists to look into, given how many rows each holds that may be found, a ``share`` of all under a filter."""
    first = _FIRST
    while True:
        lists, ordered = nearest(squares, first)
        near = Near(lists, ordered, held[lists])
        cut = _cut(inverted, near, k, share)
        if cut is not None:
            return cut
        if first >= len(squares):
            return near.at(near.held > 0)
        first *= 4


def _cut(inverted: Inverted, near: Near, k: int, share: float | None) -> Near | None:
    """Those of the nearest lists that are to be looked into; None where there are more."""
    rule = inverted.meta.rules.plain
    if share is not None:
        first = int(np.searchsorted(np.cumsum(near.held), SEEN_FOR_EACH * k)) + 1
        even = near.held[:first].sum() >= _EVEN * share * inverted.sizes[near.lists[:first]].sum()
        rule = inverted.meta.rules.even if even else inverted.meta.rules.uneven
    holding = near.at(near.held > 0)
    count = enough(holding.squares, holding.held, k, rule)
    return holding.first(count) if count <= len(holding.held) else None


def _held(inverted: Inverted, lists: Ids, mask: Mask) -> Ids:
    """How many rows of each list the mask keeps."""
    sizes = inverted.sizes[lists]
    ends = np.cumsum(sizes)
    places = np.arange(ends[-1]) + np.repeat(inverted.starts[lists] - (ends - sizes), sizes)
    kept = np.concatenate([[0], np.cumsum(mask[inverted.slots[places]])])
    held: NDArray[np.int64] = kept[ends] - kept[ends - sizes]
    return held
