"""The length in bytes that a file's own header states, where FFmpeg does not hold the file to it.

FFmpeg quietly takes the end of a shortened WAV, AVI, ASF or mp3 for its end, and an MP4 index that breaks off for a
smaller one. What is left of such files is held to the length in seconds that they state.
"""

from __future__ import annotations

import io
from typing import BinaryIO

from sensorium.errors import Unreadable
from sensorium.media import blob
from sensorium.types import Source

_UNFINISHED = 0x7FFF_F000
"""RIFF sizes from here on are what a recorder writes that does not know the length yet, as is 0."""
_SLACK = 512
_HEAD = 4_096
_ASF = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_FILE = bytes.fromhex("a1dcab8c47a9cf118ee400c00c205365")
_BOXES = (b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"free", b"skip", b"wide", b"uuid", b"udta", b"meta")
_HAS_FRAMES, _HAS_BYTES = 1, 2


def check_bytes(source: Source) -> None:
    """Raise Unreadable when more than half a KB of the bytes is missing that the header states."""
    length = blob.size(source)
    with blob.opened(source) as stream:
        stated = _stated(stream, length)
    if stated - length > _SLACK:
        raise Unreadable(
            f"{source.uri}: cut short: its header states {stated:,} bytes, {length:,} are there", path=source.uri
        )


def _stated(stream: BinaryIO, length: int) -> int:
    """Bytes that the whole file has by its header; 0 where it says nothing."""
    head = stream.read(_HEAD)
    if head[:4] == b"RIFF":
        size = int.from_bytes(head[4:8], "little")
        return size + 8 if size < _UNFINISHED else 0
    if head[:16] == _ASF:
        at = head.find(_ASF_FILE)
        return int.from_bytes(head[at + 40 : at + 48], "little") if at > 0 else 0
    if head[4:8] == b"ftyp":
        return _boxes(stream, length)
    return _mp3(stream, head)


def _boxes(stream: BinaryIO, length: int) -> int:
    """Where the last of an MP4's boxes ends."""
    at = 0
    while at + 8 <= length:
        stream.seek(at)
        head = stream.read(16)
        size = int.from_bytes(head[:4], "big")
        if size == 1:
            size = int.from_bytes(head[8:16], "big")
        if size < 8 or head[4:8] not in _BOXES:  # 0 is to the end of the file; some cameras add bytes of their own
            return 0
        at += size
    return at


def _mp3(stream: BinaryIO, head: bytes) -> int:
    """The bytes that an mp3's Xing (or Info) frame counts, and its ID3 tag before them."""
    before = 0
    if head[:3] == b"ID3" and len(head) > 10:
        before = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        stream.seek(before, io.SEEK_SET)
        head = stream.read(_HEAD)
    tag = max(head.find(b"Xing", 0, 64), head.find(b"Info", 0, 64))
    if head[:1] != b"\xff" or tag < 0:
        return 0
    flags = int.from_bytes(head[tag + 4 : tag + 8], "big")
    at = tag + 8 + (4 if flags & _HAS_FRAMES else 0)
    return before + int.from_bytes(head[at : at + 4], "big") if flags & _HAS_BYTES else 0
