"""Does an index still hold what was written? Every record is read and compared with its checksum.

``PRAGMA integrity_check`` looks at SQLite's own structure and misses most flipped bytes; here each record is proved by
its checksums, and what the tables say of one another must agree: row, index of keys, log of the dead, count, full text.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass

from sensorium.stores.embedded import rows
from sensorium.stores.embedded.moment import Moment
from sensorium.stores.embedded.verifytexts import differing

_AT_ONCE = 1000
_ROW = f"SELECT {rows.COLUMNS}, typeof(key), typeof(metadata) FROM records"


@dataclass(frozen=True, slots=True)
class Damage:
    """One thing that is not as it was written."""

    key: str | None
    """The record; None where it cannot be told, or the damage is of the index as a whole."""
    slot: int | None
    what: str

    def __str__(self) -> str:
        where = "the index" if self.slot is None else f"slot {self.slot}"
        return f"{where if self.key is None else f'{self.key!r} in {where}'}: {self.what}"


@dataclass(frozen=True, slots=True)
class Report:
    """What :func:`verify` proved."""

    records: int
    """Records that are whole: key, metadata and vector are what was written."""
    damages: tuple[Damage, ...]


def verify(moment: Moment) -> Report:
    """Check everything that a moment of an index holds. Reads it all, changes nothing."""
    damages: list[Damage] = []
    keys = _indexed_keys(moment, damages)
    whole = 0
    for slot, row in _stored(moment, damages):
        key = keys.pop(slot, None)
        wrong = _wrong(moment, slot, row, key)
        if wrong is None:
            whole += 1
            continue
        named = key if key is not None else row.key if row is not None else None
        damages.append(Damage(_readable(named), slot, wrong))
    for slot, key in keys.items():
        damages.append(Damage(_readable(key), slot, "the index of keys names it, but its row is not there"))
    if whole != moment.snapshot.count and not damages:
        message = f"it says that it holds {moment.snapshot.count} records, {whole} were found"
        damages.append(Damage(None, None, message))
    damages.extend(_texts(moment))
    damages.extend(_structure(moment))
    return Report(whole, tuple(damages))


def _indexed_keys(moment: Moment, damages: list[Damage]) -> dict[int, object]:
    """Slot to key as the index of keys has it; what could be read of it where it is damaged."""
    keys: dict[int, object] = {}
    try:
        for key, slot in moment.connection.execute("SELECT key, slot FROM records INDEXED BY records_key"):
            keys[slot] = key
    except sqlite3.DatabaseError as error:
        damages.append(Damage(None, None, f"the index of keys cannot be read ({error})"))
    return keys


def _stored(moment: Moment, damages: list[Damage]) -> Iterator[tuple[int, rows.Row | None]]:
    """Every slot that should hold a record with its row, None where there is none; then rows where none should be."""
    connection, snapshot = moment.connection, moment.snapshot
    for start in range(0, snapshot.slots, _AT_ONCE):
        end = min(start + _AT_ONCE, snapshot.slots)
        found: dict[int, rows.Row] = {}
        try:
            for row in _rows(connection, f"{_ROW} WHERE slot >= ? AND slot < ?", (start, end)):
                found[row.slot] = row
        except sqlite3.DatabaseError:  # a damaged page: what is around it may still be read one by one
            for slot in range(start, end):
                try:
                    found.update((slot, row) for row in _rows(connection, f"{_ROW} WHERE slot = ?", (slot,)))
                except sqlite3.DatabaseError as error:
                    damages.append(Damage(None, slot, f"its row cannot be read ({error})"))
        for slot in range(start, end):
            if slot in found or snapshot.live is None or snapshot.live[slot]:
                yield slot, found.get(slot)
    try:
        for row in _rows(connection, f"{_ROW} WHERE slot < 0 OR slot >= ?", (snapshot.slots,)):
            yield row.slot, row
    except sqlite3.DatabaseError as error:
        damages.append(Damage(None, None, f"rows cannot be read ({error})"))


def _rows(connection: sqlite3.Connection, statement: str, values: tuple[int, ...]) -> Iterator[rows.Row]:
    for *columns, key_type, metadata_type in connection.execute(statement, values):
        row = rows.Row(*columns)
        if (key_type, metadata_type) != (b"text", b"text"):
            row = row._replace(row_check=-1)  # the same bytes under another type: let it be told as broken
        yield row


def _wrong(moment: Moment, slot: int, row: rows.Row | None, indexed: object) -> str | None:
    """What is wrong with a record, or None."""
    snapshot = moment.snapshot
    if row is None:
        return "its row is missing"
    if row.broken():
        return "its key, metadata or slot is not what was written"
    if not 0 <= slot < snapshot.slots:
        return f"it is in a slot beyond the {snapshot.slots} that were handed out"
    if snapshot.live is not None and not snapshot.live[slot]:
        return "its slot is logged as dead"
    if rows.vector_check(moment.matrix[slot]) != row.vector_check:
        return "its vector is not what was written"
    if indexed != row.key:
        found = "does not name it" if indexed is None else f"has {rows.shown(indexed)} for it"
        return f"the index of keys {found}"
    return None


def _texts(moment: Moment) -> list[Damage]:
    """What full text says of the records, against the records."""
    return [
        Damage(None if slot is None else _readable(moment.keys([slot]).get(slot)), slot, what)
        for slot, what in differing(moment)
    ]


def _structure(moment: Moment) -> list[Damage]:
    """What SQLite itself finds, beside the checksums."""
    try:
        found = [message for (message,) in moment.connection.execute("PRAGMA quick_check(10)")]
    except sqlite3.DatabaseError as error:
        return [Damage(None, None, f"SQLite cannot check it ({error})")]
    return [Damage(None, None, message.decode(errors="replace")) for message in found if message != b"ok"]


def _readable(key: object) -> str | None:
    return key.decode(errors="replace") if isinstance(key, bytes) else None
