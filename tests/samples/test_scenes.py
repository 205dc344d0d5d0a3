"""Scenes have the colours of what they show, and another seed is another picture."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from sensorium.samples import scenes, shores, streets
from sensorium.samples.canvas import Canvas


def picture(draw: Callable[..., Canvas], *args: int) -> np.ndarray:
    return np.asarray(draw(*args).image(), np.float32)


@pytest.mark.parametrize("draw", [shores.beach, scenes.lake, scenes.desert, scenes.meadow, streets.street])
def test_the_sky_is_blue_by_day(draw: Callable[..., Canvas]) -> None:
    sky = picture(draw, 5, 1)[:20].mean(axis=(0, 1))
    assert sky[2] > sky[0] + 20


@pytest.mark.parametrize("draw", [scenes.night_sky, streets.city_night])
def test_nights_are_dark_with_lights_in_them(draw: Callable[..., Canvas]) -> None:
    grey = picture(draw, 5, 1).mean(axis=-1)
    assert grey.mean() < 80
    assert (grey > 180).sum() > 50


def test_a_sunset_is_warm_a_forest_green_and_autumn_red() -> None:
    red, _, blue = picture(shores.sunset, 5, 1)[180:260].mean(axis=(0, 1))
    assert red > blue + 60
    green = picture(scenes.forest, 5, 1)
    assert green[..., 1].mean() > green[..., 0].mean()
    autumn = np.asarray(scenes.forest(5, 1, autumn=True).image(), np.float32)
    assert autumn[..., 0].mean() > autumn[..., 1].mean() + 15


def test_snow_is_white_and_sand_is_not() -> None:
    snow = picture(scenes.snowy_mountain, 5, 1)[420:].mean(axis=(0, 1))
    assert snow.min() > 140
    assert snow.max() - snow.min() < 40
    sand = picture(scenes.desert, 5, 1)[300:].mean(axis=(0, 1))
    assert sand[0] > sand[2] + 50


@pytest.mark.parametrize("draw", [shores.beach, scenes.rainbow, streets.city_night])
def test_a_seed_gives_one_picture_and_another_seed_another(draw: Callable[..., Canvas]) -> None:
    one = picture(draw, 5, 1)
    assert (picture(draw, 5, 1) == one).all()
    assert np.abs(picture(draw, 6, 1) - one).mean() > 2
