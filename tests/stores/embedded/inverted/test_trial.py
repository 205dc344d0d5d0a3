"""The trial finds a rule under which nearly all neighbours are in the lists that are looked into, and no dear one."""

from __future__ import annotations

import numpy as np

from sensorium.stores.embedded.inverted.probe import enough, nearest

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
        count = min(enough(ordered, inverted.sizes[lists], 10, inverted.meta.rules.plain), len(lists))
        neighbours = np.argsort(((projected - query) ** 2).sum(1))[:10]
        covered.append(np.isin(inverted.owners[neighbours], lists[:count]).mean())
        looked.append(inverted.sizes[lists[:count]].sum())
    assert np.mean(covered) > 0.98
    assert np.mean(looked) < 0.6 * len(rows)
    plain, even, uneven = inverted.meta.rules
    assert plain.floor <= even.floor <= uneven.floor
    assert plain.reach <= even.reach <= uneven.reach
