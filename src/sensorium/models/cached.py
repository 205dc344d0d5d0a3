"""A wrapper that remembers vectors in a SQLite file, so that a slow or remote model is asked once for each payload."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sensorium.errors import Corrupt, Invalid
from sensorium.models.base import Embedder, ModelSpec
from sensorium.models.fingerprint import fingerprint
from sensorium.types import Matrix, Payload, Purpose

_SCHEMA = """
CREATE TABLE IF NOT EXISTS vectors (
    model TEXT NOT NULL, dim INTEGER NOT NULL, purpose TEXT NOT NULL, payload BLOB NOT NULL,
    vector BLOB NOT NULL, used_s REAL NOT NULL,
    PRIMARY KEY (model, dim, purpose, payload)) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS by_use ON vectors (used_s);
"""
_TOUCH_S = 3600.0
"""How old the note of a row's last use may be."""
_SLACK = 20
"""One part in so many of ``max_rows`` may be too much."""


class Cached:
    """Asks ``inner`` only for payloads that ``path`` does not hold; keeps about ``max_rows`` of the last used.

    The oldest go once a twentieth more has come in, and a use counts by the hour: a hit writes nothing.

    Safe for threads and for several processes. A cache is never the truth: losing the file costs time only.
    """

    def __init__(self, inner: Embedder, path: Path, max_rows: int = 1_000_000) -> None:
        if max_rows < 1:
            raise Invalid(f"max_rows {max_rows}: at least 1 is needed", path="max_rows")
        self._inner = inner
        self._max_rows = max_rows
        self._room = 0
        """Rows that may come in before it is counted again how many there are."""
        self._lock = threading.Lock()
        path.parent.mkdir(parents=True, exist_ok=True)
        self._database = sqlite3.connect(path, timeout=30, check_same_thread=False)
        try:
            self._database.execute("PRAGMA journal_mode=WAL")
            self._database.executescript(_SCHEMA)
        except sqlite3.DatabaseError as error:
            self._database.close()
            raise Corrupt(
                f"{path}: not a vector cache ({error}); delete it, it holds no truth", path=str(path)
            ) from error

    @property
    def spec(self) -> ModelSpec:
        return self._inner.spec

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        prints = [fingerprint(payload) for payload in batch]
        rows = np.empty((len(batch), self.spec.dim), np.float32)
        known = self._look_up(prints, purpose)
        missing = [place for place, name in enumerate(prints) if name not in known]
        if missing:
            rows[missing] = self._inner.embed([batch[place] for place in missing], purpose)
            self._remember([(prints[place], rows[place]) for place in missing], purpose)
        for place, name in enumerate(prints):
            if name in known:
                rows[place] = known[name]
        return rows

    def close(self) -> None:
        """Close the file. The wrapper is of no use afterwards."""
        self._database.close()

    def _look_up(self, prints: Sequence[bytes], purpose: Purpose) -> dict[bytes, Matrix]:
        where = "model=? AND dim=? AND purpose=? AND payload=?"
        found: dict[bytes, Matrix] = {}
        now = time.time()
        with self._lock, self._database:
            for name in set(prints):
                scope = (self.spec.stamp, self.spec.dim, purpose.value, name)
                row = self._database.execute(f"SELECT vector, used_s FROM vectors WHERE {where}", scope).fetchone()
                if row is not None:
                    found[name] = np.frombuffer(row[0], np.float32)
                    if abs(now - row[1]) > _TOUCH_S:
                        self._database.execute(f"UPDATE vectors SET used_s=? WHERE {where}", (now, *scope))
        return found

    def _remember(self, rows: Sequence[tuple[bytes, Matrix]], purpose: Purpose) -> None:
        now = time.time()
        scope = (self.spec.stamp, self.spec.dim, purpose.value)
        with self._lock, self._database:
            self._database.executemany(
                "INSERT OR REPLACE INTO vectors VALUES (?,?,?,?,?,?)",
                [(*scope, name, row.tobytes(), now) for name, row in rows],
            )
            self._room -= len(rows)
            if self._room < 0:
                self._prune()

    def _prune(self) -> None:
        """Drop the longest unused of more than ``max_rows``. Counting looks at every row, hence not at each batch."""
        (count,) = self._database.execute("SELECT count(*) FROM vectors").fetchone()
        if count > self._max_rows:
            self._database.execute(
                "DELETE FROM vectors WHERE (model, dim, purpose, payload) IN (SELECT model, dim, purpose, payload"
                " FROM vectors ORDER BY used_s LIMIT ?)",
                (count - self._max_rows,),
            )
        self._room = max(0, self._max_rows - count) + self._max_rows // _SLACK
