"""What has been indexed: sources, their content, and the keys of their records; the journal of a run.

A store keeps records and knows nothing of files. The catalog is what lets a second run embed nothing, a changed file
replace its records and a killed run go on: a key is written here before its record is put, and a source counts as done
only after its last record is durable. One SQLite file per home; every index has a ledger in it.
"""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Entry:
    """A source that has been indexed as a whole."""

    source: str
    size: int
    mtime_ns: int
    content: str
    """Hash of the bytes."""
    settings: str
    """Hash of everything else that decides the vectors: segmentation, reading, purpose, joined text."""
    tags: str
    """Hash of the user's metadata, which changes records but no vector."""
    modality: str
    records: int
    checked_s: float
    """When the content was last read, in seconds since the epoch."""
    etag: str = ""
    """What a bucket calls this state of an object; empty for a file."""

    @property
    def version(self) -> str:
        """Names the state of the source that a key belongs to."""
        return f"{self.content}.{self.settings}.{self.tags}"


_FIELDS = "source, size, mtime_ns, content, settings, tags, modality, records, checked_s, etag"


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

    def ledger(self, bucket: str, name: str, created_s: float) -> Ledger:
        """The ledger of an index. One of the same name made at another time is another index, so it starts empty."""
        found = self.rows("SELECT id, created_s FROM indexes WHERE bucket=? AND name=?", (bucket, name))
        if not found or found[0][1] != created_s:
            with self.transaction() as database:
                database.execute(
                    "DELETE FROM indexes WHERE bucket=? AND name=? AND created_s<>?", (bucket, name, created_s)
                )
                database.execute(
                    "INSERT OR IGNORE INTO indexes (bucket, name, created_s) VALUES (?,?,?)", (bucket, name, created_s)
                )
            found = self.rows("SELECT id, created_s FROM indexes WHERE bucket=? AND name=?", (bucket, name))
        return Ledger(self, int(str(found[0][0])))

    def ledgers(self, prefix: str) -> list[tuple[str, str, Ledger]]:
        """(bucket, name, ledger) of every index whose bucket's name begins so, in order."""
        statement = "SELECT bucket, name, id FROM indexes WHERE substr(bucket, 1, ?)=? ORDER BY bucket, name"
        rows = self.rows(statement, (len(prefix), prefix))
        return [(str(bucket), str(name), Ledger(self, int(str(idx)))) for bucket, name, idx in rows]

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


class Ledger:
    """The catalog of one index."""

    def __init__(self, catalog: Catalog, idx: int) -> None:
        self._catalog = catalog
        self._idx = idx

    def entry(self, source: str) -> Entry | None:
        """The source's entry, if it has been indexed as a whole."""
        return next(self._entries("source=?", (source,)), None)

    def twins(self, content: str) -> list[Entry]:
        """Entries of the same bytes: under the same settings their vectors can be used again."""
        return list(self._entries("content=?", (content,)))

    def sources(self, prefix: str = "") -> list[str]:
        """Every source that has a record or an entry, begun ones included, in order."""
        where = "idx=? AND substr(source, 1, ?)=?"
        statement = f"SELECT source FROM sources WHERE {where} UNION SELECT source FROM keys WHERE {where} ORDER BY 1"
        values = (self._idx, len(prefix), prefix)
        return [str(row[0]) for row in self._catalog.rows(statement, values * 2)]

    def entries(self) -> list[Entry]:
        """All entries, ordered by source."""
        return list(self._entries("1", ()))

    def keys(self, source: str, version: str | None = None, *, stored: bool = False) -> list[str]:
        """The keys of a source in order: all, of one version, or only those whose record is known to be durable."""
        statement = (
            "SELECT key FROM keys WHERE idx=? AND source=? AND (? IS NULL OR version=?) AND stored>=? ORDER BY key"
        )
        rows = self._catalog.rows(statement, (self._idx, source, version, version, int(stored)))
        return [str(row[0]) for row in rows]

    def owners(self, keys: Sequence[str]) -> dict[str, tuple[str, str]]:
        """(source, version) of those keys that it knows."""
        found: dict[str, tuple[str, str]] = {}
        for start in range(0, len(keys), 500):
            part = keys[start : start + 500]
            statement = f"SELECT key, source, version FROM keys WHERE idx=? AND key IN ({','.join('?' * len(part))})"
            rows = self._catalog.rows(statement, (self._idx, *part))
            found.update((str(key), (str(source), str(version))) for key, source, version in rows)
        return found

    def stale(self, source: str, version: str) -> list[str]:
        """Keys of the source that belong to another version than this one."""
        statement = "SELECT key FROM keys WHERE idx=? AND source=? AND version<>? ORDER BY key"
        return [str(row[0]) for row in self._catalog.rows(statement, (self._idx, source, version))]

    def journal(self, rows: Iterable[tuple[str, str, str]]) -> None:
        """Write (key, source, version) down before the records are put."""
        with self._catalog.transaction() as database:
            database.executemany(
                "INSERT OR REPLACE INTO keys (idx, key, source, version, stored) VALUES (?,?,?,?,0)",
                [(self._idx, *row) for row in rows],
            )

    def settle(self, keys: Iterable[str], done: Iterable[Entry]) -> None:
        """After a durable put: mark the keys as stored and the sources as done, forgetting their stale keys."""
        with self._catalog.transaction() as database:
            database.executemany("UPDATE keys SET stored=1 WHERE idx=? AND key=?", [(self._idx, key) for key in keys])
            for entry in done:
                database.execute(
                    "DELETE FROM keys WHERE idx=? AND source=? AND version<>?",
                    (self._idx, entry.source, entry.version),
                )
                self._write(database, entry)

    def touch(self, entries: Iterable[Entry]) -> None:
        """Write entries whose records are as they should be (a file with a new mtime and the old content)."""
        with self._catalog.transaction() as database:
            for entry in entries:
                self._write(database, entry)

    def fail(self, source: str, code: str, reason: str) -> None:
        """Remember why a source could not be indexed; its earlier entry and keys stay."""
        with self._catalog.transaction() as database:
            database.execute(
                "INSERT OR REPLACE INTO failures VALUES (?,?,?,?,?)", (self._idx, source, code, reason, time.time())
            )

    def recover(self, sources: Iterable[str]) -> None:
        """Forget that sources failed."""
        with self._catalog.transaction() as database:
            database.executemany(
                "DELETE FROM failures WHERE idx=? AND source=?", [(self._idx, source) for source in sources]
            )

    def failures(self) -> list[tuple[str, str, str]]:
        """(source, code, reason) of every source whose last try failed."""
        statement = "SELECT source, code, reason FROM failures WHERE idx=? ORDER BY source"
        return [(str(a), str(b), str(c)) for a, b, c in self._catalog.rows(statement, (self._idx,))]

    def forget(self, sources: Iterable[str]) -> None:
        """Drop sources and their keys, after their records are gone."""
        with self._catalog.transaction() as database:
            for source in sources:
                for table in ("sources", "keys", "failures"):
                    database.execute(f"DELETE FROM {table} WHERE idx=? AND source=?", (self._idx, source))

    def forget_keys(self, keys: Iterable[str]) -> None:
        """Drop keys whose records were removed one by one; a source without any key left is forgotten too."""
        with self._catalog.transaction() as database:
            touched: set[str] = set()
            for key in keys:
                row = database.execute("SELECT source FROM keys WHERE idx=? AND key=?", (self._idx, key)).fetchone()
                if row is not None:
                    touched.add(row[0])
                    database.execute("DELETE FROM keys WHERE idx=? AND key=?", (self._idx, key))
            for source in touched:
                database.execute(
                    "DELETE FROM sources WHERE idx=? AND source=?"
                    " AND NOT EXISTS (SELECT 1 FROM keys WHERE keys.idx=sources.idx AND keys.source=sources.source)",
                    (self._idx, source),
                )

    def _write(self, database: sqlite3.Connection, entry: Entry) -> None:
        values = [getattr(entry, name) for name in _FIELDS.split(", ")]
        database.execute(
            f"INSERT OR REPLACE INTO sources (idx, {_FIELDS}) VALUES (?,{','.join('?' * len(values))})",
            (self._idx, *values),
        )
        database.execute("DELETE FROM failures WHERE idx=? AND source=?", (self._idx, entry.source))

    def _entries(self, where: str, values: Sequence[object]) -> Iterator[Entry]:
        statement = f"SELECT {_FIELDS} FROM sources WHERE idx=? AND {where} ORDER BY source"
        for row in self._catalog.rows(statement, (self._idx, *values)):
            yield Entry(*row)  # type: ignore[arg-type]  # the schema declares the types; sqlite3 does not
