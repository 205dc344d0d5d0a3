"""Which keys a file has held so far, in a table on the disk: a set of many millions would not fit into memory."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from sensorium.errors import Unavailable


class Seen:
    """Keys, exactly. Its file is SQLite's own and goes with it. For one thread."""

    def __init__(self) -> None:
        self._database = sqlite3.connect("", isolation_level=None)  # an empty name is a temporary file
        self._database.execute("PRAGMA synchronous = OFF")
        self._database.execute("CREATE TABLE seen (key TEXT PRIMARY KEY) WITHOUT ROWID")

    def add(self, keys: Sequence[str]) -> str | None:
        """Add keys; None where all are new.

        Else none is added, and the answer is the first that was there already, or stands among them twice.
        """
        try:
            return self._added(keys)
        except sqlite3.OperationalError as error:
            message = f"The keys of the file find no room in the folder for temporary files: {error}"
            raise Unavailable(message, code="disk_full") from error

    def close(self) -> None:
        """Remove it."""
        self._database.close()

    def _added(self, keys: Sequence[str]) -> str | None:
        rows = [(key,) for key in keys]
        self._database.execute("BEGIN")
        new = self._database.executemany("INSERT OR IGNORE INTO seen VALUES (?)", rows).rowcount if rows else 0
        if new == len(rows):
            self._database.execute("COMMIT")
            return None
        self._database.execute("ROLLBACK")
        return self._first_twice(keys)

    def _first_twice(self, keys: Sequence[str]) -> str | None:
        here: set[str] = set()
        for key in keys:
            if key in here or self._database.execute("SELECT 1 FROM seen WHERE key = ?", (key,)).fetchone():
                return key
            here.add(key)
        return None
