"""Vectors that differ in few dimensions get fewer, which keep the distances; others do not."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.stores.embedded.inverted.axes import LEAST, axes
from sensorium.types import Matrix

from .conftest import leaning


def squares(rows: Matrix, others: Matrix) -> Matrix:
    return np.asarray(((rows[:, None] - others[None]) ** 2).sum(2))


def test_distances_stay_in_half_of_the_dimensions() -> None:
    found = axes(leaning(2000), 256)
    assert found is not None
    assert found.shape == (256, 512)
    rows = leaning(200, seed=1)
    after = rows @ found.T
    np.testing.assert_allclose(squares(after[:60], after[60:]), squares(rows[:60], rows[60:]), rtol=0.02)


def test_what_hardly_any_have_is_kept_about() -> None:
    found = axes(leaning(4000, 20), 256)
    assert found is not None
    few = leaning(0, 40, seed=1)
    after = few @ found.T
    share = squares(after[:20], after[20:]) / squares(few[:20], few[20:])
    assert 0.7 < share.mean() < 1.3
    assert share.std() < 0.35


def test_each_carries_about_as_much() -> None:
    found = axes(leaning(2000), 256)
    assert found is not None
    spread = (leaning(2000, seed=2) @ found.T).var(0)
    assert spread.max() < 8 * spread.min()


def test_no_more_are_taken_than_are_needed() -> None:
    rows = np.zeros((4000, 1024), np.float32)
    rows[:, :300] = np.random.default_rng(0).standard_normal((4000, 300))
    rows[:, 300:] = np.float32(0.01) * np.random.default_rng(1).standard_normal((4000, 724))
    found = axes(rows, 512)
    assert found is not None
    assert len(found) == 384  # 300 and the sketch, in steps of 64


def spread(dims: int, count: int = 4000, seed: int = 0) -> Matrix:
    """Rows of 512 dimensions that differ in so many."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(np.random.default_rng(97).standard_normal((512, 512)))[0][:dims]
    return np.asarray(rng.standard_normal((count, dims)) @ turn, np.float32)


@pytest.mark.parametrize(
    "rows",
    [
        spread(512),  # all dimensions matter
        spread(60)[np.arange(4000) % 40] * 30 + spread(512, seed=1),  # they do to those that are near
        np.concatenate([leaning(1500) * 30, spread(400, 2500)]),  # to most they do
        leaning(4000) + np.float32(0.06) * spread(512, seed=1),  # a fifteenth of a distance lies in others
        leaning(4000, 80),  # to a few they do
    ],
    ids=["all", "near", "most", "fifteenth", "few"],
)
def test_those_that_need_more_keep_all(rows: Matrix) -> None:
    assert axes(rows, 256) is None


def test_the_order_of_the_rows_says_nothing() -> None:
    rows = np.empty((8000, 512), np.float32)
    rows[::2], rows[1::2] = leaning(4000), spread(400)
    assert axes(rows, 256) is None


@pytest.mark.parametrize(
    ("rows", "most"),
    [
        (leaning(1000), 256),  # there are too few rows to tell
        (leaning(2000), LEAST - 1),
        (leaning(2000)[:, :256], 256),  # there are no more dimensions
        (np.ones((2000, 512), np.float32), 256),  # nothing to tell by
    ],
)
def test_others_stay_as_they_are(rows: Matrix, most: int) -> None:
    assert axes(rows, most) is None
