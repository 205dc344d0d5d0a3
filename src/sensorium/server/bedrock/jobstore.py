"""The async invokes of a home in one SQLite file: what was acknowledged is there after a crash."""

from __future__ import annotations

import json
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sensorium.errors import Conflict, Corrupt, Unavailable
from sensorium.server.bedrock.job import Job, Status

APPLICATION_ID = 0x5345_4E4A
FORMAT = 1
_LOCK_WAIT_S = 60.0
_SCHEMA = """
CREATE TABLE jobs (
    id TEXT PRIMARY KEY, account TEXT NOT NULL, region TEXT NOT NULL, model TEXT NOT NULL, token TEXT,
    digest TEXT NOT NULL, request TEXT NOT NULL, submitted_s REAL NOT NULL, modified_s REAL NOT NULL, ended_s REAL,
    status TEXT NOT NULL, failure TEXT, tries INTEGER NOT NULL, UNIQUE (account, region, token)) WITHOUT ROWID;
CREATE INDEX jobs_by_time ON jobs (account, region, submitted_s, id);
CREATE INDEX jobs_by_status ON jobs (status, submitted_s);
"""
_FIELDS = "id, account, region, model, token, request, submitted_s, modified_s, ended_s, status, failure, tries"


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which jobs to list: times in seconds since the epoch, both exclusive; ``after`` is the last one seen."""

    status: Status | None = None
    submitted_after_s: float | None = None
    submitted_before_s: float | None = None
    ascending: bool = False
    after: tuple[float, str] | None = None


class JobStore:
    """The SQLite file. Safe for threads and for several processes."""

    def __init__(self, path: Path) -> None:
        """Open or create. Raises Corrupt for a foreign or newer file, Unavailable when it stays locked."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self._path = path
        self._lock = threading.Lock()
        with self._told():
            self._database = sqlite3.connect(
                path, timeout=_LOCK_WAIT_S, check_same_thread=False, isolation_level=None, cached_statements=32
            )
            try:
                self._prepare()
            except BaseException:
                self._database.close()
                raise

    def add(self, job: Job) -> Job:
        """Keep a new job, durably; where its token is known already, the job of that time is the answer.

        Raises Conflict for a token that came with another request.
        """
        with self._transaction() as database:
            if job.token is not None:
                found = database.execute(
                    f"SELECT {_FIELDS}, digest FROM jobs WHERE account=? AND region=? AND token=?",
                    (job.account, job.region, job.token),
                ).fetchone()
                if found is not None:
                    if found[-1] != job.digest:
                        message = "The clientRequestToken was used already, with another request"
                        raise Conflict(message, code="token", path="clientRequestToken")
                    return _job(found[:-1])
            request = json.dumps(job.request)
            database.execute(
                f"INSERT INTO jobs ({_FIELDS}, digest) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?)",
                (
                    *(job.id, job.account, job.region, job.model, job.token, request, job.submitted_s),
                    *(job.modified_s, job.ended_s, job.status.value, job.failure, job.tries, job.digest),
                ),
            )
        return job

    def get(self, id: str) -> Job | None:
        """The job of that id."""
        found = self._rows(f"SELECT {_FIELDS} FROM jobs WHERE id=?", (id,))
        return _job(found[0]) if found else None

    def page(self, account: str, region: str, wanted: Wanted, limit: int) -> list[Job]:
        """At most ``limit`` jobs by the time they were submitted."""
        where = "account=? AND region=?"
        values: list[object] = [account, region]
        for clause, value in (
            ("status=?", wanted.status),
            ("submitted_s>?", wanted.submitted_after_s),
            ("submitted_s<?", wanted.submitted_before_s),
        ):
            if value is not None:
                where += f" AND {clause}"
                values.append(value)
        order, sign = ("ASC", ">") if wanted.ascending else ("DESC", "<")
        if wanted.after is not None:
            where += f" AND (submitted_s, id) {sign} (?,?)"
            values.extend(wanted.after)
        statement = f"SELECT {_FIELDS} FROM jobs WHERE {where} ORDER BY submitted_s {order}, id {order} LIMIT ?"
        return [_job(row) for row in self._rows(statement, (*values, limit))]

    def unfinished(self, limit: int) -> list[str]:
        """The ids of at most so many jobs that are in progress, the oldest first."""
        statement = "SELECT id FROM jobs WHERE status=? ORDER BY submitted_s, id LIMIT ?"
        return [str(row[0]) for row in self._rows(statement, (Status.IN_PROGRESS, limit))]

    def begin(self, id: str) -> Job:
        """Note that a job is begun, and give it."""
        with self._transaction() as database:
            database.execute("UPDATE jobs SET tries=tries+1, modified_s=? WHERE id=?", (time.time(), id))
            return _job(database.execute(f"SELECT {_FIELDS} FROM jobs WHERE id=?", (id,)).fetchone())

    def untried(self, id: str) -> None:
        """Note that a job was put down on purpose, so that this beginning does not count."""
        with self._transaction() as database:
            database.execute("UPDATE jobs SET tries=tries-1 WHERE id=?", (id,))

    def end(self, id: str, status: Status, failure: str | None = None) -> None:
        """Note how a job ended."""
        now = time.time()
        with self._transaction() as database:
            database.execute(
                "UPDATE jobs SET status=?, failure=?, modified_s=?, ended_s=? WHERE id=?",
                (status.value, failure, now, now, id),
            )

    def close(self) -> None:
        """Close the file."""
        with self._lock:
            self._database.close()

    def _prepare(self) -> None:
        read = self._database.execute
        tables = read("SELECT count(*) FROM sqlite_master").fetchone()[0]
        application, version = (read(f"PRAGMA {name}").fetchone()[0] for name in ("application_id", "user_version"))
        if (tables and application != APPLICATION_ID) or version > FORMAT:
            message = f"{self._path}: not a file of async invokes that this program can read (format {version})"
            raise Corrupt(message, path=str(self._path))
        read("PRAGMA journal_mode=WAL")
        read("PRAGMA synchronous=FULL")
        if not tables:
            read("BEGIN IMMEDIATE")
            if not read("SELECT count(*) FROM sqlite_master").fetchone()[0]:
                for statement in _SCHEMA.split(";"):
                    read(statement)
                read(f"PRAGMA application_id={APPLICATION_ID}")
                read(f"PRAGMA user_version={FORMAT}")
            read("COMMIT")

    def _rows(self, statement: str, values: tuple[object, ...]) -> list[tuple[object, ...]]:
        with self._lock, self._told():
            return self._database.execute(statement, values).fetchall()

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """All or nothing, durable at the end."""
        with self._lock, self._told():
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield self._database
                self._database.execute("COMMIT")
            except BaseException:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
                raise

    @contextmanager
    def _told(self) -> Iterator[None]:
        """SQLite's errors as ours, with the file's name."""
        try:
            yield
        except (sqlite3.OperationalError, sqlite3.ProgrammingError) as error:
            raise Unavailable(f"{self._path}: cannot be used: {error}", path=str(self._path)) from error
        except sqlite3.DatabaseError as error:
            raise Corrupt(f"{self._path}: damaged ({error})", path=str(self._path)) from error


def _job(row: tuple[object, ...]) -> Job:
    found = dict(zip(_FIELDS.split(", "), row, strict=True))
    found["request"] = json.loads(str(found["request"]))
    found["status"] = Status(str(found["status"]))
    return Job(**found)  # type: ignore[arg-type]  # the schema declares the types; sqlite3 does not
