"""Textures repeat without a seam and are the same every time."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.samples.texture import SIZE, lookup, noise


def test_noise_is_even_and_seamless() -> None:
    field = noise(1.2, 3)
    assert field.shape == (SIZE, SIZE)
    assert field.mean() == pytest.approx(0, abs=1e-4)
    assert field.std() == pytest.approx(1, abs=1e-3)
    assert np.abs(field[0] - field[-1]).mean() < 1.5 * np.abs(field[1] - field[0]).mean() + 0.01


def test_lookup_wraps_and_interpolates() -> None:
    field = noise(0.9, 1)
    at = np.array([[3.0, 3.0 + SIZE, 3.5]])
    row = np.array([[7.0]])
    got = lookup(field, at, row)[0]
    assert got[0] == pytest.approx(field[7, 3])
    assert got[1] == pytest.approx(field[7, 3])
    assert got[2] == pytest.approx((field[7, 3] + field[7, 4]) / 2, abs=1e-5)
