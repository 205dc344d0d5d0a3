"""From whatever a picture file holds to upright 8-bit RGB.

CMYK and Lab go to sRGB by their own ICC profile, 16-bit and float samples are scaled and not clipped, transparency is
laid on white, EXIF orientation is applied, and what is far larger than needed is shrunk before the costly steps.
"""

from __future__ import annotations

import io

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageCms

from sensorium.types import Encoded, Pixels

_TURNS = {
    2: Pillow.Transpose.FLIP_LEFT_RIGHT,
    3: Pillow.Transpose.ROTATE_180,
    4: Pillow.Transpose.FLIP_TOP_BOTTOM,
    5: Pillow.Transpose.TRANSPOSE,
    6: Pillow.Transpose.ROTATE_270,
    7: Pillow.Transpose.TRANSVERSE,
    8: Pillow.Transpose.ROTATE_90,
}
_SHRINKS_FIRST = ("L", "RGB", "CMYK")
_WITH_ALPHA = ("RGBA", "LA", "PA", "RGBa")


def upright(picture: Pillow.Image, orientation: int, side: int | None) -> Pixels:
    """RGB pixels of a loaded picture, turned by its EXIF ``orientation`` (1..8).

    Shrunk by a whole factor where the shorter side stays at or above ``side`` pixels.
    """
    info = picture.info
    if picture.mode in _SHRINKS_FIRST and "transparency" not in info:
        picture = _shrunk(picture, side)
    picture = _shrunk(_rgb(picture, info.get("icc_profile")), side)
    if orientation in _TURNS:
        picture = picture.transpose(_TURNS[orientation])
    return np.array(picture, np.uint8)


def png(pixels: Pixels) -> Encoded:
    """Pixels as a PNG file, made when it is asked for."""

    def read() -> bytes:
        out = io.BytesIO()
        Pillow.fromarray(pixels).save(out, "PNG")
        return out.getvalue()

    return Encoded("image/png", read)


def _shrunk(picture: Pillow.Image, side: int | None) -> Pillow.Image:
    factor = min(picture.size) // side if side else 1
    return picture.reduce(factor) if factor > 1 else picture


def _rgb(picture: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    if picture.mode in _WITH_ALPHA or "transparency" in picture.info:
        layer = picture.convert("RGBA")
        ground = Pillow.new("RGB", layer.size, "white")
        ground.paste(layer, mask=layer.getchannel("A"))
        return ground
    if picture.mode.startswith(("I", "F")):
        return Pillow.fromarray(_eight_bits(np.asarray(picture))).convert("RGB")
    if picture.mode in ("CMYK", "LAB"):
        return _by_profile(picture, profile)
    return picture.convert("RGB")


def _eight_bits(samples: NDArray[np.generic]) -> Pixels:
    """Grey samples of 16 or 32 bits or floats, scaled by the range that their type and values show."""
    values = samples.astype(np.float32)
    finite = values[np.isfinite(values)]
    low, high = (float(finite.min()), float(finite.max())) if finite.size else (0.0, 1.0)
    if samples.dtype.kind == "f":
        low, high = (0.0, 1.0) if low >= 0 and high <= 1 else (low, high)
    elif low >= 0 and high <= 65_535:
        low, high = 0.0, 255.0 if samples.dtype.itemsize == 4 and high <= 255 else 65_535.0
    values = np.clip(np.nan_to_num(values, nan=low), low, high)
    scaled: Pixels = np.rint((values - low) * (255 / max(high - low, 1e-9))).astype(np.uint8)
    return scaled


def _by_profile(picture: Pillow.Image, profile: bytes | None) -> Pillow.Image:
    """Printing inks or Lab to sRGB; without a usable profile, by formula."""
    lab = picture.mode == "LAB"
    try:
        if profile or lab:
            made = ImageCms.ImageCmsProfile(io.BytesIO(profile) if profile else ImageCms.createProfile("LAB"))
            done = ImageCms.profileToProfile(picture, made, ImageCms.createProfile("sRGB"), outputMode="RGB")
            if done is not None:
                return done
    except (ImageCms.PyCMSError, OSError) as error:
        if lab:
            raise ValueError(f"its Lab colours cannot be converted: {error}") from error
    return picture.convert("RGB")
