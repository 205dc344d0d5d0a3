"""A query through an inverted index: lists, codes, then the vectors themselves."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.inverted.inverted import Inverted
from sensorium.stores.embedded.inverted.probe import Ids, Near, Rule, enough, nearest
from sensorium.stores.embedded.product import products
from sensorium.stores.embedded.scan import Mask, Nearest, Scan, fetched, nearest_of
from sensorium.stores.embedded.vectors import Vectors, measured, tame
from sensorium.types import Metric, Vector

_SHORTLIST = 5
"""Slots that are measured at first for each of the k."""
_LEAST = 32
_SURE = 2.0
"""Codes err by chance. Who was not measured must be estimated farther than the k-th neighbour is by so many times the
error that was seen in those that were; else more are measured."""
_ROUNDING = 1e-5
"""Of many equal vectors none is estimated farther than the others: then all are measured, and the keys decide."""
_ASKED = 8
"""How many times as many codes are put in order as are measured at first."""
_MORE = 4
"""How many times as many are measured then."""
_FIRST = 192
"""Lists that are put in order at first."""
_SPARSE = 0.01
"""Share of the slots up to which the matching ones are counted by list at once; of more, the nearest lists' first."""


class Looked(NamedTuple):
    """What a search did, for whoever wants it explained."""

    lists: int
    rows: int
    """Rows in these lists; their codes were compared where they match."""
    measured: int
    """Vectors whose exact distance was taken."""


def search(
    inverted: Inverted, scan: Scan, vectors: Vectors, mask: Mask | None, matching: int
) -> tuple[Nearest, Looked] | None:
    """The nearest of the covered slots that ``mask`` (covered,) keeps, ``matching`` of them.

    None where the codes cannot tell them apart, so that about all would have to be measured.
    """
    if scan.metric is Metric.EUCLIDEAN and not tame(measured(scan.vector[None]), scan.metric):
        return None  # its squares leave float32's range
    row = inverted.projection.of(scan.vector[None])
    squares = inverted.squares - 2 * products(inverted.centroids, row[0]) + np.vecdot(row, row)
    near = _near(inverted, squares, scan.k, mask, matching)
    bits = None if mask is None else np.packbits(mask, bitorder="little")
    lists, distances = np.ascontiguousarray(near.lists), np.ascontiguousarray(near.squares)
    rows = vectors.rows(inverted.meta.covered)
    known = none = fetched(scan, rows, np.empty(0, np.int64))
    count = max(_LEAST, _SHORTLIST * scan.k)
    asked = 0
    while 2 * count < matching:
        if asked < count:  # codes are compared anew: rather ask for many
            asked = _ASKED * count
            slots, estimates = inverted.found(row, lists, distances, asked, bits)
            known = none  # equal codes may come in another order
        known = known.and_also(fetched(scan, rows, slots[len(known.slots) : count]))
        if (len(slots) <= count and len(slots) < asked) or _sure(known.squares(scan), estimates[:count], scan.k):
            looked = Looked(len(lists), int(inverted.sizes[lists].sum()), len(known.slots))
            return nearest_of(scan, rows, known), looked
        count *= _MORE
    return None


def _sure(squares: Vector, estimates: Vector, k: int) -> bool:
    """Whether what was estimated farther than all of these is hardly among the k nearest."""
    last = float(estimates[-1])
    error = float(np.sqrt(np.mean((squares - estimates) ** 2)))
    return last - float(np.partition(squares, k - 1)[k - 1]) > _SURE * error + _ROUNDING * abs(last)


def _near(inverted: Inverted, squares: Vector, k: int, mask: Mask | None, matching: int) -> Near:
    """The lists to look into."""
    if mask is None:
        return _first_of(squares, inverted.sizes, k, inverted.rule)
    if matching > _SPARSE * len(mask):
        near = nearest(squares, _FIRST)
        held = _held(inverted, near.lists, mask)
        there = np.flatnonzero(held)
        count = enough(near.squares[there], held[there], k, inverted.filtered_rule)
        if count <= len(there):
            return Near(near.lists[there[:count]], near.squares[there[:count]])
    held = np.bincount(inverted.owners[np.flatnonzero(mask)], minlength=len(squares) + 1)[:-1]
    return _first_of(squares, held, k, inverted.filtered_rule)


def _first_of(squares: Vector, held: Ids, k: int, rule: Rule) -> Near:
    """The lists to look into, given how many rows each holds that may be found."""
    among = np.flatnonzero(held)
    first = _FIRST
    while True:
        near = nearest(squares, first, among)
        count = enough(near.squares, held[near.lists], k, rule)
        if count <= len(near.lists) or first >= len(among):
            return Near(near.lists[:count], near.squares[:count])
        first *= 4


def _held(inverted: Inverted, lists: Ids, mask: Mask) -> Ids:
    """How many rows of each list the mask keeps."""
    sizes = inverted.sizes[lists]
    ends = np.cumsum(sizes)
    places = np.arange(ends[-1]) + np.repeat(inverted.starts[lists] - (ends - sizes), sizes)
    kept = np.concatenate([[0], np.cumsum(mask[inverted.slots[places]])])
    held: NDArray[np.int64] = kept[ends] - kept[ends - sizes]
    return held
