"""Decode ahead of the model: threads that read sources while the model works, within a budget of decoded bytes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from queue import SimpleQueue

from sensorium.errors import SensoriumError, Unreadable
from sensorium.pipeline.budget import Budget
from sensorium.pipeline.job import Finding, Job, Piece, Reused
from sensorium.types import Audio, Image, Page, Payload, Video

STOP_S = 5.0
"""Seconds that a stopped run waits for each reader."""
OVERHEAD = 2_000
"""Bytes that a segment costs beside its content."""


class Failed:
    """A source whose reading ended in an error. ``error`` that is no SensoriumError is a bug, to be raised."""

    def __init__(self, job: Job, error: Exception) -> None:
        self.job = job
        self.error = error


class LookAhead:
    """Runs ``look`` on each job in ``workers`` threads; findings go to ``events``, and at the end one None a thread."""

    def __init__(
        self,
        jobs: Iterable[Job],
        look: Callable[[Job], Iterator[Finding]],
        events: SimpleQueue[object],
        budget: Budget,
        workers: int,
    ) -> None:
        self._jobs = iter(jobs)
        self._look = look
        self._events = events
        self._budget = budget
        self._lock = threading.Lock()
        self._stop = threading.Event()
        self.workers = workers
        self._threads = [
            threading.Thread(target=self._work, name=f"look-ahead-{number}", daemon=True) for number in range(workers)
        ]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """Ask the threads to end after the segment in hand, and wait a little; one that hangs ends with the process."""
        self._stop.set()
        self._budget.close()
        for thread in self._threads:
            thread.join(STOP_S)

    def _work(self) -> None:
        while not self._stop.is_set():
            with self._lock:
                job = next(self._jobs, None)
            if job is None:
                break
            try:
                self._one(job)
            except SensoriumError as error:
                self._events.put(Failed(job, error))
            except OSError as error:
                reason = f"{job.uri}: {error.strerror or error}"
                self._events.put(Failed(job, Unreadable(reason, path=job.uri)))
            except Exception as error:  # noqa: BLE001  # handed to the run's own thread, which raises it
                self._events.put(Failed(job, error))
        self._events.put(None)

    def _one(self, job: Job) -> None:
        findings = self._look(job)
        for finding in findings:
            if isinstance(finding, Piece | Reused) and not self._budget.take(weigh(finding)):
                break
            self._events.put(finding)
            if self._stop.is_set() or job.failed:  # a film whose first clip the model refuses is not decoded to its end
                break


def weigh(finding: Piece | Reused) -> int:
    """Bytes of memory that a segment, or records that are used again, hold, roughly."""
    if isinstance(finding, Reused):
        return sum(OVERHEAD + record.vector.nbytes for record in finding.records)
    return OVERHEAD + _bytes(finding.segment.payload)


def _bytes(payload: Payload | None) -> int:
    match payload:
        case None:
            return 0
        case str():
            return len(payload) * 2
        case Image(pixels=pixels):
            return pixels.nbytes
        case Audio(samples=samples):
            return samples.nbytes
        case Page(text=text, picture=picture):
            return len(text) * 2 + _bytes(picture)
        case Video(frames=frames, sound=sound):
            return sum(_bytes(frame) for frame in frames) + _bytes(sound)
