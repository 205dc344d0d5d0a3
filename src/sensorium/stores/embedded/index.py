"""One index of the embedded store: reads of one moment; writes that take turns and are durable on return."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from typing import NamedTuple, TypeVar
from zlib import crc32

import numpy as np

from sensorium.errors import NotFound, SensoriumError, Unsupported
from sensorium.filter import Filter
from sensorium.stores import names
from sensorium.stores.base import IndexSpec, Query
from sensorium.stores.embedded import plan, rows
from sensorium.stores.embedded.database import LOCK_TIMEOUT_S, Database
from sensorium.stores.embedded.faults import damaged
from sensorium.stores.embedded.scan import Mask, Nearest, Scan
from sensorium.stores.embedded.state import Snapshot, StateRow, Tracker, spec_check, spec_text
from sensorium.stores.records import MAX_BATCH, check_filter, check_query, check_scan, checked_chunks
from sensorium.types import Hit, Matrix, Record, as_matrix

_TRIES = 1000
"""Transactions begun before giving up on seeing the newest commit: each failure means that a writer was faster."""
_DELETED_AT_ONCE = 5000
"""Keys that one transaction deletes."""
_Item = TypeVar("_Item")


class Moment(NamedTuple):
    """A read transaction and what the index was then."""

    connection: sqlite3.Connection
    snapshot: Snapshot
    mask: Mask | None
    """Which slots hold a record that the filter keeps, ``(slots,)``; None: all do."""

    @property
    def matrix(self) -> Matrix:
        return self.snapshot.vectors.rows(self.snapshot.slots)


class EmbeddedIndex:
    """An open index. Thread-safe; other processes may have it open and write to it too."""

    def __init__(self, bucket: str, name: str, path: Path, lock_timeout_s: float = LOCK_TIMEOUT_S) -> None:
        """Open the database at ``path`` and its slot file; FileNotFoundError where there is none."""
        self._bucket = bucket
        self._name = name
        self._path = path
        self._dropped = False
        self._tracker = Tracker(path)
        self._database = Database(path, lock_timeout_s)
        try:
            with self._reading() as moment:
                self._spec = moment.snapshot.spec
        except BaseException:
            self.close()
            raise

    @property
    def spec(self) -> IndexSpec:
        if not self._dropped:
            with self._reading() as moment:
                self._spec = moment.snapshot.spec
        return self._spec

    def put(self, records: Iterable[Record]) -> int:
        stored = 0
        for chunk in checked_chunks(records, self._spec):
            with _counted(stored, "stored"):
                self._put(list(chunk.values()))
            stored += len(chunk)
        return stored

    def get(self, keys: Sequence[str]) -> list[Record]:
        wanted = list(keys)
        found: dict[bytes, rows.Row] = {}
        with self._reading() as moment:
            for part in _parts(_storable(wanted), MAX_BATCH):
                for row in _rows(moment.connection, f"WHERE key IN ({_marks(part)})", part):
                    found[row.key] = row
            asked = [key.encode() for key in _storable(wanted)]
            return [self._record(found[key], moment.matrix) for key in asked if key in found]

    def delete(self, keys: Iterable[str]) -> int:
        removed = 0
        source = iter(keys)
        while batch := list(islice(source, _DELETED_AT_ONCE)):
            with _counted(removed, "removed"):
                removed += self._delete(_storable(batch))
        return removed

    def query(self, query: Query) -> list[Hit]:
        query = check_query(query, self._spec)
        if query.texts or query.vector is None:
            raise Unsupported("The embedded store has no text search; query it by vector", code="no_text_search")
        with self._reading(query.filter) as moment:
            snapshot = moment.snapshot
            scan = Scan(query.vector, snapshot.spec.metric, query.k)
            nearest = plan.nearest(scan, snapshot.vectors, snapshot.slots, moment.mask)
            if query.max_distance is not None:
                near = nearest.distances <= query.max_distance
                nearest = Nearest(nearest.slots[near], nearest.distances[near])
            return self._hits(moment.connection, nearest, query)

    def scan(self, after: str | None, limit: int, part: tuple[int, int] = (0, 1)) -> list[Record]:
        share, shares = check_scan(limit, part)
        with self._reading() as moment:
            ordered = moment.connection.execute(
                "SELECT key, slot FROM records WHERE key > ? OR ? ORDER BY key", (after or "", after is None)
            )
            ours = ((key, slot) for key, slot in ordered if shares == 1 or crc32(key) % shares == share)
            slots = [slot for _, slot in islice(ours, limit)]
            return [self._record(row, moment.matrix) for row in self._by_slot(moment.connection, slots)]

    def count(self, filter: Filter | None = None) -> int:
        check_filter(filter, self._spec)
        with self._reading(filter) as moment:
            if filter is None or moment.mask is None:
                return moment.snapshot.count
            return int(np.count_nonzero(moment.mask))

    def configure(self, text_keys: Sequence[str]) -> None:
        checked = names.check_text_keys(text_keys)
        with self._writing() as (connection, state, _):
            self._respecify(connection, state, replace(self._spec, text_keys=checked))

    def stamp(self, model: str) -> None:
        names.check_model(model)
        with self._writing() as (connection, state, _):
            if self._spec.model not in (None, model):
                raise names.other_model(self._spec, model)
            self._respecify(connection, state, replace(self._spec, model=model))

    def mark_dropped(self) -> None:
        """Let every process that has the index open find it gone; durable. The files are the store's to remove."""
        with self._writing() as (connection, _, _):
            connection.execute("UPDATE state SET seq = seq + 1, dropped = 1")
        self._dropped = True
        self.close()

    def is_dropped(self) -> bool:
        """Whether somebody, this process or another, has dropped it."""
        if not self._dropped:
            try:
                with self._reading():
                    pass
            except NotFound:
                self._dropped = True
        return self._dropped

    def close(self) -> None:
        """Let go of the files; every later call is Invalid."""
        self._database.close()
        self._tracker.close()

    def _put(self, records: list[Record]) -> None:
        matrix = as_matrix([record.vector for record in records], self._spec.dim)
        with self._writing() as (connection, state, snapshot):
            replaced = _bury(connection, [record.key for record in records])
            snapshot.vectors.file.append(state.slots, matrix)
            connection.executemany(
                f"INSERT INTO records ({rows.COLUMNS}) VALUES (?, ?, ?, ?, ?)",
                [rows.row(slot, r.key, r.metadata, r.vector) for slot, r in enumerate(records, start=state.slots)],
            )
            connection.execute(
                "UPDATE state SET seq = seq + 1, slots = slots + ?, records = records + ?, deaths = deaths + ?",
                (len(records), len(records) - replaced, replaced),
            )

    def _delete(self, keys: list[str]) -> int:
        removed = 0
        with self._writing() as (connection, _, _):
            for part in _parts(keys, MAX_BATCH):
                removed += _bury(connection, part)
            if removed:
                connection.execute(
                    "UPDATE state SET seq = seq + 1, records = records - ?, deaths = deaths + ?", (removed, removed)
                )
        return removed

    def _respecify(self, connection: sqlite3.Connection, state: StateRow, spec: IndexSpec) -> None:
        text = spec_text(spec)
        connection.execute(
            "UPDATE state SET seq = seq + 1, spec = ?, spec_check = ?", (text, spec_check(state.owner, text.encode()))
        )

    def _hits(self, connection: sqlite3.Connection, nearest: Nearest, query: Query) -> list[Hit]:
        slots = nearest.slots.tolist()
        found = self._by_slot(connection, slots)
        ranked = sorted(zip(nearest.distances.tolist(), found, strict=True), key=lambda pair: (pair[0], pair[1].key))
        return [
            Hit(row.text(), distance, row.decoded() if query.with_metadata else {})
            for distance, row in ranked[: query.k]
        ]

    def _by_slot(self, connection: sqlite3.Connection, slots: list[int]) -> list[rows.Row]:
        """The rows of live slots, checked, in the order asked."""
        found: dict[int, rows.Row] = {}
        for part in _parts(slots, MAX_BATCH):
            for row in _rows(connection, f"WHERE slot IN ({_marks(part)})", part):
                found[row.slot] = row.checked(self._path)
        if missing := [slot for slot in slots if slot not in found]:
            raise damaged(self._path, f"the row of slot {missing[0]} is missing")
        return [found[slot] for slot in slots]

    def _record(self, row: rows.Row, matrix: Matrix) -> Record:
        row.checked(self._path)
        if row.slot >= len(matrix):
            raise damaged(self._path, f"the record {rows.shown(row.key)} has the slot {row.slot} of {len(matrix)}")
        vector = row.checked_vector(matrix[row.slot].copy(), self._path)
        vector.flags.writeable = False
        return Record(row.text(), vector, row.decoded())

    @contextmanager
    def _reading(self, filter: Filter | None = None) -> Iterator[Moment]:
        with ExitStack() as stack:
            yield self._moment(stack, filter)

    def _moment(self, stack: ExitStack, filter: Filter | None) -> Moment:
        """The newest moment, held open by ``stack``."""
        self._refuse_dropped()
        lost: FileNotFoundError | None = None
        for _ in range(_TRIES):
            with ExitStack() as attempt:
                try:
                    connection = attempt.enter_context(self._database.read())
                    snapshot = self._known(connection)
                except FileNotFoundError as error:
                    if lost is not None:
                        raise self._lost(error) from error
                    lost = error
                    continue
                if snapshot is None:
                    continue
                mask = snapshot.live
                if filter is not None:
                    columns = self._tracker.columns(connection, snapshot)
                    if columns is None:
                        continue
                    mask = columns.mask(filter)
                    if snapshot.live is not None:
                        mask &= snapshot.live
                stack.enter_context(attempt.pop_all())
                return Moment(connection, snapshot, mask)
        raise damaged(self._path, "its commits go backwards")

    @contextmanager
    def _writing(self) -> Iterator[tuple[sqlite3.Connection, StateRow, Snapshot]]:
        """The write lock, and the index as it is while nobody else can change it; commits at the end."""
        self._refuse_dropped()
        with ExitStack() as stack:
            try:
                connection = stack.enter_context(self._database.write())
                snapshot = self._known(connection)
            except FileNotFoundError as error:
                raise self._lost(error) from error
            if snapshot is None:
                raise damaged(self._path, "its commits go backwards")
            self._spec = snapshot.spec
            yield connection, StateRow.read(connection, self._path), snapshot

    def _known(self, connection: sqlite3.Connection) -> Snapshot | None:
        self._refuse_dropped()
        snapshot = self._tracker.at(connection)
        if snapshot is not None and snapshot.dropped:
            self._dropped = True
            self._refuse_dropped()
        return snapshot

    def _refuse_dropped(self) -> None:
        if self._dropped:
            raise names.no_index(self._bucket, self._name)

    def _lost(self, error: FileNotFoundError) -> SensoriumError:
        """What a file that is not there means: a dropped index, or one that lost its vectors."""
        if self._path.exists():
            return damaged(self._path, f"its slot file {error.filename} is missing")
        return names.no_index(self._bucket, self._name)


def _bury(connection: sqlite3.Connection, keys: list[str]) -> int:
    """Remove the rows of those keys that exist and log their slots as dead; how many there were."""
    found = connection.execute(f"SELECT slot FROM records WHERE key IN ({_marks(keys)})", keys).fetchall()
    if found:
        slots = [slot for (slot,) in found]
        connection.execute(f"DELETE FROM records WHERE slot IN ({_marks(slots)})", slots)
        connection.executemany("INSERT INTO dead (slot) VALUES (?)", found)
    return len(found)


def _rows(connection: sqlite3.Connection, where: str, values: list[str] | list[int]) -> Iterator[rows.Row]:
    for found in connection.execute(f"SELECT {rows.COLUMNS} FROM records {where}", values):
        yield rows.Row(*found)


def _storable(keys: Iterable[str]) -> list[str]:
    """Those keys that a store can hold at all; others are absent, whatever they are."""
    return [key for key in keys if isinstance(key, str) and not any("\ud800" <= c <= "\udfff" for c in key)]


def _parts(items: list[_Item], size: int) -> Iterator[list[_Item]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def _marks(values: Sequence[object]) -> str:
    return ",".join("?" * len(values))


@contextmanager
def _counted(done: int, verb: str) -> Iterator[None]:
    """Let an error say what was done before it."""
    try:
        yield
    except SensoriumError as error:
        message = f"{error.message}; {done} records of this call were {verb} before"
        raise type(error)(message, code=error.code, path=error.path) from error
