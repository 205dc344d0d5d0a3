"""Projections keep distances, leave padding out, and are what they were when they are read again."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.stores.embedded.inverted.projection import WIDEST, Projection, telling
from sensorium.types import Matrix, Metric

from .conftest import leaning

MEMORY = 1 << 30


def rows(dim: int, count: int = 50) -> Matrix:
    return np.random.default_rng(dim).standard_normal((count, dim), dtype=np.float32)


@pytest.mark.parametrize("dim", [1, 2, 3, 8, 100, 512, 768])
def test_distances_stay(dim: int) -> None:
    found = rows(dim)
    turned = Projection.made(found, Metric.EUCLIDEAN, MEMORY).of(found)
    before = np.linalg.norm(found[:, None] - found[None], axis=2)
    after = np.linalg.norm(turned[:, None] - turned[None], axis=2)
    np.testing.assert_allclose(after, before, atol=2e-4)


def test_under_cosine_rows_are_at_length_one_whatever_theirs() -> None:
    found = rows(64)
    found[0] *= np.float32(1e25)
    found[1] *= np.float32(1e-30)
    found[2] = 0
    lengths = np.linalg.norm(Projection.made(found, Metric.COSINE, MEMORY).of(found), axis=1)
    np.testing.assert_allclose(lengths[[0, 1, 3, 4]], 1, atol=1e-5)
    assert lengths[2] == 0


def test_wide_rows_are_cut_and_keep_their_distances_about() -> None:
    found = rows(3072, 40)
    projection = Projection.made(found, Metric.EUCLIDEAN, MEMORY)
    turned = projection.of(found)
    assert turned.shape == (40, WIDEST)
    before = ((found[:, None] - found[None]) ** 2).sum(2)
    after = ((turned[:, None] - turned[None]) ** 2).sum(2) * projection.scale
    np.testing.assert_allclose(after, before, rtol=0.25)


def test_a_projection_spreads_what_stands_in_one_dimension() -> None:
    one = np.zeros((1, 256), np.float32)
    one[0, 7] = 1
    turned = Projection.made(rows(256), Metric.COSINE, MEMORY).of(one)
    assert np.abs(turned).max() < 0.35


def test_padding_says_nothing() -> None:
    found = rows(16)
    found[:, 9:] = 0
    assert telling(found) == 9
    assert telling(np.zeros((3, 4), np.float32)) == 1
    padded = np.concatenate([found, np.zeros_like(found)], axis=1)
    projection = Projection.made(padded, Metric.COSINE, MEMORY)
    np.testing.assert_array_equal(projection.of(padded), projection.of(found))


@pytest.mark.parametrize("metric", list(Metric))
def test_rows_that_differ_in_few_dimensions_get_fewer(metric: Metric) -> None:
    found = leaning(2000)
    projection = Projection.made(found, metric, MEMORY)
    assert (projection.columns, projection.width, projection.scale) == (512, 256, 1)
    rows = leaning(40, seed=1) * np.float32(1 if metric is Metric.EUCLIDEAN else 1e20)
    turned = projection.of(rows)
    assert turned.shape == (40, 256)
    if metric is Metric.COSINE:
        rows = (rows / np.linalg.norm(rows.astype(np.float64), axis=1, keepdims=True)).astype(np.float32)
    before = ((rows[:, None] - rows[None]) ** 2).sum(2)
    after = ((turned[:, None] - turned[None]) ** 2).sum(2)
    np.testing.assert_allclose(after, before, rtol=0.02, atol=1e-5)
    one = np.concatenate([projection.of(row[None]) for row in rows])  # as a query is
    np.testing.assert_allclose(one, turned, atol=1e-5 * np.abs(turned).max())


def test_under_cosine_the_long_say_no_more_than_the_short() -> None:
    found = np.random.default_rng(1).standard_normal((4000, 512), dtype=np.float32)
    found[::20] = leaning(200) * 1000
    assert Projection.made(found, Metric.COSINE, MEMORY).width == 512


@pytest.mark.parametrize("memory", [1 << 22, 1, 0])
def test_with_little_memory_they_do_not(memory: int) -> None:
    assert Projection.made(leaning(2000), Metric.COSINE, memory).width == 512


def test_rows_that_have_no_length_are_no_trouble() -> None:
    found = leaning(2000)
    found[::7] = 0
    turned = Projection.made(found, Metric.COSINE, MEMORY).of(found)
    assert np.isfinite(turned).all()
    assert not turned[0].any()


@pytest.mark.parametrize("found", [rows(100), leaning(2000)])
def test_signs_and_axes_are_all_there_is_to_keep(found: Matrix) -> None:
    made = Projection.made(found, Metric.COSINE, MEMORY)
    again = Projection(made.columns, made.width, made.metric, made.signs.copy(), made.axes.copy())
    np.testing.assert_array_equal(again.of(found), made.of(found))
