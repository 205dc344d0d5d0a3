"""Masks cover what they should, and shading makes an outline round."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.samples.canvas import Canvas, blurred, mix, pts, rgb, smooth, spline


def test_colours_mix_by_number_and_by_field() -> None:
    assert rgb("#ff8000").tolist() == pytest.approx([1.0, 128 / 255, 0.0])
    assert mix("#000000", "#ffffff", 0.25).tolist() == pytest.approx([0.25] * 3)
    field = mix("#000000", "#ffffff", np.array([[0.0, 1.0, 7.0]], np.float32))
    assert field.shape == (1, 3, 3)
    assert field[0, :, 0].tolist() == [0, 1, 1]


def test_points_are_read_and_a_spline_passes_through_them() -> None:
    corners = pts("0,0 10,0 10,10 0,10")
    assert corners == [(0, 0), (10, 0), (10, 10), (0, 10)]
    assert set(corners) <= set(spline(corners))
    assert spline(corners, closed=False)[-1] == (0, 10)


def test_a_painted_ellipse_has_its_place_its_colour_and_its_area() -> None:
    c = Canvas(100, 80)
    c.paint(c.ellipse(40, 30, 20, 10), "#ff0000")
    picture = np.asarray(c.image(), np.float32)
    red = (picture[..., 1] < 128).sum()
    assert picture[30, 40].tolist() == [255, 0, 0]
    assert picture[60, 80].tolist() == [255, 255, 255]
    assert red == pytest.approx(np.pi * 20 * 10, rel=0.05)


def test_a_shape_half_outside_is_cut_and_one_outside_does_no_harm() -> None:
    c = Canvas(50, 50)
    c.paint(c.ellipse(0, 25, 10, 10), "#0000ff", round_=5)
    c.paint(c.ellipse(-200, -200, 10, 10), "#0000ff")
    picture = np.asarray(c.image())
    assert picture[25, 2, 2] > picture[25, 2, 0]
    assert picture[25, 30].tolist() == [255, 255, 255]


def test_rounding_makes_the_side_to_the_light_brighter() -> None:
    c = Canvas(100, 100)
    c.paint(c.ellipse(50, 50, 40, 40), "#808080", round_=30)
    picture = np.asarray(c.image(), np.float32)[..., 0]
    assert picture[25, 30] > picture[75, 70] + 30


def test_a_blur_keeps_the_sum_inside_and_smooth_runs_from_0_to_1() -> None:
    spot = np.zeros((41, 41), np.float32)
    spot[20, 20] = 1
    soft = blurred(spot, 3)
    assert soft.sum() == pytest.approx(1, abs=0.01)
    assert soft.argmax() == spot.argmax()
    assert smooth(2, 4, np.array([1.0, 3.0, 9.0])).tolist() == [0, 0.5, 1]
