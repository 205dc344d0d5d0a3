"""The one EXIF field that matters here, read without Pillow's EXIF reader, which warns of every blemish in the rest."""

from __future__ import annotations

import struct

_ORIENTATION = 0x0112
_SHORT = 3


def orientation(exif: bytes) -> int:
    """How a picture must be turned, 1..8; 1 (not at all) where the EXIF is absent, broken or says nothing."""
    data = exif.removeprefix(b"Exif\0\0")
    order = {b"II*\0": "<", b"MM\0*": ">"}.get(data[:4])
    if order is None or len(data) < 8:
        return 1
    (at,) = struct.unpack_from(order + "I", data, 4)
    if at + 2 > len(data):
        return 1
    (count,) = struct.unpack_from(order + "H", data, at)
    for begin in range(at + 2, min(at + 2 + 12 * count, len(data) - 11), 12):
        tag, kind, _, value = struct.unpack_from(order + "HHIH", data, begin)
        if tag == _ORIENTATION:
            return value if kind == _SHORT and 1 <= value <= 8 else 1
    return 1
