"""Where terms stand: read from FTS5, and remembered for those that stand in many records.

Words like *the* stand in most texts, questions are full of them, and reading a million row numbers takes a tenth of a
second; new records are read on from where the memory ends. Dead records stay in it, as whoever reads looks at what
lives anyway.
"""

from __future__ import annotations

import sqlite3
import threading
from collections import OrderedDict
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.faults import damaged_in
from sensorium.stores.embedded.serials import Serials, Slots
from sensorium.stores.embedded.texts import Text, holding

MOST_BYTES = 64 << 20
"""What is remembered for one index."""
LEAST_RECORDS = 4096
"""A term in fewer records is read in less than a millisecond, and not remembered."""


class Posting(NamedTuple):
    """The records that hold a term, as far as they have been read."""

    generation: int
    end: int
    """Slots before it have been read."""
    slots: Slots
    """Rising; some of them dead."""
    counts: NDArray[np.uint16]
    """How often each holds the term."""


class Postings:
    """The postings of an index's frequent terms, those asked for last; safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: OrderedDict[tuple[int, str], Posting] = OrderedDict()
        self._bytes = 0

    def of(
        self, connection: sqlite3.Connection, text: Text, term: str, serials: Serials, generation: int, slots: int
    ) -> Posting:
        """The posting of a term over the first ``slots`` slots of a generation; to be asked by readers only.

        Corrupt where the text names a record that never was.
        """
        with self._lock:
            known = self._known.get((text.number, term))
        if known is None or known.generation != generation:
            known = Posting(generation, 0, np.empty(0, np.int64), np.empty(0, np.uint16))
        if known.end < slots:
            known = _read_on(connection, text, term, serials, known, slots)
            if len(known.slots) >= LEAST_RECORDS:
                self._keep((text.number, term), known)
        if known.end == slots:
            return known
        there = int(np.searchsorted(known.slots, slots))  # an older moment than somebody else's
        return Posting(generation, slots, known.slots[:there], known.counts[:there])

    def clear(self) -> None:
        """Forget all."""
        with self._lock:
            self._known.clear()
            self._bytes = 0

    def _keep(self, key: tuple[int, str], posting: Posting) -> None:
        with self._lock:
            self._drop(key)
            self._known[key] = posting
            self._bytes += _size(posting)
            while self._bytes > MOST_BYTES:
                self._drop(next(iter(self._known)))

    def _drop(self, key: tuple[int, str]) -> None:
        old = self._known.pop(key, None)
        if old is not None:
            self._bytes -= _size(old)


def _read_on(
    connection: sqlite3.Connection, text: Text, term: str, serials: Serials, known: Posting, slots: int
) -> Posting:
    start = known.end
    after = int(serials.of(np.array([start - 1]))[0]) if start else -1
    parts = [(level, serials.slots(found) - start) for level, found in holding(connection, text, term, after)]
    if any(len(found) and not (found.min() >= 0 and found.max() < slots - start) for _, found in parts):
        raise damaged_in(connection, f"the text {text.key.key!r} names a record that never was")
    if len(parts) == 1:
        ((level, found),) = parts
        counts = np.full(len(found), 1 << level, np.uint16)
    else:
        dense = np.zeros(slots - start, np.uint16)
        for level, found in parts:
            dense[found] += np.uint16(1 << level)
        found = np.flatnonzero(dense)
        counts = dense[found]
    if not start:
        return Posting(known.generation, slots, found, counts)
    return Posting(
        known.generation, slots, np.concatenate([known.slots, found + start]), np.concatenate([known.counts, counts])
    )


def _size(posting: Posting) -> int:
    return posting.slots.nbytes + posting.counts.nbytes
