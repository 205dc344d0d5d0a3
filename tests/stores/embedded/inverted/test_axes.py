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


@pytest.mark.parametrize(
    ("rows", "most"),
    [
        (np.random.default_rng(0).standard_normal((4000, 512), dtype=np.float32), 256),  # all dimensions matter
        (leaning(1000), 256),  # half of them are fewer than the dimensions
        (leaning(2000), LEAST - 1),
        (leaning(2000)[:, :256], 256),  # there are no more
        (np.ones((2000, 512), np.float32), 256),  # nothing to tell by
    ],
)
def test_others_stay_as_they_are(rows: Matrix, most: int) -> None:
    assert axes(rows, most) is None
