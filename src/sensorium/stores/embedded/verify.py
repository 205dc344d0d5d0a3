"""Does an index still hold what was written? Every record is read and compared with its checksum.

``PRAGMA integrity_check`` looks at SQLite's own structure and misses most flipped bytes; here each record is proved by
its checksums, and what the tables say of one another must agree: row, index of keys, log of the dead, count. Then what
is derived from the records is compared with them, each part by its module (:data:`DERIVED`).
"""

from __future__ import annotations

import enum
import sqlite3
from collections.abc import Callable, Iterator
from typing import NamedTuple

from sensorium.stores.embedded import rows, verifycolumns, verifyinverted, verifytexts
from sensorium.stores.embedded.moment import Moment

_AT_ONCE = 1000
_INDEXED = "SELECT key, slot, typeof(key) FROM records INDEXED BY records_key"
_ROW = f"SELECT {rows.COLUMNS}, typeof(key), typeof(metadata) FROM records"


class Part(enum.StrEnum):
    """What a damage is of. All but the records themselves can be built anew from them."""

    RECORDS = "records"
    KEYS = "keys"
    """The index of keys."""
    TEXTS = "texts"
    """Full text."""
    COLUMNS = "columns"
    """The files of metadata columns."""
    INVERTED = "inverted index"


class Damage(NamedTuple):
    """One thing that is not as it was written."""

    key: str | None
    """The record; None where it cannot be told, or the damage is of the index as a whole."""
    slot: int | None
    what: str
    part: Part = Part.RECORDS

    def __str__(self) -> str:
        where = "the index" if self.slot is None else f"slot {self.slot}"
        return f"{where if self.key is None else f'{self.key!r} in {where}'}: {self.what}"


class Report(NamedTuple):
    """What :func:`verify` found."""

    records: int
    """Records that are whole: key, metadata and vector are what was written."""
    damages: tuple[Damage, ...]
    proved: tuple[str, ...] = ()
    """A line for each thing that was compared and found to agree."""


class Derived(NamedTuple):
    """How a part that is derived from the records is compared with them."""

    part: Part
    differing: Callable[[Moment], Iterator[tuple[int | None, str]]]
    """What is wrong: a slot, None where it is the part as a whole, and what. What is still to be built is not wrong."""
    proved: Callable[[Moment], Iterator[str]]
    """Lines that hold where nothing is wrong; none where there is nothing of this part."""


DERIVED: tuple[Derived, ...] = (
    Derived(Part.TEXTS, verifytexts.differing, verifytexts.proved),
    Derived(Part.COLUMNS, verifycolumns.differing, verifycolumns.proved),
    Derived(Part.INVERTED, verifyinverted.differing, verifyinverted.proved),
)
"""Every derived part but the index of keys, which is read with the records."""


def verify(moment: Moment, progress: Callable[[int, int], None] | None = None) -> Report:
    """Check everything that a moment of an index holds. Reads it all, changes nothing.

    ``progress`` is told how many of how many slots have been read.
    """
    damages: list[Damage] = []
    keys = _indexed_keys(moment, damages)
    whole = 0
    for slot, row in _stored(moment, damages, progress):
        key = keys.pop(slot, None)
        found = _wrong(moment, slot, row, key)
        if found is None or found[0] is Part.KEYS:
            whole += 1
        if found is not None:
            named = key if key is not None else row.key if row is not None else None
            if found[0] is Part.KEYS and row is not None:
                named = row.key
            damages.append(Damage(_readable(named), slot, found[1], found[0]))
    for slot, key in keys.items():
        what = "the index of keys names it, but its row is not there"
        damages.append(Damage(_readable(key), slot, what, Part.KEYS))
    if whole != moment.snapshot.count and not damages:
        message = f"it says that it holds {moment.snapshot.count} records, {whole} were found"
        damages.append(Damage(None, None, message))
    damages.extend(_structure(moment))
    proved = list(_proved(moment, whole, {damage.part for damage in damages}))
    for part, differing, lines in DERIVED:
        found_here = [_named(moment, slot, what, part) for slot, what in differing(moment)]
        damages.extend(found_here)
        if not found_here:
            proved.extend(lines(moment))
    return Report(whole, tuple(damages), tuple(proved))


def _proved(moment: Moment, whole: int, damaged: set[Part]) -> Iterator[str]:
    of_all = "" if Part.RECORDS not in damaged else f" of {moment.snapshot.count:,}"
    yield f"{whole:,}{of_all} records: key, metadata and vector are what was written"
    if not damaged:
        dead = f"the log of {moment.snapshot.deaths:,} dead slots"
        yield f"the index of keys, {dead} and the count agree with the records"


def _named(moment: Moment, slot: int | None, what: str, part: Part) -> Damage:
    try:
        key = None if slot is None else moment.keys([slot]).get(slot)
    except sqlite3.DatabaseError:  # its page is damaged, which is told with the records
        key = None
    return Damage(_readable(key), slot, what, part)


def _indexed_keys(moment: Moment, damages: list[Damage]) -> dict[int, object]:
    """Slot to key as the index of keys has it; what could be read of it where it is damaged.

    None for a key under another type: it has another place in the order then, and hides those that come after it.
    """
    keys: dict[int, object] = {}
    try:
        for key, slot, kind in moment.connection.execute(_INDEXED):
            keys[slot] = key if kind == b"text" else None
    except sqlite3.DatabaseError as error:
        damages.append(Damage(None, None, f"the index of keys cannot be read ({error})", Part.KEYS))
    return keys


def _stored(
    moment: Moment, damages: list[Damage], progress: Callable[[int, int], None] | None
) -> Iterator[tuple[int, rows.Row | None]]:
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
        if progress is not None:
            progress(end, snapshot.slots)
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


def _wrong(moment: Moment, slot: int, row: rows.Row | None, indexed: object) -> tuple[Part, str] | None:
    """What is wrong with a record, or with what the index of keys says of it; or None."""
    snapshot = moment.snapshot
    if row is None:
        return Part.RECORDS, "its row is missing"
    if row.broken():
        return Part.RECORDS, "its key, metadata or slot is not what was written"
    if not 0 <= slot < snapshot.slots:
        return Part.RECORDS, f"it is in a slot beyond the {snapshot.slots} that were handed out"
    if snapshot.live is not None and not snapshot.live[slot]:
        return Part.RECORDS, "its slot is logged as dead"
    if rows.vector_check(moment.matrix[slot]) != row.vector_check:
        return Part.RECORDS, "its vector is not what was written"
    if indexed != row.key:
        found = "does not name it" if indexed is None else f"has {rows.shown(indexed)} for it"
        return Part.KEYS, f"the index of keys {found}"
    return None


def _structure(moment: Moment) -> list[Damage]:
    """What SQLite itself finds, beside the checksums."""
    try:
        found = [message for (message,) in moment.connection.execute("PRAGMA quick_check(10)")]
    except sqlite3.DatabaseError as error:
        return [Damage(None, None, f"SQLite cannot check it ({error})")]
    return [Damage(None, None, message.decode(errors="replace")) for message in found if message != b"ok"]


def _readable(key: object) -> str | None:
    return key.decode(errors="replace") if isinstance(key, bytes) else None
