"""Which keys a file has held so far, in a table on the disk: a set of many millions would not fit into memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence


class Seen:
    """Keys, exactly. Its file is SQLite's own and goes with it. For one thread."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # an empty name is a temporary file
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, keys: Sequence[str]) -> str | None:
        """Add keys; the first of them that was there already, or stands among them twice. None: all are new."""
        self._database.execute("BEGIN")
        twice = None
        for key in keys:
            if not self._database.execute("INSERT OR IGNORE INTO seen VALUES (?)", (key,)).rowcount:
                twice = key
                break
        self._database.execute("COMMIT")
        return twice

    def close(self) -> None:
        """Remove it."""
        self._database.close()
