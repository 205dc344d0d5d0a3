"""Keys in order, from a service that lists them in none."""

from __future__ import annotations

import heapq
import threading
import time
from bisect import bisect_right
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain
from zlib import crc32

BUFFER = 100_000
"""Keys that one listing keeps at most, so that memory is bounded: 32-digit keys take about 10 MB. Larger indexes are
listed once for every so many keys of a scan."""
FRESH_S = 300.0
"""How long a listing serves a scan that goes on."""
SEGMENTS = 16
"""Parts that the service itself shares an index out into, at most."""
Part = tuple[int, int]


@dataclass(frozen=True, slots=True)
class _Listing:
    """The lowest keys above some key, sorted; ``whole`` where there are no others."""

    keys: list[str]
    whole: bool
    at_s: float
    turn: int
    """Of :meth:`KeyOrder.forget`, when it was begun."""


class KeyOrder:
    """Sorts what ``listed`` gives and remembers it between the calls of one scan. Thread-safe."""

    def __init__(self, listed: Callable[[Part], Iterator[list[str]]], buffer: int = BUFFER) -> None:
        self._listed = listed
        self._buffer = buffer
        self._lock = threading.Lock()
        self._going: dict[Part, tuple[str, _Listing]] = {}
        """By part: the last key given out, and the listing that it came from."""
        self._turn = 0

    def after(self, after: str | None, limit: int, part: Part) -> Iterator[list[str]]:
        """Keys of the part above ``after`` in order, ``limit`` at a time, until the caller has enough."""
        listing = self._continued(after, part)
        while True:
            if listing is None:
                listing = self._read(after, max(limit, self._buffer), part)
            start = 0 if after is None else bisect_right(listing.keys, after)
            keys = listing.keys[start : start + limit]
            if keys:
                after = keys[-1]
                with self._lock:
                    self._going[part] = (after, listing)
                yield keys
            elif listing.whole:
                with self._lock:
                    self._going.pop(part, None)
                return
            else:
                listing = None

    def forget(self) -> None:
        """Something was put: what was listed may lack it."""
        with self._lock:
            self._going.clear()
            self._turn += 1

    def _continued(self, after: str | None, part: Part) -> _Listing | None:
        with self._lock:
            last, listing = self._going.get(part, (None, None))
            turn = self._turn
        if after is None or last != after or listing is None or listing.turn != turn:
            return None
        return listing if time.monotonic() - listing.at_s < FRESH_S else None

    def _read(self, after: str | None, size: int, part: Part) -> _Listing:
        began = time.monotonic()
        with self._lock:
            turn = self._turn
        share, shares = part
        own = shares <= SEGMENTS
        found = (
            key
            for key in chain.from_iterable(self._listed(part))
            if (after is None or key > after) and (own or crc32(key.encode()) % shares == share)
        )
        keys = heapq.nsmallest(size + 1, found)
        return _Listing(keys[:size], len(keys) <= size, began, turn)
