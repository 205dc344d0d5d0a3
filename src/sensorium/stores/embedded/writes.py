"""What one write does inside its transaction: rows, slots, texts, and the log of the dead."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import chain

from sensorium.stores.base import IndexSpec, TextKey
from sensorium.stores.chunks import Chunk
from sensorium.stores.embedded import rows, texts
from sensorium.stores.embedded.beside import Beside
from sensorium.stores.embedded.moment import Moment, Opened, marks, parts
from sensorium.stores.embedded.staterow import StateRow
from sensorium.stores.records import MAX_BATCH

_APART_BYTES = 1 << 20
"""Vectors from which on it is worth a thread to write them beside their rows."""
_ROWS_AT_ONCE = 50
"""Rows of one statement, which takes two thirds of the time that as many of one row each take."""
_Counts = Mapping[TextKey, Sequence[texts.Counts]]
"""By text key, how often the text of each record of a chunk holds each of its terms."""


def put(opened: Opened, spec: IndexSpec, chunks: Sequence[Chunk]) -> StateRow:
    """Store chunks, one after the other and in one transaction, each record in a new slot; the state after it."""
    counts = [{key: [texts.counted(one, key) for one in chunk.metadata] for key in spec.text_keys} for chunk in chunks]
    if sum(chunk.matrix.nbytes for chunk in chunks) < _APART_BYTES:
        with opened.writing() as (moment, state):
            _append(moment, state, chunks)
            return _added(moment, state, chunks, counts)
    with Beside(lambda: _put_many(opened, chunks, counts), "sensorium put") as stored:
        return stored.result()


def _put_many(opened: Opened, chunks: Sequence[Chunk], counts: Sequence[_Counts]) -> StateRow:
    """Write the vectors while the rows go into the database, and commit once both are there.

    In a thread of its own: Ctrl-C must not give the write lock away while another thread still writes vectors.
    """
    with opened.writing() as (moment, state):
        with Beside(lambda: _append(moment, state, chunks), "sensorium put vectors") as appended:
            after = _added(moment, state, chunks, counts)
            appended.result()
        return after


def _append(moment: Moment, state: StateRow, chunks: Sequence[Chunk]) -> None:
    moment.snapshot.vectors.file.append(state.slots, *(chunk.matrix for chunk in chunks))


def _added(moment: Moment, state: StateRow, chunks: Sequence[Chunk], counts: Sequence[_Counts]) -> StateRow:
    """Write all but the vectors; the state after it."""
    state = state._replace(seq=state.seq + 1)
    for chunk, held in zip(chunks, counts, strict=True):
        state = _add(moment, state, chunk, held)
    state.write(moment.connection)
    return state


def _add(moment: Moment, state: StateRow, chunk: Chunk, counts: _Counts) -> StateRow:
    """Write the rows and texts of a chunk whose vectors are the next in the slot file; the state after it."""
    connection = moment.connection
    replaced = _bury(moment, chunk.keys)
    for some in parts(list(rows.of(state.slots, chunk.keys, chunk.metadata, chunk.matrix)), _ROWS_AT_ONCE):
        values = ", ".join([f"({marks(some[0])})"] * len(some))
        connection.execute(f"INSERT INTO records ({rows.COLUMNS}) VALUES {values}", tuple(chain.from_iterable(some)))
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
