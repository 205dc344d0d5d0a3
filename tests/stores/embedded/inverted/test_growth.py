"""The next index is made of the one before: rows come, die and move, and the centroids are judged."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from sensorium.stores.embedded.inverted import file, growth
from sensorium.stores.embedded.inverted.inverted import Inverted

from .conftest import Make, clustered, contents_of, leaning


def silent(done: int, total: int) -> None:
    """Nobody looks."""


def test_rows_are_added_as_a_build_with_these_centroids_would(make: Make) -> None:
    rows = clustered(1500)
    grown = growth.grown(make(rows[:1000]), rows, None, silent)
    assert sorted(grown.lists.slots.tolist()) == list(range(1500))
    assert (grown.meta.covered, grown.meta.added, grown.meta.trained) == (1500, 500, 1000)
    assert grown.meta.print == file.fingerprint(rows)
    assert growth.fits(grown)


def test_axes_stay_what_they_are(make: Make, tmp_path: Path) -> None:
    rows = leaning(1500)
    inverted = make(rows[:1200])
    assert len(inverted.projection.axes)
    kept = np.arange(0, 1200, 3)
    for grown in (growth.grown(inverted, rows, None, silent), growth.compacted(inverted, rows, kept)):
        path = tmp_path / "inverted.1.ivf"
        file.write(path, grown)
        np.testing.assert_array_equal(Inverted(path).projection.of(rows), inverted.projection.of(rows))


def test_the_dead_go(make: Make) -> None:
    rows = clustered(1500)
    live = np.random.default_rng(0).random(1500) < 0.6
    grown = growth.grown(make(rows[:1000]), rows, live, silent)
    assert sorted(grown.lists.slots.tolist()) == np.flatnonzero(live).tolist()


def test_many_more_rows_or_unlike_ones_do_not_fit(make: Make) -> None:
    rows = clustered(3000)
    inverted = make(rows[:1000])
    assert not growth.fits(growth.grown(inverted, rows, None, silent))
    few = np.arange(1200) < 200
    assert not growth.fits(growth.grown(inverted, rows[:1200], few, silent))
    unlike = np.concatenate([rows[:1000], np.random.default_rng(1).standard_normal((500, 16), dtype=np.float32)])
    assert not growth.fits(growth.grown(inverted, unlike, None, silent))
    assert growth.fits(contents_of(rows))


def test_compaction_renumbers(make: Make, tmp_path: Path) -> None:
    rows = clustered(1200)
    inverted = make(rows[:1000])
    kept = np.sort(np.random.default_rng(2).choice(1200, 700, replace=False))
    moved = growth.compacted(inverted, rows, kept)
    covered = int((kept < 1000).sum())
    assert sorted(moved.lists.slots.tolist()) == list(range(covered))
    assert (moved.meta.generation, moved.meta.covered) == (1, covered)
    assert moved.meta.print == file.fingerprint(rows[kept][:covered])
    path = tmp_path / "inverted.1.ivf"
    file.write(path, moved)
    after, before = Inverted(path).owners, inverted.owners
    np.testing.assert_array_equal(after, before[kept[:covered]])
