"""An opened index: how its readers get one moment of it, and its writers their turn."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import NamedTuple, TypeVar

import numpy as np
from numpy.typing import NDArray

from sensorium.errors import Invalid, NotFound, SensoriumError
from sensorium.filter import Filter, keys
from sensorium.stores import names
from sensorium.stores.embedded import rows
from sensorium.stores.embedded.database import Database
from sensorium.stores.embedded.faults import damaged
from sensorium.stores.embedded.lengths import Lengths
from sensorium.stores.embedded.scan import Mask
from sensorium.stores.embedded.serials import Serials, Slots
from sensorium.stores.embedded.state import Snapshot, Tracker
from sensorium.stores.embedded.staterow import StateRow
from sensorium.stores.embedded.texts import Text
from sensorium.stores.records import MAX_BATCH
from sensorium.types import Matrix, Record

_TRIES = 1000
"""Transactions begun before giving up on seeing the newest commit: each failure means that a writer was faster."""
_Item = TypeVar("_Item")


class Moment(NamedTuple):
    """A transaction and what the index is in it."""

    connection: sqlite3.Connection
    path: Path
    """The database, for messages."""
    snapshot: Snapshot
    mask: Mask | None
    """Which slots hold a record that the filter keeps, ``(slots,)``; None: all do."""
    tracker: Tracker
    """What this process knows of the index beside the snapshot."""

    @property
    def matrix(self) -> Matrix:
        """Every slot that was handed out, the dead among them."""
        return self.snapshot.vectors.rows(self.snapshot.slots)

    def serials(self) -> Serials:
        """The serials of its slots."""
        return self.tracker.serials(self.connection, self.snapshot)

    def lengths(self, text: int) -> Lengths:
        """How many terms each slot has under a text, as far as it is indexed."""
        return self.tracker.lengths(self.connection, self.snapshot, text)

    def posting(self, text: Text, term: str) -> tuple[Slots, NDArray[np.uint16]]:
        """The slots that hold a term under a text, rising and some of them dead, and how often each does."""
        found = self.tracker.postings.of(
            self.connection, text, term, self.serials(), self.snapshot.generation, self.snapshot.slots
        )
        return found.slots, found.counts

    def keys(self, slots: Sequence[int]) -> dict[int, bytes]:
        """The keys of live slots, not checked: to order by, not to give out."""
        found: dict[int, bytes] = {}
        for part in parts(slots, MAX_BATCH):
            found.update(self.connection.execute(f"SELECT slot, key FROM records WHERE slot IN ({marks(part)})", part))
        return found

    def by_key(self, keys: Sequence[str]) -> dict[str, rows.Row]:
        """The rows of those keys that exist, checked."""
        found: dict[str, rows.Row] = {}
        for part in parts(keys, MAX_BATCH):
            for row in self._rows("key", part):
                found[row.checked(self.path).text()] = row
        return found

    def by_slot(self, slots: Sequence[int]) -> list[rows.Row]:
        """The rows of live slots, checked, in the order asked."""
        found: dict[int, rows.Row] = {}
        for part in parts(slots, MAX_BATCH):
            for row in self._rows("slot", part):
                found[row.slot] = row.checked(self.path)
        if missing := [slot for slot in slots if slot not in found]:
            raise damaged(self.path, f"the row of slot {missing[0]} is missing")
        return [found[slot] for slot in slots]

    def record(self, row: rows.Row) -> Record:
        """The record of a checked row; Corrupt where its vector is not what was written."""
        if row.slot >= self.snapshot.slots:
            message = f"the record {rows.shown(row.key)} is in slot {row.slot} of {self.snapshot.slots}"
            raise damaged(self.path, message)
        vector = row.checked_vector(self.matrix[row.slot].copy(), self.snapshot.vectors.file.path)
        vector.flags.writeable = False
        return Record(row.text(), vector, row.decoded())

    def _rows(self, column: str, values: Sequence[str] | Sequence[int]) -> Iterator[rows.Row]:
        statement = f"SELECT {rows.COLUMNS} FROM records WHERE {column} IN ({marks(values)})"
        for found in self.connection.execute(statement, values):
            yield rows.Row(*found)


class Opened:
    """The database of an index with what is known of it."""

    def __init__(self, bucket: str, name: str, path: Path, lock_timeout_s: float) -> None:
        """FileNotFoundError where there is no database at ``path``."""
        self.path = path
        self.dropped = False
        """Whether this process knows that the index was dropped."""
        self._bucket = bucket
        self._name = name
        self._tracker = Tracker(path)
        self._database = Database(path, lock_timeout_s)

    @contextmanager
    def reading(self, filter: Filter | None = None) -> Iterator[Moment]:
        """The newest moment, for as long as the block lasts. NotFound where the index was dropped."""
        with ExitStack() as stack:
            yield self._moment(stack, filter)

    @contextmanager
    def writing(self) -> Iterator[tuple[Moment, StateRow]]:
        """The write lock, and the index as it is while nobody else can change it; commits at the end."""
        self._refuse_dropped()
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(self._database.write())
                snapshot = self._snapshot(connection)
            except Invalid:
                self._refuse_dropped()
                raise
            except FileNotFoundError as error:
                raise self._lost(error) from error
            if snapshot is None:
                raise self._backwards()
            moment = Moment(connection, self.path, snapshot, snapshot.live, self._tracker)
            yield moment, StateRow.read(connection, self.path)

    def refuse_removed(self) -> None:
        """NotFound where the index was dropped and its files are gone. Costs a look at a name."""
        self._refuse_dropped()
        if not self.path.exists():
            raise names.no_index(self._bucket, self._name)

    def vacuum(self) -> None:
        """Give free room of the database back, as :meth:`Database.vacuum`. NotFound where the index was dropped."""
        self._refuse_dropped()
        try:
            self._database.vacuum()
        except FileNotFoundError as error:
            raise self._lost(error) from error

    def is_dropped(self) -> bool:
        """Whether somebody, this process or another, has dropped the index."""
        if not self.dropped:
            try:
                with self.reading():
                    pass
            except NotFound:
                self.dropped = True
        return self.dropped

    def close(self) -> None:
        """Let go of the files; every later call is Invalid, or NotFound where the index was dropped."""
        self._database.close()
        self._tracker.close()

    def _moment(self, stack: ExitStack, filter: Filter | None) -> Moment:
        """The newest moment, held open by ``stack``."""
        self._refuse_dropped()
        lost: FileNotFoundError | None = None
        for _ in range(_TRIES):
            with ExitStack() as attempt:
                try:
                    connection = attempt.enter_context(self._database.read())
                    snapshot = self._snapshot(connection)
                except Invalid:  # closed: perhaps because another thread has just dropped it
                    self._refuse_dropped()
                    raise
                except FileNotFoundError as error:
                    if lost is not None and lost.filename == error.filename:  # not compacted once more meanwhile
                        raise self._lost(error) from error
                    lost = error
                    continue
                if snapshot is None:
                    continue
                mask = snapshot.live
                if filter is not None:
                    columns = self._tracker.columns(connection, snapshot, keys(filter))
                    if columns is None:
                        continue
                    mask = columns.mask(filter)
                    if snapshot.live is not None:
                        mask &= snapshot.live
                stack.enter_context(attempt.pop_all())
                return Moment(connection, self.path, snapshot, mask, self._tracker)
        raise self._backwards()

    def _snapshot(self, connection: sqlite3.Connection) -> Snapshot | None:
        snapshot = self._tracker.at(connection)
        if snapshot is not None and snapshot.dropped:
            self.dropped = True
        self._refuse_dropped()
        return snapshot

    def _refuse_dropped(self) -> None:
        if self.dropped:
            raise names.no_index(self._bucket, self._name)

    def _lost(self, error: FileNotFoundError) -> SensoriumError:
        """What a file that is not there means: a dropped index, or one that lost its vectors."""
        if self.path.exists():
            return damaged(self.path, f"its slot file {error.filename} is missing")
        return names.no_index(self._bucket, self._name)

    def _backwards(self) -> SensoriumError:
        """The database was exchanged under us: it knows less than it did."""
        return damaged(self.path, "it is older than it was when it was opened")


def parts(items: Sequence[_Item], size: int) -> Iterator[Sequence[_Item]]:
    """The items in pieces of ``size``."""
    for start in range(0, len(items), size):
        yield items[start : start + size]


def marks(values: Sequence[object]) -> str:
    """As many question marks as values."""
    return ",".join("?" * len(values))
