"""A copy of an index as it is at one moment, while others go on reading and writing.

The database is copied by SQLite inside the reader's transaction, so that it is of that moment; the slot file only as
far as slots were handed out by then. The vectors come through the map that the moment holds: a compaction or a drop
that removes the file meanwhile takes nothing away. What is derived is left out; it is built anew where it is missed.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

from sensorium.stores.embedded.durable import sync_folder
from sensorium.stores.embedded.faults import damaged, told
from sensorium.stores.embedded.moment import Moment
from sensorium.stores.embedded.slots import SlotFile
from sensorium.stores.embedded.state import slot_path
from sensorium.stores.embedded.staterow import StateRow

_PAGES = 4096
"""Pages of the database, 4 kB each, between two looks at whether somebody wants us to stop."""
_ROWS_BYTES = 8 << 20


def backup(moment: Moment, folder: Path) -> None:
    """Write the index into an empty folder, durably, and check that the copy is one that opens.

    Unavailable where there is no room, Corrupt where the copy does not hold as many records as it says.
    """
    path = folder / moment.path.name
    with told(path):
        _copy_database(moment.connection, path)
        _copy_slots(moment, slot_path(path, moment.snapshot.generation))
        sync_folder(folder)
        _check(moment, path)


def _copy_database(source: sqlite3.Connection, path: Path) -> None:
    copy = sqlite3.connect(path)
    try:
        source.backup(copy, pages=_PAGES)
    finally:
        copy.close()
    with path.open("rb+") as file:
        os.fsync(file.fileno())


def _copy_slots(moment: Moment, path: Path) -> None:
    header, rows = moment.snapshot.vectors.file.header, moment.matrix
    at_once = max(1, _ROWS_BYTES // (4 * header.dim))
    with path.open("xb") as file:
        file.write(header.packed())
        for start in range(0, len(rows), at_once):
            file.write(rows[start : start + at_once].data)
        file.flush()
        os.fsync(file.fileno())


def _check(moment: Moment, path: Path) -> None:
    snapshot = moment.snapshot
    copy = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
    copy.text_factory = bytes
    try:
        state = StateRow.read(copy, path)
        (count,) = copy.execute("SELECT count(*) FROM records").fetchone()
    finally:
        copy.close()
    if (state.seq, state.slots, count) != (snapshot.seq, snapshot.slots, snapshot.count):
        raise damaged(path, f"the copy holds {count} records of commit {state.seq}, not {snapshot.count}")
    file = SlotFile(slot_path(path, snapshot.generation), snapshot.vectors.file.header)
    try:
        file.rows(snapshot.slots)
    finally:
        file.close()
