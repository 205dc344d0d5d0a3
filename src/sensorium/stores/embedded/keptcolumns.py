"""The metadata columns of one generation of an index, as this process knows them: frozen segments, and rows after them.

Segments are mapped from files where there are any (:mod:`~sensorium.stores.embedded.columnfiles`), so that the first
filter after opening need not read the records; rows that no file has are read from the database, a piece a turn. Once
they are many they become a segment and a file, by whoever read them; segments are merged so that each is at least as
large as all after it: there are few of them, and a row is written again only a few times.

The files are derived and rebuildable. Where one is missing or damaged its rows are read again; where none can be
written, the segments stay in memory. No query fails for them.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from sensorium.errors import Corrupt
from sensorium.stores.embedded import rows
from sensorium.stores.embedded.columnfiles import Ahead, ColumnFiles, steps, witnesses
from sensorium.stores.embedded.columns import Columns, Part, Snapshot
from sensorium.stores.embedded.segment import Segment, joined, thinned
from sensorium.stores.embedded.segmentfile import Witnesses

SAVED_ROWS = 8192
"""Rows after the last segment that are worth one: fewer are read in 30 ms."""
_PIECE_ROWS = 4096
"""Rows read in one turn, so that other readers get theirs."""
_DECODED_ROWS = 256
"""Rows whose metadata is decoded in one go, in about 0.3 ms."""
_MOST_ROWS = 1 << 17
"""Rows that wait as Python strings, at some 150 bytes each, where a whole index has to be read."""
_MERGED_ROWS = 1 << 17
"""Rows that a query merges in passing, in about 0.2 s."""
_MOST_UNSAVED = 1 << 20
"""Rows that wait for their file then, frozen, at some 50 bytes each."""


class KeptColumns:
    """Columns that grow with the slots. Safe from any thread; each call is made in a transaction of the caller's."""

    def __init__(self, database_path: Path, owner: bytes, generation: int, non_filterable: frozenset[str]) -> None:
        self.generation = generation
        self._path = database_path
        self._owner = owner
        self._hidden = non_filterable
        self._files = ColumnFiles(database_path, owner, generation)
        self._lock = threading.Lock()
        """Over all below. Held for a piece of the reading, never for writing or merging."""
        self._seq = -1
        """The newest commit that any row was read at."""
        self._segments: tuple[Segment, ...] = ()
        self._tail = Columns(non_filterable)
        """The rows after the segments."""
        self._looked = False
        """Whether the files have been looked for."""
        self._taken: Snapshot | None = None
        """What was given out last, while nothing is new."""
        self._saving = threading.Lock()
        """One thread writes files at a time."""
        self._again = 0
        """How many rows there must be before files are written again where that failed."""

    def at(
        self,
        connection: sqlite3.Connection,
        slots: int,
        seq: int,
        keys: frozenset[str] | None = None,
        thorough: bool = False,
    ) -> Snapshot | None:
        """The columns of the first ``slots`` slots at the commit ``seq``, which the connection's transaction sees.

        ``keys`` are those that will be asked for, None for all; ``thorough`` who has time merges all files that are
        worth it. None where rows of a later commit are known already: the caller begins another transaction. Corrupt
        where a record is damaged.
        """
        while True:
            with self._lock:
                if not self._read(connection, slots, seq):
                    return None
                segments = self._segments
                taken = self._snapshot(slots) if self._end() >= slots else None
            self._save(connection, _MOST_UNSAVED if taken is None else SAVED_ROWS, thorough)
            if taken is not None and self._proved(segments, keys):
                return taken

    def forget(self) -> None:
        """Remove the files and read everything anew when it is next asked for."""
        with self._lock:
            self._files.clear()
            self._segments, self._tail, self._taken = (), Columns(self._hidden), None

    def carry(self, connection: sqlite3.Connection, slots: int, seq: int, kept: NDArray[np.int64]) -> None:
        """Write the file of the next generation, in which the slots ``kept`` (rising) are numbered from 0.

        In the transaction that makes it, before any row of it has moved. Does nothing where much would have to be read
        first: the first filter does that. OSError where there is no room, Corrupt where something is damaged.
        """
        files = ColumnFiles(self._path, self._owner, self.generation + 1)
        files.clear()  # of a compaction that did not come to its end
        if len(kept) < SAVED_ROWS:
            return
        with self._lock:
            if not self._look(connection, seq) or slots - self._end() > max(SAVED_ROWS, slots // 8):
                return
        if self.at(connection, slots, seq) is None:
            return
        with self._lock:
            self._freeze()
            segments = self._segments
            if self._frozen_end() != slots:
                return
        span = Segment(0, len(kept), seq + 1, {})
        files.write(span, self._moved_witnesses(connection, kept), thinned(segments, kept))

    def _read(self, connection: sqlite3.Connection, slots: int, seq: int) -> bool:
        """Read a piece of what is missing; False where this transaction is too old for what is known."""
        if self._seq > seq:
            return False
        if (not self._looked or slots - self._end() >= SAVED_ROWS) and not self._look(connection, seq):
            return False
        if self._seq != seq:
            self._seq, self._taken = seq, None
        if self._end() < slots:
            self._fill(connection, min(self._end() + _PIECE_ROWS, slots))
        return True

    def _look(self, connection: sqlite3.Connection, seq: int) -> bool:
        """Take the files that follow the segments; False where one is of a later commit than this transaction's."""
        if not self._looked:
            self._files.sweep()
        try:
            found = self._files.following(connection, self._frozen_end(), seq)
        except Ahead:
            return False
        except OSError:  # then the records are read
            found = []
        self._looked = True
        if found:
            self._segments += tuple(found)
            self._tail, self._taken = Columns(self._hidden), None
        return True

    def _fill(self, connection: sqlite3.Connection, end: int) -> None:
        """Read the rows up to the slot ``end``; a dead one holds nothing and is masked anyway."""
        first = self._frozen_end()
        statement = f"SELECT {rows.COLUMNS} FROM records WHERE slot >= ? AND slot < ? ORDER BY slot"
        found = connection.execute(statement, (self._end(), end))
        while some := [rows.Row(*row).checked(self._path) for row in found.fetchmany(_DECODED_ROWS)]:
            for row, metadata in zip(some, rows.decoded_all([row.metadata for row in some]), strict=True):
                self._tail.skip(row.slot - first)
                self._tail.append(metadata)
        self._tail.skip(end - first)

    def _snapshot(self, slots: int) -> Snapshot:
        if self._taken is None:
            first = self._frozen_end()
            parts = [Part(segment.begin, segment.end, segment) for segment in self._segments]
            if slots > first:
                self._tail.snapshot()
                parts.append(Part(first, slots, self._tail))
            self._taken = Snapshot(slots, tuple(parts))
        return self._taken

    def _save(self, connection: sqlite3.Connection, least: int, thorough: bool) -> None:
        """Make a file of the rows that are in none where these are ``least``, and merge it with those before it."""
        with self._lock:
            unsaved = self._end() - max((segment.end for segment in self._segments if segment.path), default=0)
            if unsaved >= least or len(self._tail) >= _MOST_ROWS:
                self._freeze()
            segments = self._segments
            if self._end() < self._again or (unsaved < least and not thorough):
                return
        parts = segments[_first_to_merge(segments, self._end() if thorough else _MERGED_ROWS) :]
        if len(parts) < 2 and all(part.path for part in parts):
            return
        if not self._saving.acquire(blocking=False):
            return
        try:
            if not self._proved(parts, None):
                return
            begin, end = parts[0].begin, parts[-1].end
            span = Segment(begin, end, max(part.seq for part in parts), {})
            try:
                merged = self._files.write(span, witnesses(connection, begin, end), joined(parts))
            except (OSError, Corrupt):  # no room, a folder that is read-only, a disk that forgets: they stay in memory
                self._again = end + SAVED_ROWS
                return
            with self._lock:
                if self._segments[: len(segments)] == segments:
                    before, after = segments[: -len(parts)], self._segments[len(segments) :]
                    self._segments = (*before, merged, *after)
                    self._taken = None
        finally:
            self._saving.release()

    def _freeze(self) -> None:
        if len(self._tail):
            segment = Segment(self._frozen_end(), self._end(), self._seq, self._tail.frozen())
            self._segments += (segment,)
            self._tail, self._taken = Columns(self._hidden), None

    def _proved(self, segments: Sequence[Segment], keys: frozenset[str] | None) -> bool:
        """Whether their files hold what was written under these keys; one that does not is made anew."""
        for segment in segments:
            try:
                for key in segment.columns if keys is None else keys:
                    segment.values(key)
            except Corrupt:
                if segment.path is not None:
                    self._files.refuse(segment.path)
                with self._lock:
                    if segment in self._segments:
                        self._segments = self._segments[: self._segments.index(segment)]
                        self._tail, self._taken = Columns(self._hidden), None
                return False
        return True

    def _moved_witnesses(self, connection: sqlite3.Connection, kept: NDArray[np.int64]) -> Witnesses:
        """Those of the next generation, whose rows have not moved yet."""
        new = {int(kept[-1 - back]): len(kept) - 1 - back for back in steps(len(kept))}
        statement = f"SELECT {rows.COLUMNS} FROM records WHERE slot IN ({','.join('?' * len(new))})"
        found = map(rows.Row._make, connection.execute(statement, list(new)))
        return sorted((new[row.slot], row.moved(new[row.slot]).row_check) for row in found)

    def _frozen_end(self) -> int:
        return self._segments[-1].end if self._segments else 0

    def _end(self) -> int:
        return self._frozen_end() + len(self._tail)


def _first_to_merge(segments: Sequence[Segment], most: int) -> int:
    """From which segment on they become one: all that are not in a file, and those that are not large beside these."""
    first = next((place for place, segment in enumerate(segments) if segment.path is None), len(segments) - 1)
    size = sum(segment.rows for segment in segments[first:])
    while first > 0 and segments[first - 1].rows <= min(size, most - size):
        first -= 1
        size += segments[first].rows
    return max(first, 0)
