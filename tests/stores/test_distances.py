"""Exact distances, and ties that are ties."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.stores.distances import exact_distances
from sensorium.types import Metric


@pytest.mark.parametrize("metric", list(Metric))
def test_equal_rows_are_equally_far_wherever_they_stand(metric: Metric) -> None:
    rng = np.random.default_rng(0)
    rows = np.tile(rng.normal(size=37).astype(np.float32), (5_001, 1))
    found = exact_distances(rows, rng.normal(size=37).astype(np.float32), metric)
    assert found.shape == (5_001,)
    assert found.dtype == np.float32
    assert len(np.unique(found)) == 1


def test_cosine_is_exact_where_it_can_be() -> None:
    rows = np.array([[3, 4], [0.3, 0.4], [-4, 3], [-3, -4], [3e30, 4e30], [3e-30, 4e-30]], np.float32)
    assert exact_distances(rows, rows[0], Metric.COSINE).tolist() == [0, 0, 1, 2, 0, 0]


def test_euclidean_is_the_root() -> None:
    rows = np.array([[0, 0], [3, 4], [1, 1]], np.float32)
    found = exact_distances(rows, np.zeros(2, np.float32), Metric.EUCLIDEAN)
    assert found.tolist() == pytest.approx([0, 5, 2**0.5], rel=1e-7)


def test_close_vectors_far_from_the_origin_are_told_apart() -> None:
    rows = np.array([[1000, 1000], [1000, 1000.001]], np.float32)
    near, far = exact_distances(rows, rows[0], Metric.EUCLIDEAN)
    assert near == 0
    assert far == pytest.approx(float(rows[1, 1]) - 1000, rel=1e-6)


def test_no_rows() -> None:
    assert exact_distances(np.empty((0, 3), np.float32), np.ones(3, np.float32), Metric.COSINE).shape == (0,)
