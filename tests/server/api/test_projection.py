"""Points on a plane."""

from __future__ import annotations

import numpy as np

from sensorium.server.api.projection import plane


def test_what_is_apart_stays_apart() -> None:
    rng = np.random.default_rng(3)
    rows = rng.normal(0, 0.01, (200, 32)).astype(np.float32)
    rows[:100, 0] += 1
    rows[::2, 1] += 0.5
    found = plane(rows)
    assert found.points.shape == (200, 2)
    assert np.abs(found.points).max() == 1
    assert abs(found.points[:100, 0].mean() - found.points[100:, 0].mean()) > 1
    assert found.explained[0] > 0.7 > found.explained[1] > 0.1
    assert np.array_equal(found.points, plane(rows).points)


def test_little_is_no_trouble() -> None:
    for rows in (np.zeros((0, 8)), np.ones((1, 8)), np.ones((5, 8)), np.ones((3, 1))):
        found = plane(rows.astype(np.float32))
        assert found.points.shape == (len(rows), 2)
        assert not found.points.any()
    line = plane(np.array([[0.0], [1.0], [2.0]], np.float32))
    assert line.points[:, 0].tolist() == [-1, 0, 1]
