"""Does full text still say what the records say? Every term of every record is compared with what is indexed.

FTS5 has no checksums, so all terms are listed and asked for as a search does, as one that is there is not found where
others are out of their order: for each record a sum over its terms, which any term that is missing, added or of another
number changes.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from sensorium.errors import Corrupt
from sensorium.stores.analysis import ANALYSIS
from sensorium.stores.embedded import lengths, rows, texts
from sensorium.stores.embedded.moment import Moment
from sensorium.stores.embedded.texts import Text

_AT_ONCE = 1000
Sums = NDArray[np.uint64]


def differing(moment: Moment) -> Iterator[tuple[int | None, str]]:
    """What is wrong: a slot, None where it is a text as a whole, and what. Texts still to be indexed are not wrong."""
    try:
        known = texts.stored(moment.connection)
    except (sqlite3.DatabaseError, Corrupt) as error:
        yield None, f"its texts cannot be read ({error})"
        return
    for text in known:
        if text.analysis != ANALYSIS:
            continue
        try:
            yield from _differing(moment, text)
        except (sqlite3.DatabaseError, Corrupt) as error:
            yield None, f"the text {text.key.key!r} cannot be read ({error})"


def proved(moment: Moment) -> Iterator[str]:
    """What agrees where nothing differs."""
    slots, spec = moment.snapshot.slots, moment.snapshot.spec
    if not spec.text_keys:
        return
    left = texts.behind(moment.connection, spec.text_keys, slots)
    later = f"; {left:,} texts are still to be indexed, by the next search for words" if left else ""
    yield f"full text of {', '.join(one.key for one in spec.text_keys)} agrees with the records{later}"


def _differing(moment: Moment, text: Text) -> Iterator[tuple[int, str]]:
    slots = moment.snapshot.slots
    sizes = lengths.read(moment.connection, text.number)[:slots].astype(np.uint64)
    wanted, wanted_sizes, sound = _of_records(moment, text, len(sizes))
    found = _of_index(moment, text, slots)[: len(sizes)]
    wrong = sound & ((found != wanted) | (sizes != wanted_sizes))
    for slot in np.flatnonzero(wrong).tolist():
        yield slot, f"what is indexed of its text {text.key.key!r} is not what it says"


def _of_records(moment: Moment, text: Text, end: int) -> tuple[Sums, Sums, NDArray[np.bool_]]:
    """Sums, lengths, and which of the first ``end`` slots hold a record that is whole."""
    sums, sizes, sound = np.zeros(end, np.uint64), np.zeros(end, np.uint64), np.zeros(end, np.bool_)
    for start in range(0, end, _AT_ONCE):
        found = moment.connection.execute(
            f"SELECT {rows.COLUMNS} FROM records WHERE slot >= ? AND slot < ?", (start, min(start + _AT_ONCE, end))
        )
        for row in map(rows.Row._make, found):
            if row.broken():
                continue  # told by whoever verifies the records
            counts = texts.counted(row.decoded(), text.key)
            sums[row.slot] = sum(crc32(word.encode()) for word in texts.leveled(counts).split(" ") if word)
            sizes[row.slot] = sum(counts.values())
            sound[row.slot] = True
    return sums, sizes, sound


def _of_index(moment: Moment, text: Text, slots: int) -> Sums:
    """Sums of what searches find, by slot."""
    connection, serials = moment.connection, moment.serials()
    sums = np.zeros(slots, np.uint64)
    # In the caller's read transaction, with which the temporary table goes.
    connection.execute(f"CREATE VIRTUAL TABLE temp.vocabulary USING fts5vocab(main, {text.table}, row)")
    try:
        for (term,) in connection.execute("SELECT term FROM vocabulary"):
            word = term.decode(errors="replace")
            found = texts.rows_with(connection, text, word) if texts.is_asked_for(text, word) else None
            if found is not None:
                places = serials.slots(found)
                sums[places[(places >= 0) & (places < slots)]] += np.uint64(crc32(term))
    finally:
        connection.execute("DROP TABLE temp.vocabulary")
    return sums
