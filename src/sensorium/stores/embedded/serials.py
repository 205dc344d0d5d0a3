"""Numbers that records keep for life, while compaction gives them other slots.

A serial says how many records were written before this one. Until the first compaction it is the slot; from then on
the serials of the slots that were kept are stored, and later slots count on from there. Full text knows records by
their serials, so that compaction need not write it anew.
"""

from __future__ import annotations

import operator
import sqlite3
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.faults import damaged_in

Slots = NDArray[np.int64]


class Serials(NamedTuple):
    """Between slots and serials, for one generation."""

    kept: NDArray[np.int64]
    """The serials of the first slots, rising."""
    after: int
    """The serial of the slot after them."""

    @classmethod
    def read(cls, connection: sqlite3.Connection) -> Serials:
        """Those that the connection's transaction sees."""
        found = connection.execute("SELECT following, kept FROM serials").fetchone()
        if found is None:
            return cls(np.empty(0, np.int64), 0)
        try:
            return cls(np.frombuffer(found[1], "<i8"), operator.index(found[0]))
        except (ValueError, TypeError) as error:
            raise damaged_in(connection, f"its serials cannot be read ({error})") from error

    def write(self, connection: sqlite3.Connection) -> None:
        """Put these in the place of those that are there."""
        values = (self.after, self.kept.astype("<i8").tobytes())
        connection.execute("INSERT OR REPLACE INTO serials (one, following, kept) VALUES (1, ?, ?)", values)

    def of(self, slots: Slots) -> Slots:
        """The serials of slots."""
        first = len(self.kept)
        serials = slots + (self.after - first)
        early = slots < first
        serials[early] = self.kept[slots[early]]
        return serials

    def following(self, slot: int, count: int) -> list[int]:
        """The serials of new slots from ``slot`` on."""
        first = slot - len(self.kept) + self.after
        return list(range(first, first + count))

    def slots(self, serials: Slots) -> Slots:
        """The slots of serials, in the order given, without those that a compaction left behind."""
        if not self.after:
            return serials
        early = serials[serials < self.after]
        places = np.searchsorted(self.kept, early)
        there = places < len(self.kept)
        there[there] = self.kept[places[there]] == early[there]
        late = serials[serials >= self.after] - self.after + len(self.kept)
        return np.concatenate([places[there], late])

    def compacted(self, slots: Slots, end: int) -> Serials:
        """The serials once only these of the ``end`` slots remain, in this order."""
        return Serials(self.of(slots), int(self.of(np.array([end]))[0]))
