"""One SQLite file of truth: opened, checked and shared by threads and processes.

Readers take connections from a pool, each in a transaction of its own, and never wait. Writers take turns: the threads
of this process under a lock, processes under SQLite's write lock (``BEGIN IMMEDIATE``), which covers the slot file too.

No other code may open the file: closing any descriptor of it would drop the locks that SQLite holds on it (POSIX).
"""

from __future__ import annotations

import errno
import os
import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sensorium.errors import Corrupt, Unavailable
from sensorium.stores.embedded import faults, forking, migrations, schema, texts
from sensorium.stores.embedded.staterow import StateRow, spec_of

LOCK_TIMEOUT_S = 30.0
"""How long a writer waits for its turn."""
_LOG_BYTES = 64 << 20
"""From how much on the write-ahead log goes into the database, and what may stay of it then."""
_CACHE_KIB, _WRITING_CACHE_KIB = 2 << 10, 64 << 10
"""Pages that a connection keeps. A large transaction that changes more goes through the log page by page."""
_READERS_S = 1.0
"""How long the log waits, and all writers with it, until nobody reads what is in it; a later one goes in as well."""
_FREE = 0.1
"""The part of a file that may be free pages, which later writes use."""


class Database:
    """Connections to one database file. Text comes out as bytes, so that a damaged byte is found by its checksum."""

    def __init__(self, path: Path, lock_timeout_s: float = LOCK_TIMEOUT_S) -> None:
        """Open the file, migrated to the newest format where it is older.

        Corrupt where it is foreign, newer or no database; FileNotFoundError where there is none.
        """
        self.path = path
        self.lock_timeout_s = lock_timeout_s
        self._turn = forking.Turn()
        self._pool = forking.Pool(self._connect)
        try:
            with faults.told(path), self._pool.lent() as connection:
                version = _checked_version(connection, path)
                if version < schema.FORMAT:
                    with self._one_writer():
                        migrations.migrate(connection, path)
        except BaseException as error:
            self.close()
            if isinstance(error, Unavailable) and not path.exists():  # dropped while SQLite opened it, file by file
                raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(path)) from error
            raise

    @staticmethod
    def create(path: Path, state: StateRow) -> None:
        """Write a database of no records where there is no file; nothing of it is open afterwards."""
        with faults.told(path):
            connection = _connected(path, "rwc", 0)
            try:
                connection.execute("PRAGMA journal_mode = WAL")
                connection.execute("PRAGMA synchronous = OFF")  # one flush at the end is enough for a file nobody knows
                connection.execute("BEGIN IMMEDIATE")
                schema.write(connection)
                state.write(connection)
                texts.reconcile(connection, spec_of(state.spec).text_keys)
                connection.execute("COMMIT")
            finally:
                connection.close()
            with path.open("rb+") as file:
                os.fsync(file.fileno())

    @contextmanager
    def read(self) -> Iterator[sqlite3.Connection]:
        """A connection in a read transaction: everything read with it is of one moment."""
        with faults.told(self.path), self._pool.lent() as connection:
            connection.execute("BEGIN")
            try:
                yield connection
            finally:
                if connection.in_transaction:  # a disk that fails may have ended it
                    connection.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[sqlite3.Connection]:
        """A connection that holds the write lock; commits durably at the end, or changes nothing.

        Unavailable names the lock and how long this writer waited for it.
        """
        with faults.told(self.path), self._one_writer() as waited_s, self._pool.lent() as connection:
            started = time.monotonic()
            try:
                connection.execute("BEGIN IMMEDIATE")
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY:
                    raise faults.locked(self.path, waited_s + time.monotonic() - started) from error
                raise
            try:
                connection.execute(f"PRAGMA cache_size = {-_WRITING_CACHE_KIB}")
                yield connection
                connection.execute("COMMIT")
            finally:
                if connection.in_transaction:
                    connection.execute("ROLLBACK")
                connection.execute(f"PRAGMA cache_size = {-_CACHE_KIB}")

    def vacuum(self) -> None:
        """Write the file anew where much of it is free, and give that room back. Writers wait, readers do not.

        All or nothing. Unavailable where there is no room for a second copy, or a writer of another process does not
        let go. Where somebody reads on and on, the file shrinks later.
        """
        with faults.told(self.path), self._one_writer(), self._pool.lent() as connection:
            (free,) = connection.execute("PRAGMA freelist_count").fetchone()
            (pages,) = connection.execute("PRAGMA page_count").fetchone()
            if free > pages * _FREE:
                connection.execute("VACUUM")
            connection.execute(f"PRAGMA busy_timeout = {int(1000 * min(self.lock_timeout_s, _READERS_S))}")
            try:
                connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                connection.execute(f"PRAGMA busy_timeout = {int(1000 * self.lock_timeout_s)}")

    def close(self) -> None:
        """Close every connection; those in use are closed when they are given back."""
        self._pool.close()

    @contextmanager
    def _one_writer(self) -> Iterator[float]:
        started = time.monotonic()
        with self._turn.taken(self.lock_timeout_s) as taken:
            waited_s = time.monotonic() - started
            if not taken:
                raise faults.locked(self.path, waited_s)
            yield waited_s

    def _connect(self) -> sqlite3.Connection:
        self.path.stat()  # a dropped index is a FileNotFoundError and not SQLite's "unable to open"
        connection = _connected(self.path, "rw", self.lock_timeout_s)
        try:
            connection.execute("PRAGMA synchronous = FULL")
            connection.execute(f"PRAGMA journal_size_limit = {_LOG_BYTES}")
            connection.execute(f"PRAGMA wal_autocheckpoint = {_LOG_BYTES // 4096}")  # in pages
        except BaseException:
            connection.close()
            raise
        return connection


def _connected(path: Path, mode: str, timeout_s: float) -> sqlite3.Connection:
    connection = sqlite3.connect(
        f"{path.absolute().as_uri()}?mode={mode}",
        uri=True,
        timeout=timeout_s,
        isolation_level=None,
        check_same_thread=False,
    )
    connection.text_factory = bytes
    return connection


def _checked_version(connection: sqlite3.Connection, path: Path) -> int:
    """The file's format, or Corrupt; reads only, so that a file that is not ours stays as it is."""
    try:
        (mark,) = connection.execute("PRAGMA application_id").fetchone()
        (version,) = connection.execute("PRAGMA user_version").fetchone()
    except sqlite3.DatabaseError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_NOTADB:
            raise Corrupt(f"{path} is not a database; nothing was changed", code="foreign", path=str(path)) from error
        raise
    if mark != schema.APPLICATION_ID:
        raise Corrupt(
            f"{path} is a database of another program (application id {mark:#x}, Sensorium's is"
            f" {schema.APPLICATION_ID:#x}); nothing was changed",
            code="foreign",
            path=str(path),
        )
    if version > schema.FORMAT:
        raise Corrupt(
            f"{path} is of the newer format {version}, this Sensorium reads up to {schema.FORMAT}; update it;"
            " nothing was changed",
            code="newer_format",
            path=str(path),
        )
    return int(version)
