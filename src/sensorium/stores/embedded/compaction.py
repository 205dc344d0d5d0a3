"""A new generation of an index without its dead slots.

The simple way: the new slot file is written under the write lock. Readers go on with the old one, which stays mapped
for as long as they need it; a crash at any point leaves the old generation, or the new one, whole.

It happens by itself at the end of a call that wrote, see :func:`due`. Each dead slot then pays for moving two or three
live ones, at some 10 to 20 microseconds each; a call that wrote little waits for it when most slots are dead only.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from sensorium.stores.embedded import texts
from sensorium.stores.embedded.durable import sync_folder
from sensorium.stores.embedded.moment import Moment
from sensorium.stores.embedded.slots import SlotFile, SlotHeader
from sensorium.stores.embedded.state import slot_path
from sensorium.stores.embedded.staterow import StateRow

_ROWS_AT_ONCE = 4096
LEAST_DEATHS = 1000
"""Fewer dead slots are never worth the work."""
_MANY = 100
"""Records of a call that takes its time anyway."""
_SHARES = 0.3, 0.6
"""The part of all slots that may be dead after a call that wrote many records, and after one that wrote few."""


def due(slots: int, written: int) -> int:
    """How many of ``slots`` must be dead for a call that wrote so many records to end with a compaction."""
    return max(LEAST_DEATHS, int(slots * _SHARES[written < _MANY]))


def compact(moment: Moment, state: StateRow) -> Path | None:
    """Write the next generation, inside the caller's write transaction.

    Returns the old slot file, for the caller to remove after the commit; None where no slot is dead: nothing was done.
    Corrupt where a record fails its checksum: a new checksum must never hide old damage.
    """
    live = moment.snapshot.live
    if live is None:
        return None
    old = moment.snapshot.vectors.file
    _remove_strays(moment.path, state.generation)
    header = SlotHeader(old.header.dim, state.generation + 1, state.owner)
    new = SlotFile.create(slot_path(moment.path, header.generation), header)
    try:
        kept = np.flatnonzero(live)
        moment.tracker.carry_columns(moment.connection, moment.snapshot, kept)
        moment.tracker.carry_inverted(moment.snapshot, kept)
        for start in range(0, len(kept), _ROWS_AT_ONCE):
            slots = kept[start : start + _ROWS_AT_ONCE]
            found = moment.by_slot(slots.tolist())
            for row in found:
                row.checked_vector(moment.matrix[row.slot], old.path)
            moment.connection.executemany(
                "UPDATE records SET slot = ?, row_check = ? WHERE slot = ?",  # rising, and no slot moves up: no clash
                [(slot, row.moved(slot).row_check, row.slot) for slot, row in enumerate(found, start=start)],
            )
            new.append(start, moment.matrix[slots])
        texts.compact(moment.connection, moment.serials(), kept, state.slots)
        sync_folder(new.path.parent)  # before the commit that makes it the only one
    except BaseException:
        new.path.unlink()
        raise
    finally:
        new.close()
    moment.connection.execute("DELETE FROM dead")
    state._replace(seq=state.seq + 1, generation=header.generation, slots=len(kept), records=len(kept), deaths=0).write(
        moment.connection
    )
    return old.path


def _remove_strays(path: Path, generation: int) -> None:
    """Remove slot files of other generations: a crash left them, and nobody can be reading what is not committed."""
    for stray in path.parent.glob("vectors.*.slots"):
        if stray != slot_path(path, generation):
            discard(stray)


def discard(path: Path) -> None:
    """Remove a slot file of an earlier generation, or leave it to the next compaction where it cannot be removed yet.

    Windows refuses while a reader has it mapped.
    """
    try:
        path.unlink(missing_ok=True)
    except PermissionError:
        if sys.platform != "win32":
            raise
