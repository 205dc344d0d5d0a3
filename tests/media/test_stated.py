"""The length that a header states."""

from __future__ import annotations

import struct

import pytest

from sensorium.errors import Unreadable
from sensorium.media.stated import check_bytes
from sensorium.types import Source


def riff(stated: int, there: int) -> bytes:
    return b"RIFF" + struct.pack("<I", stated) + b"WAVE" + bytes(there)


def xing(stated: int, there: int, tag: bytes = b"", flags: int = 3) -> bytes:
    fields = (
        struct.pack(">II", flags, 100) + struct.pack(">I", stated) if flags & 1 else struct.pack(">II", flags, stated)
    )
    return tag + b"\xff\xfb\x90\x00" + bytes(32) + b"Xing" + fields + bytes(there)


ID3 = b"ID3\x04\0\0" + bytes([0, 0, 2, 44]) + bytes(300)


@pytest.mark.parametrize(
    "data",
    [
        riff(5_004, 5_000),
        riff(5_100, 5_000),
        riff(0, 5_000),
        riff(0xFFFF_FFFF, 5_000),
        riff(0x7FFF_FFFF, 5_000),
        xing(5_000, 5_000),
        xing(5_000, 5_000, ID3),
        xing(99_999, 5_000, flags=1)[:3_000],
        b"\xff\xfb" + bytes(3_000),
        struct.pack(">I4s", 16, b"ftyp") + bytes(8) + struct.pack(">I4s", 0, b"mdat") + bytes(3_000),
        struct.pack(">I4s", 16, b"ftyp") + bytes(8) + struct.pack(">I4sQ", 1, b"mdat", 3_016) + bytes(3_000),
        struct.pack(">I4s", 16, b"ftyp") + bytes(8) + bytes(3_000),
        b"fLaC" + bytes(2_000),
        b"ID3",
        b"",
    ],
)
def test_a_whole_file_and_one_that_states_nothing_pass(data: bytes) -> None:
    check_bytes(Source("x", data=data))


@pytest.mark.parametrize(
    "data",
    [
        riff(50_000, 5_000),
        xing(50_000, 5_000),
        xing(50_000, 5_000, ID3),
        xing(50_000, 5_000, flags=2),
        struct.pack(">I4s", 16, b"ftyp") + bytes(8) + struct.pack(">I4s", 30_000, b"mdat") + bytes(3_000),
        struct.pack(">I4s", 16, b"ftyp") + bytes(8) + struct.pack(">I4sQ", 1, b"mdat", 1 << 40) + bytes(3_000),
    ],
)
def test_missing_bytes_are_told(data: bytes) -> None:
    with pytest.raises(Unreadable, match=r"x: cut short: its header states [\d,]+ bytes"):
        check_bytes(Source("x", data=data))
