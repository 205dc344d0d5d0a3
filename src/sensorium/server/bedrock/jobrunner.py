"""Threads that run async invokes, the oldest first; one process of a home at a time."""

from __future__ import annotations

import contextlib
import fcntl
import logging
import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

from sensorium.errors import SensoriumError
from sensorium.server.bedrock.job import Job, Status
from sensorium.server.bedrock.jobstore import JobStore
from sensorium.server.bedrock.jobwork import Stopped
from sensorium.wire.fault import AwsFault

_LOG = logging.getLogger(__name__)
MAX_TRIES = 5
"""Beginnings of a job that may end with the process before the job is given up: it may be what ends it."""
_MAX_MESSAGE = 2048
_LOOK_S = 2.0
"""Seconds between two looks for jobs that another process took in, or left."""
_END_S = 10.0
"""Seconds that the end waits for the threads; a job that is cut off is begun again next time."""

Perform = Callable[[Job, Path, Callable[[], bool]], None]
"""Run a job with a folder of its own and the question whether to stop. Raises Stopped, an error of ours or AwsFault."""


class JobRunner:
    """Runs what the store holds, in ``workers`` threads. Their files lie in ``folder``, of which nothing is kept."""

    def __init__(self, store: JobStore, folder: Path, perform: Perform, workers: int) -> None:
        self._store = store
        self._folder = folder
        self._perform = perform
        self._stopping = threading.Event()
        self._changed = threading.Condition()
        self._running: set[str] = set()
        self._turn: int | None = None
        self._threads = [
            threading.Thread(target=self._work, name=f"async-invoke-{number}", daemon=True) for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def wake(self) -> None:
        """Say that there is a new job."""
        with self._changed:
            self._changed.notify()

    def close(self) -> None:
        """End the threads; a job under way is put down between two batches and begun again by the next server."""
        self._stopping.set()
        with self._changed:
            self._changed.notify_all()
        until = time.monotonic() + _END_S
        for thread in self._threads:
            thread.join(max(0.0, until - time.monotonic()))
        if self._turn is not None and not any(thread.is_alive() for thread in self._threads):
            os.close(self._turn)
            self._turn = None

    def _work(self) -> None:
        while not self._stopping.is_set():
            with self._changed:
                try:
                    job = self._next()
                except (SensoriumError, OSError) as error:  # the file is locked or the disk full: later, perhaps
                    _LOG.error("async invokes cannot be looked for: %s", error)
                    job = None
                if job is None:
                    if not self._stopping.is_set():
                        self._changed.wait(_LOOK_S)
                    continue
            try:
                self._run(job)
            except SensoriumError as error:  # how it ended could not be noted, so it will be run again
                _LOG.error("%s: its end cannot be noted: %s", job.arn, error.message)
                self._stopping.wait(_LOOK_S)
            finally:
                with self._changed:
                    self._running.discard(job.id)

    def _next(self) -> Job | None:
        """A job that nobody runs, now begun; None when there is none, or another process has its turn."""
        if self._stopping.is_set() or not self._our_turn():
            return None
        for id in self._store.unfinished(len(self._running) + 1):
            if id not in self._running:
                job = self._store.begin(id)
                self._running.add(id)
                return job
        return None

    def _run(self, job: Job) -> None:
        folder = self._folder / job.id
        if job.tries > MAX_TRIES:
            self._fail(job, f"given up: the server ended {MAX_TRIES} times while it ran")
            return
        try:
            folder.mkdir(parents=True, exist_ok=True)
            self._perform(job, folder, self._stopping.is_set)
        except Stopped:
            self._store.untried(job.id)
            return
        except (SensoriumError, AwsFault) as error:
            if self._stopping.is_set():  # such as a store that was closed under it
                self._store.untried(job.id)
                return
            self._fail(job, error.message)
        except OSError as error:
            self._fail(job, f"{error.strerror or error}")
        except Exception:  # noqa: BLE001  # a bug of ours, which must not take the thread with it
            _LOG.exception("%s failed", job.arn)
            self._fail(job, "An internal error occurred; the server's log has it")
        else:
            self._store.end(job.id, Status.COMPLETED)
            _LOG.info("%s completed", job.arn)
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def _fail(self, job: Job, message: str) -> None:
        self._store.end(job.id, Status.FAILED, message[:_MAX_MESSAGE])
        _LOG.warning("%s failed: %s", job.arn, message)

    def _our_turn(self) -> bool:
        """Whether this process runs the home's jobs; the lock goes with the process, however it ends."""
        if self._turn is not None:
            return True
        self._folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._folder / "turn", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._turn = handle
        for left in self._folder.iterdir():  # of a process that was killed
            if left.is_dir():
                with contextlib.suppress(OSError):
                    shutil.rmtree(left)
        return True
