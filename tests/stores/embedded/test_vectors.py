"""Lengths are computed once, grow with the slots, and say when float32 is not enough."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sensorium.stores.embedded.slots import SlotFile, SlotHeader
from sensorium.stores.embedded.vectors import Vectors, measured, tame
from sensorium.types import Metric


def test_lengths_grow_with_the_slots(home: Path) -> None:
    rows = np.random.default_rng(0).standard_normal((600, 16), dtype=np.float32)
    file = SlotFile.create(home / "vectors.0.slots", SlotHeader(16, 0, b"o" * 16))
    vectors = Vectors(file, Metric.COSINE)
    file.append(0, rows)
    for count in (0, 10, 300, 300, 20, 600):
        lengths = vectors.lengths(0, count)
        assert lengths is not None
        np.testing.assert_allclose(lengths, np.linalg.norm(rows[:count], axis=1), rtol=1e-6)
    file.append(600, rows[:1] * np.float32(1e30))
    assert vectors.lengths(0, 601) is None
    file.close()


@pytest.mark.parametrize(
    ("row", "cosine", "euclidean"),
    [
        ([3, 4], True, True),
        ([0, 0], False, True),
        ([1e-30, 0], False, True),
        ([1e20, 0], False, False),
        ([3e38, 3e38], False, False),
    ],
)
def test_what_float32_can_scan(row: list[float], cosine: bool, euclidean: bool) -> None:
    lengths = measured(np.array([row], np.float32))
    assert tame(lengths, Metric.COSINE) is cosine
    assert tame(lengths, Metric.EUCLIDEAN) is euclidean
