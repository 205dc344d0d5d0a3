"""Pictures as bytes that a model takes: the file itself where it can be, else PNG or JPEG made of the pixels."""

from __future__ import annotations

import io
from dataclasses import dataclass

from PIL import Image as Pillow

from sensorium.errors import Invalid
from sensorium.types import Encoded, Image, Pixels

_JPEG_QUALITY = 90
_SHRINK = 0.7
_SMALLEST = 64
PNG, JPEG = "image/png", "image/jpeg"


@dataclass(frozen=True, slots=True)
class Room:
    """What a model takes of one picture."""

    media_types: frozenset[str]
    max_bytes: int
    max_side: int | None = None
    """Pixels of the longer side; None for any."""

    def fits(self, media_type: str, data: bytes) -> bool:
        """Whether a file can go as it is."""
        if media_type not in self.media_types or len(data) > self.max_bytes:
            return False
        return self.max_side is None or max(_size(data)) <= self.max_side


def encoded(image: Image, room: Room, given: Encoded | None = None) -> tuple[str, bytes]:
    """(media type, bytes) of a picture; ``given`` goes before the picture's own file."""
    for own in (given, image.encoded):
        if own is not None and own.media_type in room.media_types and room.fits(own.media_type, data := own.read()):
            return own.media_type, data
    return made(image.pixels, room)


def made(pixels: Pixels, room: Room) -> tuple[str, bytes]:
    """The pixels as PNG where that fits, else as JPEG, smaller and smaller until it does."""
    picture = Pillow.fromarray(pixels)
    if room.max_side is not None and max(picture.size) > room.max_side:
        picture.thumbnail((room.max_side, room.max_side), Pillow.Resampling.LANCZOS)
    if PNG in room.media_types:
        data = _written(picture, "PNG")
        if len(data) <= room.max_bytes:
            return PNG, data
    while len(data := _written(picture, "JPEG", quality=_JPEG_QUALITY)) > room.max_bytes:
        width, height = (max(1, round(side * _SHRINK)) for side in picture.size)
        if max(width, height) < _SMALLEST:
            raise Invalid(f"a picture cannot be made to fit {room.max_bytes:,} bytes", code="too_large", path="payload")
        picture = picture.resize((width, height), Pillow.Resampling.LANCZOS)
    return JPEG, data


def _written(picture: Pillow.Image, form: str, **how: int) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **how)
    return out.getvalue()


def _size(data: bytes) -> tuple[int, int]:
    """Width and height from the file's head; a file that Pillow cannot read is as large as can be."""
    try:
        with Pillow.open(io.BytesIO(data)) as picture:
            return picture.size
    except (OSError, Pillow.DecompressionBombError):
        return (1 << 30, 1 << 30)
