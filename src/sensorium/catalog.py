"""The file of what has been indexed: its tables, their format, and transactions.

A store keeps records and knows nothing of files. The catalog is what lets a second run embed nothing, a changed file
replace its records and a killed run go on. One SQLite file per home; every index has a ledger in it (``ledger.py``).
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from sensorium.errors import Corrupt, Unavailable

APPLICATION_ID = 0x53454E43
FORMAT = 2
LOCK_WAIT_S = 60.0

_SCHEMA = """
CREATE TABLE indexes (
    id INTEGER PRIMARY KEY, bucket TEXT NOT NULL, name TEXT NOT NULL, created_s REAL NOT NULL, UNIQUE (bucket, name));
CREATE TABLE sources (
    idx INTEGER NOT NULL REFERENCES indexes (id) ON DELETE CASCADE, source TEXT NOT NULL,
    size INTEGER NOT NULL, mtime_ns INTEGER NOT NULL, content TEXT NOT NULL, settings TEXT NOT NULL, tags TEXT NOT NULL,
    modality TEXT NOT NULL, records INTEGER NOT NULL, checked_s REAL NOT NULL, etag TEXT NOT NULL DEFAULT '',
    PRIMARY KEY (idx, source)) WITHOUT ROWID;
CREATE INDEX sources_by_content ON sources (idx, content, settings);
CREATE TABLE keys (
    idx INTEGER NOT NULL REFERENCES indexes (id) ON DELETE CASCADE, key TEXT NOT NULL, source TEXT NOT NULL,
    version TEXT NOT NULL, stored INTEGER NOT NULL,
    PRIMARY KEY (idx, key)) WITHOUT ROWID;
CREATE INDEX keys_by_source ON keys (idx, source);
CREATE TABLE failures (
    idx INTEGER NOT NULL REFERENCES indexes (id) ON DELETE CASCADE, source TEXT NOT NULL,
    code TEXT NOT NULL, reason TEXT NOT NULL, at_s REAL NOT NULL,
    PRIMARY KEY (idx, source)) WITHOUT ROWID;
"""


_STEPS = {1: "ALTER TABLE sources ADD COLUMN etag TEXT NOT NULL DEFAULT ''"}
"""By the format that a step starts from; it leads to the next."""


@contextmanager
def _told(path: Path) -> Iterator[None]:
    """SQLite's errors as ours, with the file's name."""
    try:
        yield
    except sqlite3.OperationalError as error:
        raise Unavailable(f"{path}: the catalog cannot be used: {error}", path=str(path)) from error
    except sqlite3.DatabaseError as error:
        raise Corrupt(f"{path}: not a Sensorium catalog, or damaged ({error})", path=str(path)) from error


def _write_ahead(database: sqlite3.Connection) -> None:
    """Switch to the write-ahead log; SQLite does not wait by itself when another process is at it, too."""
    for attempt in range(100):
        try:
            database.execute("PRAGMA journal_mode=WAL")
        except sqlite3.OperationalError:
            if attempt == 99:
                raise
            time.sleep(0.05)
        else:
            return


class Catalog:
    """The SQLite file. Safe for threads and for several processes."""

    def __init__(self, path: Path) -> None:
        """Open or create. Raises Corrupt for a foreign or newer file, Unavailable when it stays locked."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = threading.RLock()
        with _told(path):
            # One connection behind a lock; autocommit, so that every transaction is opened by `transaction` alone.
            self._database = sqlite3.connect(path, timeout=LOCK_WAIT_S, check_same_thread=False, isolation_level=None)
            try:
                self._prepare()
            except BaseException:
                self._database.close()
                raise

    def _prepare(self) -> None:
        read = self._database.execute
        # The tables are counted first: another process may be creating them, in one transaction with the two numbers.
        tables = read("SELECT count(*) FROM sqlite_master").fetchone()[0]
        application, version = (read(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
        if tables and application != APPLICATION_ID:
            raise Corrupt(f"{self._path}: a SQLite file of another program (id {application})", path=str(self._path))
        if version > FORMAT:
            raise Corrupt(f"{self._path}: format {version} is newer than this program's {FORMAT}", path=str(self._path))
        _write_ahead(self._database)
        read("PRAGMA synchronous=FULL")
        read("PRAGMA foreign_keys=ON")
        if not tables:
            with self.transaction():
                if not read("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                    for statement in _SCHEMA.split(";"):
                        read(statement)
                    read(f"PRAGMA application_id={APPLICATION_ID}")
                    read(f"PRAGMA user_version={FORMAT}")
        elif version < FORMAT:
            with self.transaction():
                (version,) = read("PRAGMA user_version").fetchone()  # another process may have been faster
                for step in range(version, FORMAT):
                    read(_STEPS[step])
                read(f"PRAGMA user_version={FORMAT}")

    @contextmanager
    def transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, durable at the end. Raises Unavailable when another process holds the file too long."""
        with self._lock, _told(self._path):
            try:
                self._database.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                message = f"{self._path}: another process held the catalog for {LOCK_WAIT_S:.0f} s ({error}); try again"
                raise Unavailable(message, path=str(self._path)) from error
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    def rows(self, statement: str, values: Sequence[object]) -> list[tuple[object, ...]]:
        """Read rows."""
        with self._lock, _told(self._path):
            return self._database.execute(statement, values).fetchall()

    def drop(self, bucket: str, name: str) -> None:
        """Forget an index and everything in its ledger."""
        with self.transaction() as database:
            database.execute("DELETE FROM indexes WHERE bucket=? AND name=?", (bucket, name))

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def __enter__(self) -> Catalog:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
