"""Orientation out of EXIF bytes, however broken."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image as Pillow

from sensorium.media.exif import orientation


@pytest.mark.parametrize("value", range(1, 9))
def test_what_pillow_writes_is_read(value: int) -> None:
    exif = Pillow.Exif()
    exif[0x010F] = "A camera maker"
    exif[0x0112] = value
    assert orientation(exif.tobytes()) == value


def test_both_byte_orders_and_no_prefix() -> None:
    for order, mark in (("<", b"II*\0"), (">", b"MM\0*")):
        data = mark + struct.pack(order + "IHHHIHH", 8, 1, 0x0112, 3, 1, 6, 0)
        assert orientation(data) == 6
        assert orientation(b"Exif\0\0" + data) == 6


@pytest.mark.parametrize("value", [0, 9, 65_535])
def test_a_value_out_of_range_is_upright(value: int) -> None:
    assert orientation(b"II*\0" + struct.pack("<IHHHIHH", 8, 1, 0x0112, 3, 1, value, 0)) == 1


@given(st.binary(max_size=80), st.sampled_from([b"", b"Exif\0\0II*\0", b"MM\0*\0\0\0\x08", b"II*\0\x08\0\0\0\xff\xff"]))
def test_any_bytes_give_a_turn(rest: bytes, start: bytes) -> None:
    assert 1 <= orientation(start + rest) <= 8
