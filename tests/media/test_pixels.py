"""From any mode of Pillow's to upright RGB."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image as Pillow

from sensorium.media import pixels


@pytest.mark.parametrize(
    "mode",
    ["1", "L", "P", "RGB", "RGBA", "RGBX", "LA", "PA", "RGBa", "CMYK", "YCbCr", "HSV", "I", "F", "I;16", "I;16B"],
)
@pytest.mark.parametrize("side", [None, 10])
def test_every_mode_becomes_rgb(mode: str, side: int | None) -> None:
    found = pixels.upright(Pillow.new(mode, (40, 30)), 1, side)
    assert found.dtype == np.uint8
    assert found.shape == ((30, 40, 3) if side is None else (10, 14, 3))
    assert found.flags.writeable


def test_shrinking_averages_and_stays_at_or_above_the_side() -> None:
    chess = Pillow.fromarray((np.indices((64, 96)).sum(axis=0) % 2 * 255).astype(np.uint8))
    found = pixels.upright(chess, 1, 30)
    assert found.shape == (32, 48, 3)
    assert np.abs(found.astype(int) - 127).max() <= 1


def test_transparent_pixels_lend_no_colour_to_their_neighbours() -> None:
    layer = np.zeros((20, 20, 4), np.uint8)
    layer[:, ::2] = [255, 0, 0, 0]
    layer[:, 1::2] = [0, 0, 255, 255]
    found = pixels.upright(Pillow.fromarray(layer), 1, 10)
    assert found[5, 5].tolist() == pytest.approx([127, 127, 255], abs=1)


def test_turning_comes_after_shrinking() -> None:
    picture = Pillow.new("RGB", (40, 20), "red")
    picture.paste("blue", (0, 0, 20, 20))
    found = pixels.upright(picture, 6, 10)
    assert found.shape == (20, 10, 3)
    assert found[2, 5].tolist() == [0, 0, 255]
    assert found[-2, 5].tolist() == [255, 0, 0]


def test_not_a_number_is_black_and_infinity_white() -> None:
    values = np.array([[np.nan, 0.5], [1.0, np.inf]], np.float32)
    assert pixels.upright(Pillow.fromarray(values), 1, None)[..., 0].tolist() == [[0, 128], [255, 255]]
    nothing = np.full((2, 2), np.nan, np.float32)
    assert pixels.upright(Pillow.fromarray(nothing), 1, None).max() == 0


def test_png_gives_the_pixels_back() -> None:
    found = np.random.default_rng(0).integers(0, 256, (9, 7, 3), np.uint8)
    encoded = pixels.png(found)
    assert encoded.media_type == "image/png"
    assert np.array_equal(np.asarray(Pillow.open(io.BytesIO(encoded.read()))), found)
