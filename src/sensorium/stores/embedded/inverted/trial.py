"""How far to look for a neighbour, found by looking for known ones.

Some rows stand for queries. Their nearest are found by an exact scan: of all rows, of a few that chance has drawn as a
filter would, and of those in lists far from the query, which a filter can ask for as well. Then the cheapest rule is
taken under which the lists looked into hold nearly all of these; one without a filter, and one for any filter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from itertools import product
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.inverted.probe import Ids, Rule, enough
from sensorium.types import Matrix, Vector

QUERIES = 160
NEIGHBOURS = 10
_FLOORS = (8, 16, 32, 48, 64, 96, 128)
_REACHES = (1.0, 1.05, 1.1, 1.15, 1.2, 1.25, 1.3, 1.35, 1.4, 1.5, 1.6)
_WANTED = 0.995
"""The share of the neighbours that must be in the lists looked into."""
_MARGIN = 0.03
"""Added to the reach: queries are not quite like rows, those that ask for a picture by words least."""
_FILTERED_MARGIN = 0.07
"""The same under filters, which are not quite like those tried."""
_DRAWN = 0.04
"""The share of the rows that chance draws."""
_FAR = 0.5
"""The share of the lists that are far from a query."""

Kept = Callable[[Ids], NDArray[np.bool_] | np.bool_]
"""Which rows at some places may be found, for all queries or for each."""


class Trial(NamedTuple):
    """One query: the lists that hold any row that may be found, nearest first, and where its neighbours are."""

    squares: Vector
    held: Ids
    rows: Ids
    """How many rows lie in the lists up to each."""
    places: Ids
    """For each neighbour, the place of its list."""


def rules(
    projected: Iterator[tuple[Ids, Matrix]], queries: Matrix, own: Ids, owners: Ids, centroids: Matrix, seed: int
) -> tuple[Rule, Rule]:
    """The cheapest rules that find enough: without a filter, and under one.

    ``projected`` yields all rows (n, width) by parts with their places; ``queries`` are the rows at the places ``own``;
    ``owners`` (n,) names the list of each row.
    """
    squares = ((queries**2).sum(1)[:, None] + (centroids**2).sum(1) - 2 * queries @ centroids.T).clip(0)
    drawn = np.random.default_rng(seed).random(len(owners)) < _DRAWN
    far = squares >= np.quantile(squares, 1 - _FAR, axis=1, keepdims=True)
    kept = (
        lambda places: np.True_,
        lambda places: drawn[places],
        lambda places: far[:, owners[places]],
    )
    every, some, farthest = _neighbours(projected, queries, own, kept)
    sizes = np.bincount(owners, minlength=len(centroids))
    of_drawn = np.bincount(owners[drawn], minlength=len(centroids))
    number = range(len(queries))
    plain = _cheapest([[_trial(squares[q], sizes, sizes, owners[every[q]]) for q in number]], 0, _MARGIN)
    filtered = _cheapest(
        [
            [_trial(squares[q], sizes, of_drawn, owners[some[q]]) for q in number],
            [_trial(squares[q], sizes, sizes * far[q], owners[farthest[q]]) for q in number],
        ],
        plain.floor,
        _FILTERED_MARGIN,
    )
    return plain, Rule(filtered.floor, max(filtered.reach, plain.reach))


def _cheapest(groups: list[list[Trial]], least: int, margin: float) -> Rule:
    """The rule of the least cost, with a floor of ``least`` or more, that finds enough in each group of trials."""
    costs = {}
    for rule in (Rule(floor, reach) for floor, reach in product(_FLOORS, _REACHES) if floor >= least):
        time.sleep(0)  # let queries of other threads in
        outcomes = [np.mean([_outcome(trial, rule) for trial in group], axis=0) for group in groups]
        if all(share >= _WANTED for share, _ in outcomes):
            costs[rule] = sum(float(cost) for _, cost in outcomes)
    best = min(costs, key=costs.__getitem__, default=Rule(_FLOORS[-1], _REACHES[-1]))
    return Rule(best.floor, best.reach + margin)


def _neighbours(projected: Iterator[tuple[Ids, Matrix]], queries: Matrix, own: Ids, kept: Sequence[Kept]) -> list[Ids]:
    """The places of the nearest rows of each query, itself not among them, of those kept: ``(queries, k)`` each."""
    shape = len(queries), NEIGHBOURS
    best = [(np.full(shape, np.inf, np.float32), np.zeros(shape, np.int64)) for _ in kept]
    for places, rows in projected:
        squares = np.vecdot(rows, rows) - 2 * queries @ rows.T
        squares[own[:, None] == places] = np.inf
        for number, of in enumerate(kept):
            known, known_places = best[number]
            joined = np.concatenate([known, np.where(of(places), squares, np.float32(np.inf))], axis=1)
            chosen = np.argpartition(joined, NEIGHBOURS - 1, axis=1)[:, :NEIGHBOURS]
            all_places = np.concatenate([known_places, np.broadcast_to(places, squares.shape)], axis=1)
            best[number] = np.take_along_axis(joined, chosen, 1), np.take_along_axis(all_places, chosen, 1)
    return [places for _, places in best]


def _trial(squares: Vector, sizes: Ids, held: Ids, neighbours: Ids) -> Trial:
    """Of the lists' sizes, the rows that each holds that may be found, and the lists of the neighbours."""
    there = np.flatnonzero(held)
    order = there[np.argsort(squares[there])]
    place = np.full(len(squares), len(order), np.int64)
    place[order] = np.arange(len(order))
    return Trial(squares[order], held[order], np.cumsum(sizes[order]), place[neighbours])


def _outcome(trial: Trial, rule: Rule) -> tuple[float, float]:
    """The share of the neighbours that are found, and the rows looked at."""
    if not len(trial.held):
        return 1.0, 0.0
    count = min(enough(trial.squares, trial.held, NEIGHBOURS, rule), len(trial.held))
    return float(np.mean(trial.places < count)), float(trial.rows[count - 1])
