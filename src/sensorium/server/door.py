"""Where the server keeps what AWS knows of buckets and indexes and our stores do not.

One SQLite file beside each store, which stays the truth about what exists. A row here for what is not there means
nothing, and what has no row has the defaults. So what is created gets its row before the store makes it, and what is
dropped keeps its row until the store has dropped it: a crash in between leaves nothing wrong.
"""

from __future__ import annotations

import contextlib
import logging
import os
import sqlite3
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

from sensorium.errors import Corrupt, Unavailable
from sensorium.server.attributes import BucketAttributes, IndexAttributes, common_of, common_text
from sensorium.stores.base import IndexSpec

APPLICATION_ID = 0x53456472
FORMAT = 1
LOCK_WAIT_S = 30.0
_LOG = logging.getLogger(__name__)

_ADOPTED_S = 60.0
"""How long after its row was begun an index may have been made to be the one that the row is for."""
_SCHEMA = (
    "CREATE TABLE secrets (name TEXT PRIMARY KEY, value BLOB NOT NULL)",
    "CREATE TABLE buckets (name TEXT PRIMARY KEY, created_s REAL NOT NULL, common TEXT NOT NULL, policy TEXT)",
    "CREATE TABLE indexes (bucket TEXT NOT NULL, name TEXT NOT NULL, created_s REAL NOT NULL,"
    " begun INTEGER NOT NULL, common TEXT NOT NULL, PRIMARY KEY (bucket, name))",
    f"PRAGMA application_id={APPLICATION_ID}",
    f"PRAGMA user_version={FORMAT}",
)


class Door:
    """The attributes of one region's buckets and indexes. Thread-safe; several processes may share the file."""

    def __init__(self, path: Path) -> None:
        """The file is made at the first write. Raises Corrupt for a foreign or newer file."""
        self._path = path
        self._lock = threading.RLock()
        self._passing: dict[str, bytes] = {}
        # One connection behind a lock: rows are few and small. Autocommit, so that _writing alone opens transactions.
        self._connection: sqlite3.Connection | None = None
        with self._told():
            self._reading()

    def bucket(self, name: str) -> BucketAttributes | None:
        """What is known of a bucket; whether there is one is the store's to say."""
        row = self._row("SELECT common, created_s, policy FROM buckets WHERE name=?", (name,))
        return None if row is None else BucketAttributes(*common_of(row[0]), created_s=row[1], policy=row[2])

    def policy(self, bucket: str) -> str | None:
        """The bucket's policy, as it was put."""
        row = self._row("SELECT policy FROM buckets WHERE name=?", (bucket,))
        return None if row is None else row[0]

    def index(self, spec: IndexSpec) -> IndexAttributes:
        """What is known of this very index: the defaults where the row is for one that was dropped."""
        row = self._index_row(spec)
        return IndexAttributes() if row is None else IndexAttributes(*common_of(row))

    def indexes(self, bucket: str) -> int:
        """How many indexes of a bucket have a row. Those that the command made have none until they are tagged."""
        row = self._row("SELECT count(*) FROM indexes WHERE bucket=?", (bucket,))
        return 0 if row is None else int(row[0])

    def begin_bucket(self, name: str, attributes: BucketAttributes, free: Callable[[], None]) -> None:
        """Write the row of a bucket that the store makes next. ``free`` raises where there is one already."""
        with self._writing() as database:
            free()
            _write_bucket(database, name, attributes)

    def begin_index(self, spec: IndexSpec, attributes: IndexAttributes, free: Callable[[], None]) -> None:
        """Write the row of an index that the store makes next; :meth:`settle_index` when it has."""
        with self._writing() as database:
            free()
            _write_index(database, replace(spec, created_s=time.time()), attributes, begun=True)

    def settle_bucket(self, name: str, attributes: BucketAttributes) -> None:
        """Write the row of a bucket that this process has made, where another one had begun the same meanwhile."""
        if self.bucket(name) != attributes:
            with self._writing() as database:
                _write_bucket(database, name, attributes)

    def settle_index(self, spec: IndexSpec, attributes: IndexAttributes) -> None:
        """Tie the row to the index that the store has made."""
        with self._writing() as database:
            _write_index(database, spec, attributes, begun=False)

    def change_bucket(
        self, name: str, change: Callable[[BucketAttributes], BucketAttributes], created_s: float
    ) -> BucketAttributes:
        """Change a bucket's attributes in one step; ``created_s`` is for a bucket that has no row."""
        with self._writing() as database:
            changed = change(self.bucket(name) or BucketAttributes(created_s=created_s))
            _write_bucket(database, name, changed)
        return changed

    def change_index(self, spec: IndexSpec, change: Callable[[IndexAttributes], IndexAttributes]) -> None:
        """Change an index's attributes in one step."""
        with self._writing() as database:
            _write_index(database, spec, change(self.index(spec)), begun=False)

    def forget_bucket(self, name: str, gone: Callable[[], bool]) -> None:
        """Remove the rows of a bucket that the store has dropped, unless it is there again."""
        with self._writing() as database:
            if gone():
                database.execute("DELETE FROM buckets WHERE name=?", (name,))
                database.execute("DELETE FROM indexes WHERE bucket=?", (name,))

    def forget_index(self, spec: IndexSpec) -> None:
        """Remove the row of this very index, which the store has dropped."""
        with self._writing() as database:
            if self._index_row(spec) is not None:
                database.execute("DELETE FROM indexes WHERE bucket=? AND name=?", (spec.bucket, spec.name))

    def secret(self, name: str) -> bytes:
        """Thirty-two random bytes that stay the same for as long as the file does.

        Where nothing can be written (a full disk, a home for reading), for as long as this object does: readers need
        them, too.
        """
        statement = "SELECT value FROM secrets WHERE name=?"
        if (row := self._row(statement, (name,))) is None:
            new = self._passing.setdefault(name, os.urandom(32))
            try:
                with self._writing() as database:
                    database.execute("INSERT OR IGNORE INTO secrets VALUES (?, ?)", (name, new))
                    row = self._row(statement, (name,))
            except Unavailable as error:
                _LOG.warning("a secret of the door is not kept: %s", error)
        return bytes(row[0]) if row else self._passing[name]

    def close(self) -> None:
        """Let go of the file; idempotent."""
        with self._lock:
            if self._connection is not None:
                self._connection.close()
                self._connection = None

    def _index_row(self, spec: IndexSpec) -> str | None:
        statement = "SELECT created_s, begun, common FROM indexes WHERE bucket=? AND name=?"
        row = self._row(statement, (spec.bucket, spec.name))
        if row is None:
            return None
        created_s, begun, common = row
        ours = 0 <= spec.created_s - created_s < _ADOPTED_S if begun else spec.created_s == created_s
        return str(common) if ours else None

    def _row(self, statement: str, values: tuple[str, ...]) -> tuple[Any, ...] | None:
        with self._lock, self._told():
            database = self._reading()
            return None if database is None else database.execute(statement, values).fetchone()

    @contextmanager
    def _writing(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, durable at the end."""
        with self._lock, self._told():
            database = self._reading() or self._made()
            database.execute("BEGIN IMMEDIATE")
            try:
                yield database
                database.execute("COMMIT")
            finally:
                if database.in_transaction:
                    database.execute("ROLLBACK")

    def _reading(self) -> sqlite3.Connection | None:
        """The connection, or None while there is no file."""
        if self._connection is None and self._path.exists():
            self._connection = self._connected()
        return self._connection

    def _made(self) -> sqlite3.Connection:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._connection = self._connected()
        return self._connection

    def _connected(self) -> sqlite3.Connection:
        database = sqlite3.connect(self._path, timeout=LOCK_WAIT_S, check_same_thread=False, isolation_level=None)
        try:
            database.execute("PRAGMA synchronous=FULL")
            self._prepare(database)
            _write_ahead(database)
        except BaseException:
            database.close()
            raise
        return database

    def _prepare(self, database: sqlite3.Connection) -> None:
        # In one transaction with the tables, since another process may be making them.
        database.execute("BEGIN IMMEDIATE")
        (tables,) = database.execute("SELECT count(*) FROM sqlite_master").fetchone()
        (application,) = database.execute("PRAGMA application_id").fetchone()
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if tables and application != APPLICATION_ID:
            raise Corrupt(f"{self._path}: a SQLite file of another program (id {application})", path=str(self._path))
        if version > FORMAT:
            raise Corrupt(f"{self._path}: format {version} is newer than this program's {FORMAT}", path=str(self._path))
        if not tables:
            for statement in _SCHEMA:
                database.execute(statement)
        database.execute("COMMIT")

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's errors as ours, with the file's name."""
        try:
            yield
        except sqlite3.OperationalError as error:
            raise Unavailable(f"{self._path}: cannot be used now: {error}", path=str(self._path)) from error
        except OSError as error:
            raise Unavailable(f"{self._path}: cannot be used now: {error.strerror}", path=str(self._path)) from error
        except sqlite3.DatabaseError as error:
            raise Corrupt(f"{self._path}: not a database of Sensorium's, or damaged ({error})") from error


def _write_ahead(database: sqlite3.Connection) -> None:
    """Switch to the write-ahead log: one flush a write. Where another process is in the file, it has done so."""
    with contextlib.suppress(sqlite3.OperationalError):
        database.execute("PRAGMA journal_mode=WAL")


def _write_bucket(database: sqlite3.Connection, name: str, attributes: BucketAttributes) -> None:
    values = (name, attributes.created_s, common_text(attributes), attributes.policy)
    database.execute("INSERT OR REPLACE INTO buckets VALUES (?, ?, ?, ?)", values)


def _write_index(database: sqlite3.Connection, spec: IndexSpec, attributes: IndexAttributes, *, begun: bool) -> None:
    values = (spec.bucket, spec.name, spec.created_s, begun, common_text(attributes))
    database.execute("INSERT OR REPLACE INTO indexes VALUES (?, ?, ?, ?, ?)", values)
