"""A text in segments as Nova cuts one: each as long as may be, ending between two words."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

from sensorium.media.graphemes import is_break

_SPACE = re.compile(r"\s")
_VISIBLE = re.compile(r"\S")
_AHEAD = 2
"""Characters beyond a segment that say whether it ends between two words."""


class Cut(NamedTuple):
    """``text`` is exactly the characters ``start`` to ``end`` (half open) of the whole text."""

    start: int
    end: int
    text: str


def cuts(blocks: Iterable[str], max_chars: int) -> Iterator[Cut]:
    """Segments of at most ``max_chars`` code points; what lies between two of them is white space and nothing else.

    A text without any space in half of that length (a script without spaces) is cut between two characters as people
    see them. Only about one segment is in memory at a time, beside a block.
    """
    source = iter(blocks)
    buffer, base, ended = "", 0, False
    while True:
        while not ended and len(buffer) < max_chars + _AHEAD:
            block = next(source, None)
            if block is None:
                ended = True
            else:
                buffer += block
        visible = _VISIBLE.search(buffer)
        if visible is None:
            if ended:
                return
            base, buffer = base + len(buffer), ""
            continue
        start = visible.start()
        if not ended and len(buffer) - start < max_chars + _AHEAD:
            base, buffer = base + start, buffer[start:]
            continue
        stop = _stop(buffer, start, start + max_chars)
        text = buffer[start:stop].rstrip()
        yield Cut(base + start, base + start + len(text), text)
        base, buffer = base + stop, buffer[stop:]


def _stop(text: str, start: int, limit: int) -> int:
    """Where the segment from ``start`` ends, at most at ``limit``."""
    if len(text) <= limit:
        return len(text)
    for place in range(limit, start + (limit - start) // 2, -1):
        if _SPACE.match(text, place):
            return place
    return next((place for place in range(limit, start, -1) if is_break(text, place)), limit)
