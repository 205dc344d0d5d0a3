"""How many terms the text of each slot has, for one text key: 0 where there is none.

Stored in blocks, so that one more costs a few kilobytes and a million are read at once. How many are stored says how
far the text has been indexed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.faults import damaged_in

Lengths = NDArray[np.uint32]

_BLOCK = 1024
_BYTES = 4


def stored(connection: sqlite3.Connection, text: int) -> int:
    """For how many slots there are lengths."""
    return _last(connection, text)[0]


def read(connection: sqlite3.Connection, text: int, first: int = 0) -> Lengths:
    """The lengths from slot ``first`` on. Corrupt where the blocks are not whole."""
    found = connection.execute(
        "SELECT data FROM lengths WHERE text = ? AND block >= ? ORDER BY block", (text, first // _BLOCK)
    )
    try:
        lengths: Lengths = np.frombuffer(b"".join(data for (data,) in found), "<u4")[first % _BLOCK :]
    except (ValueError, TypeError) as error:
        raise damaged_in(connection, f"its lengths of texts cannot be read ({error})") from error
    if first + len(lengths) != stored(connection, text):
        raise damaged_in(connection, "some of its lengths of texts are missing")
    return lengths


def append(connection: sqlite3.Connection, text: int, lengths: Sequence[int] | Lengths) -> None:
    """Add the lengths of the next slots."""
    count, data = _last(connection, text)
    first = count - len(data) // _BYTES
    data += np.asarray(lengths, "<u4").tobytes()
    size = _BLOCK * _BYTES
    connection.executemany(
        "INSERT OR REPLACE INTO lengths (text, block, data) VALUES (?, ?, ?)",
        [(text, first // _BLOCK + start // size, data[start : start + size]) for start in range(0, len(data), size)],
    )


def remove(connection: sqlite3.Connection, text: int) -> None:
    """Forget all."""
    connection.execute("DELETE FROM lengths WHERE text = ?", (text,))


def _last(connection: sqlite3.Connection, text: int) -> tuple[int, bytes]:
    """How many lengths there are, and the last block where there is room in it."""
    found = connection.execute(
        "SELECT block, data FROM lengths WHERE text = ? ORDER BY block DESC LIMIT 1", (text,)
    ).fetchone()
    if found is None:
        return 0, b""
    count = found[0] * _BLOCK + len(found[1]) // _BYTES
    return count, found[1] if count % _BLOCK else b""
