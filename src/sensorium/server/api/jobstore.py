"""Jobs on the disk: what was asked, and how it ended, so that a restart loses none."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Any

import orjson

from sensorium.errors import Corrupt, Unavailable
from sensorium.server.api.job import ENDED, INTERRUPTED, Job, Wish

_SCHEMA = "CREATE TABLE IF NOT EXISTS jobs (id TEXT PRIMARY KEY, created_s REAL NOT NULL, body TEXT NOT NULL)"
KEPT = 500
"""Jobs that are remembered; the oldest go."""


class JobStore:
    """A small SQLite file, made when the first job is. Thread-safe."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def save(self, job: Job) -> None:
        """Write a job down as it is. Raises Unavailable where the disk is full or the file locked."""
        body = {
            "wish": asdict(job.wish),
            "state": job.state,
            "started_s": job.started_s,
            "ended_s": job.ended_s,
            "counts": job.counts,
            "error": job.error,
            "received": job.received,
        }
        text = orjson.dumps(body).decode()
        with self._open() as database:
            database.execute("INSERT OR REPLACE INTO jobs VALUES (?,?,?)", (job.id, job.created_s, text))
            database.execute(
                "DELETE FROM jobs WHERE id NOT IN (SELECT id FROM jobs ORDER BY created_s DESC LIMIT ?)", (KEPT,)
            )

    def forget(self, id: str) -> None:
        """Remove a job."""
        with self._open() as database:
            database.execute("DELETE FROM jobs WHERE id=?", (id,))

    def load(self) -> list[Job]:
        """All jobs, oldest first; what had not ended was interrupted."""
        if not self._path.is_file():
            return []
        with self._open() as database:
            rows = database.execute("SELECT id, created_s, body FROM jobs ORDER BY created_s").fetchall()
        return [_job(id, created_s, orjson.loads(body)) for id, created_s, body in rows]

    @contextmanager
    def _open(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            self._path.parent.mkdir(parents=True, exist_ok=True)
            try:
                database = sqlite3.connect(self._path, timeout=30)
                try:
                    with database:
                        database.execute(_SCHEMA)
                        yield database
                finally:
                    database.close()
            except sqlite3.OperationalError as error:
                raise Unavailable(f"{self._path}: {error}", path=str(self._path)) from error
            except sqlite3.DatabaseError as error:
                raise Corrupt(f"{self._path}: no list of jobs ({error}); remove it", path=str(self._path)) from error


def _job(id: str, created_s: float, body: dict[str, Any]) -> Job:
    wish = body["wish"]
    lists = {name: tuple(wish[name]) for name in ("paths", "include", "exclude")}
    state = body["state"]
    return Job(
        id=id,
        wish=Wish(**{**wish, **lists}),
        state=state if state in ENDED else INTERRUPTED,
        created_s=created_s,
        started_s=body["started_s"],
        ended_s=body["ended_s"] or body["started_s"] or created_s,
        counts=body["counts"],
        error=body["error"],
        received=body["received"],
    )
