"""The length in bytes that a file's own header states, where FFmpeg does not hold the file to it: RIFF and mp3.

FFmpeg quietly takes the end of a shortened WAV, AVI or mp3 for its end; other formats are held to their duration.
"""

from __future__ import annotations

import struct
from typing import BinaryIO

from sensorium.errors import Unreadable
from sensorium.media import blob
from sensorium.types import Source

_UNFINISHED = 0x7FFF_F000
"""RIFF sizes from here on are what a recorder writes that does not know the length yet, as is 0."""
_SLACK = 4_096
_HEAD = 4_096
_HAS_FRAMES, _HAS_BYTES = 1, 2


def check_bytes(source: Source) -> None:
    """Raise Unreadable when more than 4 KB and 1 % of the bytes are missing that the header states."""
    length = blob.size(source)
    with blob.opened(source) as stream:
        stated = _stated(stream)
    if stated is not None and stated - length > max(_SLACK, stated // 100):
        raise Unreadable(
            f"{source.uri}: cut short: its header states {stated:,} bytes, {length:,} are there", path=source.uri
        )


def _stated(stream: BinaryIO) -> int | None:
    head = stream.read(_HEAD)
    if head[:4] == b"RIFF":
        size = int.from_bytes(head[4:8], "little")
        return size + 8 if 0 < size < _UNFINISHED else None
    before = 0
    if head[:3] == b"ID3" and len(head) > 10:
        before = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        stream.seek(before)
        head = stream.read(_HEAD)
    if len(head) > 4 and head[0] == 0xFF and head[1] & 0xE0 == 0xE0:
        tag = max(head.find(b"Xing", 0, 64), head.find(b"Info", 0, 64))
        if tag > 0 and len(head) >= tag + 16:
            (flags,) = struct.unpack_from(">I", head, tag + 4)
            if flags & _HAS_BYTES:
                at = tag + 8 + (4 if flags & _HAS_FRAMES else 0)
                return before + int(struct.unpack_from(">I", head, at)[0])
    return None
