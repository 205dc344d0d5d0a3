"""What this process knows of an index, and how it catches up with what other writers committed.

Derived from the database and never needed to open it. A snapshot is of one commit and never changes; queries hold one
while newer ones are made.
"""

from __future__ import annotations

import sqlite3
import threading
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from sensorium.errors import Invalid, SensoriumError
from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded import forking, lengths
from sensorium.stores.embedded.columns import Snapshot as ColumnsSnapshot
from sensorium.stores.embedded.faults import damaged
from sensorium.stores.embedded.inverted import file
from sensorium.stores.embedded.keptcolumns import KeptColumns
from sensorium.stores.embedded.lengths import Lengths
from sensorium.stores.embedded.postings import Postings
from sensorium.stores.embedded.serials import Serials
from sensorium.stores.embedded.slots import SlotFile, SlotHeader
from sensorium.stores.embedded.staterow import StateRow, spec_of
from sensorium.stores.embedded.vectors import Vectors

if TYPE_CHECKING:
    from sensorium.stores.embedded.inverted.inverted import Inverted
    from sensorium.stores.embedded.inverted.kept import Kept

_NO_LENGTHS: Lengths = np.empty(0, np.uint32)


@dataclass(frozen=True, slots=True, eq=False)
class Snapshot:
    """An index at one commit."""

    seq: int
    generation: int
    slots: int
    """How many slots were handed out; the dead among them."""
    count: int
    deaths: int
    dropped: bool
    live: NDArray[np.bool_] | None
    """Which slots hold a record, ``(slots,)``; None: all do."""
    vectors: Vectors
    spec: IndexSpec
    spec_text: bytes


class Tracker:
    """The newest snapshot that this process has made. One catches up; the others use what it made."""

    def __init__(self, database_path: Path) -> None:
        self._path = database_path
        self._lock = threading.Lock()
        self._current: Snapshot | None = None
        self._columns: KeptColumns | None = None
        """Once a filter has asked for any."""
        self._serials: tuple[int, Serials] | None = None
        """With the generation that they are of; once a text query or a write to texts has asked for them."""
        self._lengths: dict[int, tuple[int, Lengths]] = {}
        """By text, with the generation that they are of; once a text query has asked for them."""
        self.postings = Postings()
        self._looking = forking.Turn()
        self._lists: Kept | None = None
        """Once a query has asked for an inverted index."""
        self._closed = False

    def at(self, connection: sqlite3.Connection) -> Snapshot | None:
        """The snapshot that the connection's transaction sees; None where this process already knows a newer one.

        Then the caller begins another transaction. FileNotFoundError where the slot file is gone: the index was
        dropped or compacted meanwhile.
        """
        row = StateRow.read(connection, self._path)
        current = self._current
        if current is None or row.seq != current.seq:
            with self._lock:
                current = self._current
                if self._closed:
                    raise Invalid("The store is closed; open it again", code="closed")
                if current is None or row.seq > current.seq:
                    current = self._current = self._caught_up(connection, row, current)
        return current if current.seq == row.seq else None

    def columns(
        self, connection: sqlite3.Connection, snapshot: Snapshot, keys: frozenset[str]
    ) -> ColumnsSnapshot | None:
        """Metadata columns of a snapshot, row by slot, for filters that look at ``keys``.

        None where this process already knows a newer snapshot. Queries without filters do not wait for it.
        """
        kept = self._kept(snapshot)
        return None if kept is None else kept.at(connection, snapshot.slots, snapshot.seq, keys)

    def keep_columns(self, connection: sqlite3.Connection, snapshot: Snapshot) -> bool:
        """Bring the columns up to a snapshot, and into files where enough is new, so that no filter has to.

        False where this process already knows a newer snapshot. Not for a transaction that has written.
        """
        kept = self._kept(snapshot)
        if kept is None:
            return False
        return kept.at(connection, snapshot.slots, snapshot.seq, frozenset(), thorough=True) is not None

    def rebuild_columns(self, connection: sqlite3.Connection, snapshot: Snapshot) -> None:
        """Remove the files of columns and make them anew from the records; left to the next filter if we are late."""
        kept = self._kept(snapshot)
        if kept is not None:
            kept.forget()
            self.keep_columns(connection, snapshot)

    def carry_columns(self, connection: sqlite3.Connection, snapshot: Snapshot, kept: NDArray[np.int64]) -> None:
        """Write the columns that the next generation begins with, of the slots ``kept``; see :mod:`.compaction`.

        In the write transaction, before any row has moved. Columns are derived: where this fails they are read from
        the records when they are next asked for.
        """
        columns = self._kept(snapshot)
        if columns is not None:
            with suppress(OSError, SensoriumError):
                columns.carry(connection, snapshot.slots, snapshot.seq, kept)

    def inverted(self, snapshot: Snapshot, newest: bool = False) -> Inverted | None:
        """The inverted index of a snapshot's first slots; None where there is none.

        ``newest``: look for its file now, where another process may have put a newer one in the last half second.
        """
        rows = snapshot.vectors.rows(snapshot.slots)
        kept = self._lists
        if kept is None:
            from sensorium.stores.embedded.inverted.kept import Kept  # here for what imports faiss

            with self._lock:
                if self._lists is None:
                    self._lists = Kept(self._path, snapshot.vectors.file.header.owner, self._looking)
                kept = self._lists
        if newest:
            kept.look()
        return kept.of(snapshot.generation, rows)

    def carry_inverted(self, snapshot: Snapshot, kept: NDArray[np.int64]) -> None:
        """Write the inverted index of the next generation, of the slots ``kept``; derived as columns are."""
        if file.path_of(self._path, snapshot.generation).exists() and (known := self.inverted(snapshot)) is not None:
            from sensorium.stores.embedded.inverted import growth  # here for what imports faiss

            with suppress(OSError, SensoriumError):
                contents = growth.compacted(known, snapshot.vectors.rows(snapshot.slots), kept)
                file.write(file.path_of(self._path, snapshot.generation + 1), contents)

    def _kept(self, snapshot: Snapshot) -> KeptColumns | None:
        """The columns of a snapshot's generation; None where it is not the newest that is known."""
        with self._lock:
            if self._current is not snapshot:
                return None
            if self._columns is None or self._columns.generation != snapshot.generation:
                owner = snapshot.vectors.file.header.owner
                self._columns = KeptColumns(self._path, owner, snapshot.generation, snapshot.spec.non_filterable)
            return self._columns

    def serials(self, connection: sqlite3.Connection, snapshot: Snapshot) -> Serials:
        """The serials of a snapshot's slots, which are the same for a whole generation."""
        with self._lock:
            if self._serials is None or self._serials[0] != snapshot.generation:
                self._serials = snapshot.generation, Serials.read(connection)
            return self._serials[1]

    def lengths(self, connection: sqlite3.Connection, snapshot: Snapshot, text: int) -> Lengths:
        """How many terms each slot of a snapshot has under a text; fewer than all where it is not wholly indexed.

        To be asked by readers only: what a writer has not committed must not be remembered.
        """
        with self._lock:
            generation, known = self._lengths.get(text, (snapshot.generation, _NO_LENGTHS))
            if generation != snapshot.generation:
                known = _NO_LENGTHS
            if len(known) < snapshot.slots:
                known = np.concatenate([known, lengths.read(connection, text, len(known))])
                self._lengths[text] = snapshot.generation, known
            return known[: snapshot.slots]

    def close(self) -> None:
        """Let go of the slot file, and of its map when the last query that uses it is done."""
        with self._lock:
            self._closed = True
            if self._current is not None:
                self._current.vectors.file.close()
            self._current = self._columns = self._serials = self._lists = None
            self._lengths.clear()
            self.postings.clear()

    def _caught_up(self, connection: sqlite3.Connection, row: StateRow, known: Snapshot | None) -> Snapshot:
        spec = known.spec if known is not None and known.spec_text == row.spec else spec_of(row.spec)
        if known is None or known.generation != row.generation:
            header = SlotHeader(spec.dim, row.generation, row.owner)
            vectors = Vectors(SlotFile(slot_path(self._path, row.generation), header), spec.metric)
            try:
                snapshot = self._made(connection, row, spec, vectors, None)
            except BaseException:
                vectors.file.close()
                raise
            if known is not None:
                known.vectors.file.close()
            self._columns = None
            self._lengths.clear()
            self.postings.clear()
            return snapshot
        return self._made(connection, row, spec, known.vectors, known)

    def _made(
        self, connection: sqlite3.Connection, row: StateRow, spec: IndexSpec, vectors: Vectors, known: Snapshot | None
    ) -> Snapshot:
        """The snapshot of a state row; ``known`` is an earlier one of the same generation."""
        vectors.rows(row.slots)  # maps them while the file is open, and refuses one that is cut short
        deaths = 0 if known is None else known.deaths
        dead = [slot for (slot,) in connection.execute("SELECT slot FROM dead WHERE id > ?", (deaths,))]
        if not all(isinstance(slot, int) and 0 <= slot < row.slots for slot in dead):
            raise damaged(self._path, f"its log of dead slots names one beyond the {row.slots} that were handed out")
        return Snapshot(
            row.seq,
            row.generation,
            row.slots,
            row.records,
            row.deaths,
            row.dropped != 0,
            _live(known, row.slots, dead),
            vectors,
            spec,
            row.spec,
        )


def slot_path(database_path: Path, generation: int) -> Path:
    """Where the slot file of a generation stands: beside the database."""
    return database_path.with_name(f"vectors.{generation}.slots")


def _live(known: Snapshot | None, slots: int, dead: list[int]) -> NDArray[np.bool_] | None:
    before = None if known is None else known.live
    if before is None and not dead:
        return None
    live = np.ones(slots, np.bool_)
    if before is not None:
        live[: len(before)] = before
    live[np.array(dead, np.int64)] = False
    return live
