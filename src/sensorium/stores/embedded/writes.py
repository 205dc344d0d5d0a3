"""What one write does inside its transaction: rows, slots, texts, and the log of the dead."""

from __future__ import annotations

from collections.abc import Sequence

from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded import rows, texts
from sensorium.stores.embedded.moment import Moment, Opened, marks, parts
from sensorium.stores.embedded.staterow import StateRow
from sensorium.stores.records import MAX_BATCH
from sensorium.types import Record, as_matrix


def put(opened: Opened, spec: IndexSpec, records: list[Record]) -> StateRow:
    """Store records in one transaction, each in a new slot; the state after it."""
    matrix = as_matrix([record.vector for record in records], spec.dim)
    counts = {key: [texts.counted(record.metadata, key) for record in records] for key in spec.text_keys}
    with opened.writing() as (moment, state):
        replaced = _bury(moment, [record.key for record in records])
        moment.snapshot.vectors.file.append(state.slots, matrix)
        moment.connection.executemany(
            f"INSERT INTO records ({rows.COLUMNS}) VALUES (?, ?, ?, ?, ?)",
            [rows.row(slot, r.key, r.metadata, r.vector) for slot, r in enumerate(records, start=state.slots)],
        )
        for text in texts.ready(moment.connection, state.slots):
            held = counts.get(text.key) or [texts.counted(record.metadata, text.key) for record in records]
            texts.add(moment.connection, text, moment.serials().following(state.slots, len(records)), held)
        state = state._replace(
            seq=state.seq + 1,
            slots=state.slots + len(records),
            records=state.records + len(records) - replaced,
            deaths=state.deaths + replaced,
        )
        state.write(moment.connection)
    return state


def delete(opened: Opened, keys: list[str]) -> tuple[int, StateRow]:
    """Remove records in one transaction; how many there were, and the state after it."""
    removed = 0
    with opened.writing() as (moment, state):
        for part in parts(keys, MAX_BATCH):
            removed += _bury(moment, part)
        if removed:
            state = state._replace(seq=state.seq + 1, records=state.records - removed, deaths=state.deaths + removed)
            state.write(moment.connection)
    return removed, state


def _bury(moment: Moment, keys: Sequence[str]) -> int:
    """Remove the rows of those keys that exist, with their texts, and log their slots as dead; how many there were."""
    connection = moment.connection
    found = connection.execute(f"SELECT slot, metadata FROM records WHERE key IN ({marks(keys)})", keys).fetchall()
    if found:
        texts.remove(connection, moment.serials(), found)
        slots = [slot for slot, _ in found]
        connection.execute(f"DELETE FROM records WHERE slot IN ({marks(slots)})", slots)
        connection.executemany("INSERT INTO dead (slot) VALUES (?)", [(slot,) for slot in slots])
    return len(found)
