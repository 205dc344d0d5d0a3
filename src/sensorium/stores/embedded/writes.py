"""What one write does inside its transaction: rows, slots, texts, and the log of the dead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial

from sensorium.stores.base import IndexSpec, TextKey
from sensorium.stores.chunks import Chunk
from sensorium.stores.embedded import rows, texts
from sensorium.stores.embedded.moment import Moment, Opened, marks, parts
from sensorium.stores.embedded.staterow import StateRow
from sensorium.stores.records import MAX_BATCH

_APART_BYTES = 1 << 20
"""Vectors from which on it is worth a thread to write them beside their rows."""


def put(opened: Opened, spec: IndexSpec, chunks: Sequence[Chunk]) -> StateRow:
    """Store chunks, one after the other and in one transaction, each record in a new slot; the state after it.

    Many vectors go into the slot file while their rows go into the database, which commits once both are there.
    """
    counts = [{key: [texts.counted(one, key) for one in chunk.metadata] for key in spec.text_keys} for chunk in chunks]
    with opened.writing() as (moment, state), ExitStack() as both:
        append = partial(moment.snapshot.vectors.file.append, state.slots, *(chunk.matrix for chunk in chunks))
        if sum(chunk.matrix.nbytes for chunk in chunks) < _APART_BYTES:
            append()
        else:
            appended = both.enter_context(ThreadPoolExecutor(1, "sensorium put")).submit(append)
            both.callback(appended.result)
        state = state._replace(seq=state.seq + 1)
        for chunk, held in zip(chunks, counts, strict=True):
            state = _add(moment, state, chunk, held)
        state.write(moment.connection)
    return state


def _add(moment: Moment, state: StateRow, chunk: Chunk, counts: Mapping[TextKey, Sequence[texts.Counts]]) -> StateRow:
    """Write the rows and texts of a chunk whose vectors are the next in the slot file; the state after it."""
    connection = moment.connection
    replaced = _bury(moment, chunk.keys)
    connection.executemany(
        f"INSERT INTO records ({rows.COLUMNS}) VALUES (?, ?, ?, ?, ?)",
        rows.of(state.slots, chunk.keys, chunk.metadata, chunk.matrix),
    )
    for text in texts.ready(connection, state.slots):
        held = counts.get(text.key) or [texts.counted(one, text.key) for one in chunk.metadata]
        texts.add(connection, text, moment.serials().following(state.slots, len(chunk)), held)
    return state._replace(
        slots=state.slots + len(chunk),
        records=state.records + len(chunk) - replaced,
        deaths=state.deaths + replaced,
    )


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
