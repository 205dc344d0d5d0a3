"""Indexing texts that a new text key, a newer analysis or an older store left without, in batches.

Whoever needs a text that is not wholly indexed goes on where it ends, so that a killed process leaves nothing to
repair: `configure` and text queries do. Each batch is a write of its own; other writers get their turns between them.
"""

from __future__ import annotations

import numpy as np

from sensorium.stores.embedded import lengths, rows, texts
from sensorium.stores.embedded.moment import Moment

AT_ONCE = 1000
"""Records that one transaction indexes: some 0.1 s."""


def build(moment: Moment) -> bool:
    """Index the next batch in the caller's write transaction; whether there was nothing left to do.

    Corrupt where a record fails its checksum.
    """
    connection, slots = moment.connection, moment.snapshot.slots
    texts.reconcile(connection, moment.snapshot.spec.text_keys)
    behind = [(lengths.stored(connection, text.number), text) for text in texts.stored(connection)]
    start, text = min(behind, default=(slots, None))
    if text is None or start >= slots:
        return True
    end = min(start + AT_ONCE, slots)
    counts: list[texts.Counts] = [{}] * (end - start)
    found = connection.execute(f"SELECT {rows.COLUMNS} FROM records WHERE slot >= ? AND slot < ?", (start, end))
    for row in map(rows.Row._make, found):
        counts[row.slot - start] = texts.counted(row.checked(moment.path).decoded(), text.key)
    texts.add(connection, text, moment.serials().of(np.arange(start, end)).tolist(), counts)
    return False
