"""Pictures as bytes that a model takes."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image as Pillow

from sensorium.errors import Invalid
from sensorium.models.bedrock.picture import JPEG, PNG, Room, encoded, made
from sensorium.testing import payloads
from sensorium.types import Encoded, Image

ROOM = Room(frozenset((PNG, JPEG)), 1 << 20, max_side=256)


def file(image: Image, form: str) -> bytes:
    out = io.BytesIO()
    Pillow.fromarray(image.pixels).save(out, form)
    return out.getvalue()


def size(data: bytes) -> tuple[int, int]:
    with Pillow.open(io.BytesIO(data)) as picture:
        return picture.size


def test_a_file_goes_as_it_is() -> None:
    plain = payloads.image(1)
    data = file(plain, "JPEG")
    assert encoded(Image(plain.pixels, Encoded(JPEG, lambda: data)), ROOM) == (JPEG, data)


def test_what_is_given_goes_before_the_pictures_own_file() -> None:
    plain = payloads.image(1)
    own, page = file(plain, "JPEG"), file(plain, "PNG")
    image = Image(plain.pixels, Encoded(JPEG, lambda: own))
    assert encoded(image, ROOM, Encoded(PNG, lambda: page)) == (PNG, page)


def test_a_format_that_is_not_taken_is_never_read() -> None:
    plain = payloads.image(1)
    image = Image(plain.pixels, Encoded("image/tiff", lambda: pytest.fail("read")))
    media_type, data = encoded(image, ROOM)
    assert media_type == PNG
    with Pillow.open(io.BytesIO(data)) as picture:
        assert np.array_equal(np.asarray(picture), plain.pixels)


def test_a_picture_with_too_many_pixels_is_made_smaller() -> None:
    plain = payloads.image(1, 300, 600)
    data = file(plain, "PNG")
    _, smaller = encoded(Image(plain.pixels, Encoded(PNG, lambda: data)), ROOM)
    assert size(smaller) == (256, 128)


def test_too_many_bytes_become_a_jpeg_and_then_a_smaller_one() -> None:
    noise = np.random.default_rng(1).integers(0, 256, (400, 400, 3), np.uint8)
    media_type, data = made(noise, Room(frozenset((PNG, JPEG)), 300_000))
    assert (media_type, size(data)) == (JPEG, (400, 400))
    _, data = made(noise, Room(frozenset((PNG, JPEG)), 30_000))
    assert len(data) <= 30_000
    assert max(size(data)) < 400
    with pytest.raises(Invalid, match="cannot be made to fit 100 bytes"):
        made(noise, Room(frozenset((JPEG,)), 100))


def test_bytes_that_are_no_picture_are_made_anew() -> None:
    image = Image(payloads.image(1).pixels, Encoded(PNG, lambda: b"no picture"))
    assert encoded(image, ROOM)[1].startswith(b"\x89PNG")
