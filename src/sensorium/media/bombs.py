"""Decompression bombs in a PDF, found before PDFium inflates them: it would take gigabytes for a file of kilobytes."""

from __future__ import annotations

import mmap
import re
import zlib
from collections.abc import Iterable, Iterator

from sensorium.errors import Unreadable
from sensorium.media.blob import opened, size
from sensorium.types import Source

LIMIT = 128 << 20
"""Bytes that one stream of a PDF (drawing commands, a font) may inflate to. Pictures are bounded by their pixels."""
_RATIO = 1032
"""Deflate's best, so that a short stream cannot reach the limit and is not looked into."""
_STREAM = re.compile(rb">>\s{0,8}stream\r?\n")
_DICTIONARY = 4096
_FLATE = re.compile(rb"/(?:FlateDecode|Fl)\b")
_PICTURE = re.compile(rb"/Subtype\s*/Image\b")
_LENGTH = re.compile(rb"/Length\s+(\d+)(?!\d|\s+\d+\s+R)")
_STEP = 1 << 20


def check_pdf(source: Source) -> None:
    """Raises Unreadable for a PDF with a stream that inflates past :data:`LIMIT`, however often it is packed.

    The streams of an encrypted PDF do not inflate, and pass; PDFium's own limit, a gigabyte, holds for them.
    """
    if size(source) == 0:
        return
    if source.data is not None:
        found = _worst(source.data)
    else:
        with opened(source) as stream, mmap.mmap(stream.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
            found = _worst(mapped)
    if found is not None:
        message = f"{source.uri}: a decompression bomb: a stream of {found:,} bytes inflates to more than {LIMIT:,}"
        raise Unreadable(message, path=source.uri)


def _worst(data: bytes | mmap.mmap) -> int | None:
    """The packed length of the first stream that inflates too far; None where none does."""
    for match in _STREAM.finditer(data):
        head = data[max(0, match.start() - _DICTIONARY) : match.start()]
        head = head[head.rfind(b" obj") + 1 :]
        times = len(_FLATE.findall(head))
        if not times or (times == 1 and _PICTURE.search(head)):
            continue
        stated = _LENGTH.search(head)
        end = min(len(data), match.end() + int(stated.group(1)[:18])) if stated else len(data)
        if (end - match.end()) * _RATIO**times >= LIMIT and _passes_limit(data, match.end(), end, times):
            return end - match.end()
    return None


def _passes_limit(data: bytes | mmap.mmap, start: int, end: int, times: int) -> bool:
    chunks: Iterator[bytes] = (data[place : min(end, place + _STEP)] for place in range(start, end, _STEP))
    for _ in range(times):
        chunks = _inflated(chunks)
    try:
        for _ in chunks:
            continue
    except _PastLimit:
        return True
    except zlib.error:
        return False  # PDFium stops at the same place
    return False


class _PastLimit(Exception):
    """One level of a stream has inflated past the limit."""


def _inflated(chunks: Iterable[bytes]) -> Iterator[bytes]:
    inflate, total = zlib.decompressobj(), 0
    for chunk in chunks:
        rest = chunk
        while rest and not inflate.eof:
            out = inflate.decompress(rest, _STEP)
            total += len(out)
            if total > LIMIT:
                raise _PastLimit
            rest = inflate.unconsumed_tail
            yield out
        if inflate.eof:
            return
