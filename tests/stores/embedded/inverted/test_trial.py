"""The trial finds a rule under which nearly all neighbours are in the lists that are looked into, and no dear one."""

from __future__ import annotations

import numpy as np

from sensorium.stores.embedded.inverted import trial
from sensorium.stores.embedded.inverted.probe import Rule, enough, nearest
from sensorium.stores.embedded.inverted.trial import Trial
from sensorium.types import Matrix

from .conftest import Make, clustered


def test_the_rule_covers_the_neighbours_of_other_rows_too(make: Make) -> None:
    rows = clustered(4000)
    inverted = make(rows)
    projected = inverted.projection.of(rows)
    queries = inverted.projection.of(clustered(80, seed=4))
    covered, looked = [], []
    for query in queries:
        squares = ((inverted.centroids - query) ** 2).sum(1)
        lists, ordered = nearest(squares, len(squares))
        count = min(enough(ordered, inverted.sizes[lists], 10, inverted.rule), len(lists))
        neighbours = np.argsort(((projected - query) ** 2).sum(1))[:10]
        covered.append(np.isin(inverted.owners[neighbours], lists[:count]).mean())
        looked.append(inverted.sizes[lists[:count]].sum())
    assert np.mean(covered) > 0.98
    assert np.mean(looked) < 0.6 * len(rows)
    assert inverted.filtered_rule.floor >= inverted.rule.floor
    assert inverted.filtered_rule.reach >= inverted.rule.reach


def test_neighbours_are_the_nearest_of_all_and_of_those_that_filters_keep() -> None:
    rows, own = clustered(900), np.arange(0, 900, 30)
    centroids = clustered(20, seed=3)
    owners = ((rows[:, None] - centroids[None]) ** 2).sum(2).argmin(1)
    tried = Trial(rows[own], own, centroids, len(rows))
    for start in (600, 0, 300):  # threads come in any order
        tried.see(start, rows[start : start + 300], owners[start : start + 300])
    squares: Matrix = ((rows[own][:, None] - rows[None]) ** 2).sum(2)
    squares[np.arange(len(own)), own] = np.inf
    far = np.stack([tried._far_from[owners, query] for query in range(len(own))])
    for nearest_of, kept in ((tried._all, True), (tried._some, tried._drawn), (tried._farthest, far)):
        expected = np.sort(np.where(kept, squares, np.inf), axis=1)[:, : trial.NEIGHBOURS]
        for query in range(len(own)):
            found = np.sort(squares[query, nearest_of.of(query)])
            np.testing.assert_allclose(found, expected[query][np.isfinite(expected[query])], rtol=1e-3)


def test_the_rule_is_the_cheapest_of_all_that_find_enough(make: Make) -> None:
    rows = clustered(2500)
    inverted = make(rows)
    owners = inverted.owners
    tried = Trial(inverted.projection.of(rows[:100]), np.arange(100), inverted.centroids, len(rows))
    tried.see(0, inverted.projection.of(rows), owners)
    sizes = np.bincount(owners, minlength=len(inverted.centroids))
    courses = [tried._course(q, sizes, sizes, owners[tried._all.of(q)]) for q in range(100)]
    costs = {}
    for rule in (Rule(floor, reach) for floor in trial._FLOORS for reach in trial._REACHES):
        share, cost = np.mean([trial._outcome(course, rule) for course in courses], axis=0)
        if share >= trial._WANTED:
            costs[rule] = cost
    best = min(costs, key=costs.__getitem__)
    assert trial._cheapest([courses], 0, 0.0) == best
