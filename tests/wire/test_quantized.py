"""Rows as small integers."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.types import Matrix
from sensorium.wire.quantized import Quantity, quantized, restored


def unit_rows(n: int = 20, dim: int = 256) -> Matrix:
    rows = np.random.default_rng(3).standard_normal((n, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.mark.parametrize(
    ("quantity", "dtype", "width", "cosine"),
    [
        (Quantity.FLOAT, np.float32, 256, 1 - 1e-6),
        (Quantity.INT8, np.int8, 256, 0.999),
        (Quantity.UINT8, np.uint8, 256, 0.999),
        (Quantity.BINARY, np.int8, 32, 0.7),
        (Quantity.UBINARY, np.uint8, 32, 0.7),
    ],
)
def test_directions_survive_as_far_as_the_bits_go(quantity: Quantity, dtype: type, width: int, cosine: float) -> None:
    rows = unit_rows()
    values = quantized(rows, quantity)
    assert values.dtype == dtype
    assert values.shape == (20, width)
    back = restored(values, quantity)
    back /= np.linalg.norm(back, axis=1, keepdims=True)
    assert float((rows * back).sum(axis=1).min()) > cosine


def test_known_values() -> None:
    rows = np.array([[0.5, -0.25, 0, 0.125, -1, 1, 1, -1]], np.float32)
    assert quantized(rows, Quantity.INT8).tolist() == [[64, -32, 0, 16, -127, 127, 127, -127]]
    assert quantized(rows, Quantity.UINT8).tolist() == [[192, 96, 128, 144, 1, 255, 255, 1]]
    assert quantized(rows, Quantity.UBINARY).tolist() == [[0b10010110]]
    assert quantized(rows, Quantity.BINARY).tolist() == [[0b10010110 - 128]]


def test_a_row_of_zeros_stays_one() -> None:
    assert quantized(np.zeros((1, 8), np.float32), Quantity.INT8).tolist() == [[0] * 8]
