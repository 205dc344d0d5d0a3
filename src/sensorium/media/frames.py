"""MPEG streams that begin with no magic number: mp3 and AAC frames, transport streams. Told by frames in a row."""

from __future__ import annotations

from typing import BinaryIO

_RATES = ((44100, 48000, 32000), (22050, 24000, 16000), (11025, 12000, 8000))
_KBITS = {
    (1, 1): (32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448),
    (1, 2): (32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384),
    (1, 3): (32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    (2, 1): (32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256),
    (2, 2): (8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SEARCH = 1 << 14


def mpeg(stream: BinaryIO, head: bytes) -> str | None:
    """The media type of an mp3 (with or without ID3), ADTS AAC or transport stream; None for anything else."""
    if (packet := _packet(head)) is not None:
        return packet
    start = 0
    if head.startswith(b"ID3") and len(head) >= 10:
        start = 10 + sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
        start += 10 if head[5] & 0x10 else 0
    stream.seek(start)
    body = stream.read(_SEARCH)
    if head.startswith(b"ID3"):
        body = body.lstrip(b"\0")
        if body.startswith(b"fLaC"):
            return "audio/flac"
        return (_frames(body, 0, 1) if body else None) or mpeg_inside(body) or "audio/mpeg"
    return _frames(body, 0, 2)


def mpeg_inside(head: bytes) -> str | None:
    """An mp3 or AAC stream that starts in the middle of a frame: four frames in a row somewhere in the head."""
    place = head.find(b"\xff", 0, _SEARCH)
    while place >= 0:
        if (found := _frames(head, place, 4)) is not None:
            return found
        place = head.find(b"\xff", place + 1, _SEARCH)
    return None


def _packet(head: bytes) -> str | None:
    """Transport streams repeat 0x47 every 188 bytes (192 on discs, with four bytes before it)."""
    for step, first in ((188, 0), (192, 4), (204, 0)):
        marks = head[first : first + step * 8 : step]
        if len(marks) >= 3 and marks == b"\x47" * len(marks):
            return "video/mp2t"
    return None


def _frames(body: bytes, place: int, wanted: int) -> str | None:
    """The stream's type if ``wanted`` frames follow on from ``place``; fewer do where the file ends sooner."""
    kind, seen = None, 0
    while seen < wanted:
        if place >= len(body) and seen > 1:
            break
        frame = _frame(body[place : place + 6])
        if frame is None or (kind is not None and frame[0] != kind):
            return None
        kind, length = frame
        place += length
        seen += 1
    return kind


def _frame(header: bytes) -> tuple[str, int] | None:
    """(media type, length in bytes) of the frame that the header opens."""
    if len(header) < 6 or header[0] != 0xFF or header[1] & 0xE0 != 0xE0:
        return None
    version, layer = (header[1] >> 3) & 3, 4 - ((header[1] >> 1) & 3)
    if header[1] & 0xF6 == 0xF0:
        length = (header[3] & 3) << 11 | header[4] << 3 | header[5] >> 5
        return ("audio/aac", length) if length > 7 and (header[2] >> 2) & 15 < 13 else None
    rate, kbits = (header[2] >> 2) & 3, header[2] >> 4
    if version == 1 or layer == 4 or rate == 3 or kbits in {0, 15}:
        return None
    hertz = _RATES[{3: 0, 2: 1, 0: 2}[version]][rate]
    bits = _KBITS[(1, layer) if version == 3 else (2, min(layer, 2))][kbits - 1] * 1000
    padding = (header[2] >> 1) & 1
    if layer == 1:
        return "audio/mpeg", (12 * bits // hertz + padding) * 4
    samples = 72 if layer == 3 and version != 3 else 144
    return "audio/mpeg", samples * bits // hertz + padding
