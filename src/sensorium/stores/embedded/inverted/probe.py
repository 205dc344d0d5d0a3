"""Which lists to look into: the nearest ones, as many as the distances of their centroids and a filter ask for.

A neighbour may be in any list whose centroid is not much farther from the query than the nearest one. Under a filter
the nearest matching rows are farther away, so that "the nearest centroid" is there the one at which enough matching
rows have been seen, and lists that hold none are passed over. How much farther, and how many lists at least, is found
by trial when the lists are made (:mod:`~sensorium.stores.embedded.inverted.trial`).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.types import Vector

Ids = NDArray[np.int64]

SEEN_FOR_EACH = 5
"""Matching rows that must be seen for each of the k before the distance of a centroid counts."""


class Rule(NamedTuple):
    """How far to look."""

    floor: int
    """Lists that are looked into at least, from the one on where enough rows have been seen."""
    reach: float
    """Lists are looked into up to this multiple of that one's distance."""


class Rules(NamedTuple):
    """One for each kind of query."""

    plain: Rule
    """Without a filter."""
    even: Rule
    """Under a filter that keeps about as large a share of the rows near the query as of all."""
    uneven: Rule
    """Under any other."""


class Near(NamedTuple):
    """Lists in the order of their centroids' distances."""

    lists: Ids
    squares: Vector
    """Squared distances from the query."""
    held: Ids
    """Rows of each that may be found."""

    def first(self, count: int) -> Near:
        """The nearest ``count`` of them."""
        return Near(self.lists[:count], self.squares[:count], self.held[:count])

    def but(self, count: int) -> Near:
        """Those after the nearest ``count``."""
        return Near(self.lists[count:], self.squares[count:], self.held[count:])

    def at(self, places: Ids | NDArray[np.bool_]) -> Near:
        """Those at the given places, or those that a mask keeps."""
        return Near(self.lists[places], self.squares[places], self.held[places])


def nearest(squares: Vector, count: int) -> tuple[Ids, Vector]:
    """The ``count`` nearest of the lists, and their squared distances."""
    if count < len(squares):
        chosen = np.argpartition(squares, count - 1)[:count]
        chosen = chosen[np.argsort(squares[chosen])]
    else:
        chosen = np.argsort(squares)
    return chosen, squares[chosen]


def enough(squares: Vector, held: Ids, k: int, rule: Rule) -> int:
    """How many lists to look into, given their squared distances (rising) and the rows of each that may be found.

    More than there are where these are too few to say.
    """
    first = int(np.searchsorted(np.cumsum(held), SEEN_FOR_EACH * k))
    if first >= len(held):
        return len(held) + 1
    within = int(np.searchsorted(squares, squares[first] * np.float32(rule.reach**2), side="right"))
    if within == len(held):
        within += 1
    return max(within, first + rule.floor)
