"""Jobs at work: one thread of runs, one job of an index at a time, in the order in which they came."""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from sensorium.errors import Conflict, NotFound, SensoriumError
from sensorium.objects.address import is_remote
from sensorium.pipeline import Report
from sensorium.pipeline import index as run
from sensorium.server.api.context import Context
from sensorium.server.api.hits import name_of
from sensorium.server.api.job import (
    CANCELLED,
    DONE,
    ENDED,
    FAILED,
    INTERRUPTED,
    QUEUED,
    RECEIVING,
    RUNNING,
    STOPPING,
    Job,
    Wish,
)
from sensorium.server.api.jobstore import JobStore
from sensorium.space import Space, local_path

_LOG = logging.getLogger(__name__)
AT_ONCE = 2
"""Jobs, of different indexes, that run at a time."""
_STOP_S = 15.0
_TELL_S = 0.1


class Jobs:
    """Begins, ends and remembers jobs. Thread-safe."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._store = JobStore(context.web / "jobs.db")
        self._changed = threading.Condition()
        self._jobs: dict[str, Job] | None = None
        self._stops: dict[str, threading.Event] = {}
        self._threads: dict[str, threading.Thread] = {}
        self._closed = False

    def all(self, index: str | None = None) -> list[Job]:
        """All jobs, or those of an index, newest first."""
        with self._changed:
            found = [job for job in self._known().values() if index is None or job.wish.index == index]
        return sorted(found, key=lambda job: -job.created_s)

    def get(self, id: str) -> Job:
        """The job of that id. Raises NotFound."""
        with self._changed:
            found = self._known().get(id)
        if found is None:
            raise NotFound(f"no job {id[:40]!r}", path="id")
        return found

    def begin(self, wish: Wish) -> Job:
        """A new job: waiting for its turn, or, for an upload, for its files. Raises NotFound for a missing path."""
        for path in wish.paths:
            if not is_remote(path) and not local_path(path).exists():
                raise NotFound(f"{path}: no such file or folder", path="paths")
        id = secrets.token_hex(12)
        if wish.upload:
            wish = replace(wish, paths=(str(self.folder(wish.index, id)),))
        job = Job(id, wish, RECEIVING if wish.upload else QUEUED, time.time())
        with self._changed:
            self._known()[id] = job
        self._store.save(job)
        self._start_waiting()
        return job

    def folder(self, index: str, id: str) -> Path:
        """Where the uploaded files of a job are kept."""
        return self._context.home.path / "library" / index.replace("://", "/") / id

    def received(self, job: Job, size: int) -> None:
        """One more file of an upload is there."""
        with self._changed:
            self._require(job, RECEIVING, "takes no more files")
            job.received = {"files": job.received["files"] + 1, "bytes": job.received["bytes"] + size}
            job.version += 1

    def start(self, id: str) -> Job:
        """All files of an upload are there. Raises Conflict for another kind of job."""
        job = self.get(id)
        with self._changed:
            self._require(job, RECEIVING, "cannot be started")
            self._turn(job, QUEUED)
        self._store.save(job)
        self._start_waiting()
        return job

    def cancel(self, id: str) -> Job:
        """Stop a job: what was embedded stays. One that has ended stays as it is."""
        job = self.get(id)
        with self._changed:
            if job.state in (QUEUED, RECEIVING):
                self._end(job, CANCELLED)
            elif job.state == RUNNING:
                self._turn(job, STOPPING)
                self._stops[id].set()
        self._store.save(job)
        return job

    def retry(self, id: str) -> Job:
        """The same again: what is unchanged costs nothing. Raises Conflict for one that has not ended."""
        job = self.get(id)
        with self._changed:
            if job.state not in ENDED:
                raise Conflict(f"job {id} is {job.state}; only one that has ended can be tried again", path="id")
            job.error, job.started_s, job.ended_s, job.counts = None, None, None, {}
            self._turn(job, QUEUED)
        self._store.save(job)
        self._start_waiting()
        return job

    def forget(self, id: str) -> None:
        """Remove a job that has ended from the list. Raises Conflict for another."""
        job = self.get(id)
        with self._changed:
            if job.state not in ENDED:
                raise Conflict(f"job {id} is {job.state}; cancel it first", path="id")
            self._known().pop(id, None)
        self._store.forget(id)

    def close(self) -> None:
        """Stop what runs and wait for it; what did not end is interrupted."""
        with self._changed:
            self._closed = True
            for stop in self._stops.values():
                stop.set()
            threads = list(self._threads.values())
        for thread in threads:
            thread.join(_STOP_S)

    def _known(self) -> dict[str, Job]:
        if self._jobs is None:
            self._jobs = {job.id: job for job in self._store.load()}
        return self._jobs

    def _start_waiting(self) -> None:
        """Begin jobs whose turn it is."""
        with self._changed:
            for job in sorted(self._known().values(), key=lambda job: job.created_s):
                busy = {other.wish.index for other in self._known().values() if other.state in (RUNNING, STOPPING)}
                if self._closed or len(self._threads) >= AT_ONCE:
                    return
                if job.state == QUEUED and job.wish.index not in busy:
                    job.started_s = time.time()
                    self._turn(job, RUNNING)
                    self._stops[job.id] = threading.Event()
                    thread = threading.Thread(target=self._work, args=(job,), name=f"sensorium-job-{job.id}")
                    self._threads[job.id] = thread
                    thread.start()

    def _work(self, job: Job) -> None:
        state, stop = DONE, self._stops[job.id]
        try:
            report = self._run(job, stop)
            if report.stopped:
                state = INTERRUPTED if self._closed else CANCELLED
        except SensoriumError as error:
            state, job.error = FAILED, {"code": error.code, "message": error.message, "path": error.path}
        except Exception as error:  # noqa: BLE001  # the last resort of a thread: the page gets an error, the log the cause
            _LOG.exception("job %s failed", job.id)
            message = f"an internal error ({type(error).__name__}); the server's log says more"
            state, job.error = FAILED, {"code": "internal", "message": message, "path": None}
        with self._changed:
            self._end(job, state)
            del self._stops[job.id]
        try:
            self._store.save(job)
        except SensoriumError as error:
            _LOG.error("job %s: %s", job.id, error)
        with self._changed:
            del self._threads[job.id]
        self._start_waiting()

    def _run(self, job: Job, stop: threading.Event) -> Report:
        wish, settings = job.wish, self._context.settings
        space = self._space(wish)
        options = wish.options(space.embedder.spec.segmentation, settings.workers or None, settings.lookahead_mb << 20)
        report = run(space, wish.paths, options, self._told(job), self._context.objects, stop)
        with self._changed:
            job.note(report, None)
        return report

    def _space(self, wish: Wish) -> Space:
        home, settings = self._context.home, self._context.settings
        model = wish.model if home.has(wish.index) else wish.model or settings.model
        return home.open(wish.index, model=model, dim=wish.dim, metric=wish.metric, create=True)

    def _told(self, job: Job) -> Callable[[Report, str], None]:
        due = 0.0

        def told(report: Report, uri: str) -> None:
            nonlocal due
            if (now := time.monotonic()) >= due:  # thousands of sources a second are told of a few times
                due = now + _TELL_S
                with self._changed:
                    job.note(report, name_of(uri))

        return told

    def _turn(self, job: Job, state: str) -> None:
        job.state = state
        job.version += 1

    def _end(self, job: Job, state: str) -> None:
        job.ended_s, job.current = time.time(), None
        self._turn(job, state)

    def _require(self, job: Job, state: str, what: str) -> None:
        if job.state != state:
            raise Conflict(f"job {job.id} is {job.state}; it {what}", path="id")
