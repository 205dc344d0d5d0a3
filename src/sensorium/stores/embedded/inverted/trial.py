"""How far to look for a neighbour, found by looking for known ones.

Some rows stand for queries. Their nearest are found by an exact scan: of all rows, of a few that chance has drawn as a
filter would, and of those in lists far from the query, which a filter can ask for as well. Then the cheapest rules are
taken under which the lists looked into hold nearly all of these: without a filter, under one that keeps its share
everywhere, and under any.
"""

from __future__ import annotations

import threading
import time
from typing import NamedTuple

import faiss
import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.inverted.probe import Ids, Rule, Rules, enough
from sensorium.types import Matrix, Vector

QUERIES = 160
NEIGHBOURS = 10
_FLOORS = (8, 12, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128)
_REACHES = (1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.35, 1.4, 1.5, 1.6)
_WANTED = 0.995
"""The share of the neighbours that must be in the lists looked into."""
_MARGIN = 0.06
"""Added to the reach: queries are not quite like rows, those that ask for a picture by words least. With half of it
half as many again to nine times as many neighbours are missed, in a median time that is 3 % shorter (measured)."""
_UNEVEN_MARGIN = 0.23
"""The same under filters that drop more near the query than elsewhere, which are not quite like those tried: few rows
that stray into near lists may pass for enough (a filter for the farthest 30 % of a million found 0.978 with 0.17 and
0.996 so, in the same time)."""
_DRAWN = 0.04
"""The share of the rows that chance draws."""
_FAR = 0.5
"""The share of the lists that are far from a query."""


class Trial:
    """Rows that stand for queries, their nearest among the rows seen so far, and what these say. Thread-safe."""

    def __init__(self, queries: Matrix, own: Ids, centroids: Matrix, count: int) -> None:
        """``queries`` (n, width) are projected rows, at the places ``own`` of ``count`` rows that will be seen."""
        self._queries = queries
        self._own = own
        self._squares = np.maximum(faiss.pairwise_distances(queries, centroids), 0)
        """Of each centroid from each query, ``(queries, nlist)``."""
        self._drawn = np.random.default_rng(count).random(count) < _DRAWN
        far = self._squares >= np.quantile(self._squares, 1 - _FAR, axis=1, keepdims=True)
        self._far_from = np.ascontiguousarray(far.T)
        """Which queries each list is far from, ``(nlist, queries)``."""
        self._all, self._some, self._farthest = (_Nearest(len(queries)) for _ in range(3))
        self._turn = threading.Lock()

    def see(self, start: int, projected: Matrix, owners: Ids) -> None:
        """Look at the rows at the places from ``start`` on: which are near, given the list of each."""
        squares: Matrix = faiss.pairwise_distances(self._queries, projected)
        among = np.flatnonzero((self._own >= start) & (self._own < start + len(projected)))
        squares[among, self._own[among] - start] = np.inf  # nobody is a neighbour of their own
        places = np.arange(start, start + len(projected))
        drawn = np.flatnonzero(self._drawn[places])
        far = np.take(self._far_from, owners, axis=0).T
        with self._turn:
            self._all.take(squares, places)
            self._some.take(np.take(squares, drawn, axis=1), places[drawn])
            self._farthest.take(squares, places, far)

    def rules(self, owners: Ids) -> Rules:
        """The cheapest that find enough; ``owners`` has the list of all rows."""
        nlist = self._squares.shape[1]
        sizes, drawn = np.bincount(owners, minlength=nlist), np.bincount(owners[self._drawn], minlength=nlist)
        number = range(len(self._own))
        every = [self._course(q, sizes, sizes, owners[self._all.of(q)]) for q in number]
        some = [self._course(q, sizes, drawn, owners[self._some.of(q)]) for q in number]
        far = [self._course(q, sizes, sizes * self._far_from[:, q], owners[self._farthest.of(q)]) for q in number]
        plain = _cheapest([every], 0, _MARGIN)
        even = _cheapest([some], plain.floor, _MARGIN)
        even = Rule(even.floor, max(even.reach, plain.reach))
        uneven = _cheapest([some, far], even.floor, _UNEVEN_MARGIN)
        return Rules(plain, even, Rule(uneven.floor, max(uneven.reach, even.reach)))

    def _course(self, query: int, sizes: Ids, held: Ids, neighbours: Ids) -> _Course:
        """Of the lists' sizes, the rows that each holds that may be found, and the lists of the neighbours."""
        time.sleep(0)  # let queries of other threads in
        squares = self._squares[query]
        there = np.flatnonzero(held)
        order = there[np.argsort(squares[there])]
        place = np.full(len(squares), len(order), np.int64)
        place[order] = np.arange(len(order))
        return _Course(squares[order], held[order], np.cumsum(sizes[order]), place[neighbours])


class _Nearest:
    """The nearest rows of each query so far."""

    def __init__(self, queries: int) -> None:
        self._squares = np.full((queries, NEIGHBOURS), np.inf, np.float32)
        self._places = np.zeros((queries, NEIGHBOURS), np.int64)

    def of(self, query: int) -> Ids:
        """The places of a query's; there may be too few rows for all."""
        found: Ids = self._places[query, np.isfinite(self._squares[query])]
        return found

    def take(self, squares: Matrix, places: Ids, kept: NDArray[np.bool_] | None = None) -> None:
        """Rows at ``places`` by their squared distances (queries, rows), of those that each query has ``kept``."""
        bound = self._squares.max(1)
        if len(places) > NEIGHBOURS and np.isinf(bound).any():
            among = squares if kept is None else np.where(kept, squares, np.float32(np.inf))
            bound = np.minimum(bound, np.partition(among, NEIGHBOURS, axis=1)[:, NEIGHBOURS])
        nearer = squares < bound[:, None]
        if kept is not None:
            nearer &= kept
        queries, rows = np.nonzero(nearer)
        if not len(queries):
            return
        count = len(self._places)
        asked = np.concatenate([np.repeat(np.arange(count), NEIGHBOURS), queries])
        joined = np.concatenate([self._squares.ravel(), squares[queries, rows]])
        named = np.concatenate([self._places.ravel(), places[rows]])
        order = np.lexsort((joined, asked))
        counts = np.bincount(asked)
        best = order[(np.cumsum(counts) - counts)[:, None] + np.arange(NEIGHBOURS)]
        self._squares, self._places = joined[best], named[best]


class _Course(NamedTuple):
    """One query: the lists that hold any row that may be found, nearest first, and where its neighbours are."""

    squares: Vector
    held: Ids
    rows: Ids
    """How many rows lie in the lists up to each."""
    places: Ids
    """For each neighbour, the place of its list."""


def _cheapest(groups: list[list[_Course]], least: int, margin: float) -> Rule:
    """The rule of the least cost, with a floor of ``least`` or more, that finds enough in each group.

    A greater floor or reach finds no less and costs no less: of each floor only the least reach is of interest, and
    that only where it is less than a smaller floor's.
    """
    best, cost = Rule(_FLOORS[-1], _REACHES[-1]), np.inf
    reaches = list(_REACHES)
    for floor in (floor for floor in _FLOORS if floor >= least):
        enough_with = None
        while reaches and (found := _cost(groups, Rule(floor, reaches[-1]))) is not None:
            enough_with = Rule(floor, reaches.pop()), found
        if enough_with is not None and enough_with[1] < cost:
            best, cost = enough_with
    return Rule(best.floor, best.reach + margin)


def _cost(groups: list[list[_Course]], rule: Rule) -> float | None:
    """How many rows a rule looks at for a query of each group; None where it finds too few of the neighbours."""
    costs = 0.0
    for group in groups:
        time.sleep(0)  # let queries of other threads in
        outcomes = [_outcome(course, rule) for course in group]
        share, cost = np.mean(outcomes, axis=0)
        if share < _WANTED:
            return None
        costs += float(cost)
    return costs


def _outcome(course: _Course, rule: Rule) -> tuple[float, float]:
    """The share of the neighbours that are found, and the rows looked at."""
    if not len(course.places):
        return 1.0, 0.0
    count = min(enough(course.squares, course.held, NEIGHBOURS, rule), len(course.held))
    return float(np.mean(course.places < count)), float(course.rows[count - 1])
