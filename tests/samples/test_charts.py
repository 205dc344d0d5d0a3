"""Charts are as high as their numbers."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.samples import charts
from sensorium.samples.canvas import rgb


def _painted(picture: np.ndarray, hue: str, columns: slice) -> int:
    near = np.abs(picture[:395, columns].astype(float) - np.asarray(rgb(hue)) * 255).max(axis=-1) < 25
    return int(near.sum())


def test_a_bar_twice_as_high_has_twice_the_area() -> None:
    picture = np.asarray(charts.bars("T", ("a", "b"), {"x": (2, 4)}, "u").image())
    left, right = (_painted(picture, charts.HUES[0], s) for s in (slice(92, 350), slice(350, 612)))
    assert right / left == pytest.approx(2, rel=0.05)


def test_every_line_has_its_colour() -> None:
    picture = np.asarray(charts.lines("T", ("a", "b", "c"), {"x": (1, 2, 3), "y": (3, 1, 2)}, "u").image())
    assert all(_painted(picture, hue, slice(92, 612)) > 500 for hue in charts.HUES[:2])
    assert _painted(picture, charts.HUES[2], slice(92, 612)) == 0
