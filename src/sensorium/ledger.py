"""What the catalog knows of one index: sources, their content, and the keys of their records; the journal of a run.

A key is written here before its record is put, and a source counts as done only after its last record is durable.
"""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from sensorium.catalog import Catalog


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


class Ledger:
    """The catalog of one index."""

    def __init__(self, catalog: Catalog, idx: int) -> None:
        self._catalog = catalog
        self._idx = idx

    @classmethod
    def of(cls, catalog: Catalog, bucket: str, name: str, created_s: float) -> Ledger:
        """The ledger of an index. One of the same name made at another time is another index, so it starts empty."""
        found = catalog.rows("SELECT id, created_s FROM indexes WHERE bucket=? AND name=?", (bucket, name))
        if not found or found[0][1] != created_s:
            with catalog.transaction() as database:
                database.execute(
                    "DELETE FROM indexes WHERE bucket=? AND name=? AND created_s<>?", (bucket, name, created_s)
                )
                database.execute(
                    "INSERT OR IGNORE INTO indexes (bucket, name, created_s) VALUES (?,?,?)", (bucket, name, created_s)
                )
            found = catalog.rows("SELECT id, created_s FROM indexes WHERE bucket=? AND name=?", (bucket, name))
        return cls(catalog, int(str(found[0][0])))

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


def ledgers(catalog: Catalog, prefix: str) -> list[tuple[str, str, Ledger]]:
    """(bucket, name, ledger) of every index whose bucket's name begins so, in order."""
    statement = "SELECT bucket, name, id FROM indexes WHERE substr(bucket, 1, ?)=? ORDER BY bucket, name"
    rows = catalog.rows(statement, (len(prefix), prefix))
    return [(str(bucket), str(name), Ledger(catalog, int(str(idx)))) for bucket, name, idx in rows]
