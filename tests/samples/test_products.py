"""Things have their colour where they stand, on a plain background."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.samples import animals, clothing, plants, products


@pytest.mark.parametrize(
    ("draw", "high", "low"),
    [
        (clothing.dress, 0, 1), (clothing.jeans, 2, 0), (clothing.handbag, 1, 0), (clothing.tshirt, 0, 2),
        (plants.apple, 0, 2), (plants.banana, 0, 2), (plants.orange, 0, 2), (plants.rose, 0, 1), (products.mug, 0, 2),
        (products.armchair, 2, 0), (animals.butterfly, 0, 2), (animals.bird, 2, 0),
    ],
)  # fmt: skip
def test_the_colour_that_the_name_promises_leads(draw, high: int, low: int) -> None:
    image = np.asarray(draw(scale=1).image(), np.float32)
    corners = image[[4, 4, -5, -5], [4, -5, 4, -5]]
    thing = np.abs(image - corners[0]).max(axis=-1) > 60
    assert 0.05 < thing.mean() < 0.95
    mean = image[thing].mean(axis=0)
    assert mean[high] > mean[low] + 15


@pytest.mark.parametrize("draw", [clothing.sunglasses, clothing.hat, products.clock, products.guitar, products.chair])
def test_the_rest_stands_on_a_light_background(draw) -> None:
    image = np.asarray(draw(scale=1).image(), np.float32)
    assert image[4, 4].min() > 200
    assert (image.mean(axis=-1) < 128).mean() > 0.02


def test_dogs_differ_by_seed() -> None:
    one, other = (np.asarray(animals.dog(seed, 1).image(), np.float32) for seed in (65, 66))
    assert np.abs(one - other).mean() > 8
