"""A run: everything under the given paths into the index, and no more work than that needs."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from queue import Empty, SimpleQueue

from sensorium.errors import PARTIAL, Invalid, SensoriumError
from sensorium.ledger import Ledger
from sensorium.media.read import check
from sensorium.objects.base import Objects
from sensorium.pipeline.buckets import DOWN, look_around
from sensorium.pipeline.budget import Budget
from sensorium.pipeline.commit import Commit
from sensorium.pipeline.embedding import PAYLOAD_ERRORS, BatchDone, Embedded, Embedding
from sensorium.pipeline.job import Ended, Job, Piece, Reused, Unchanged, look, make_job, segmentation
from sensorium.pipeline.lookahead import Failed, LookAhead, weigh
from sensorium.pipeline.options import Options
from sensorium.pipeline.report import SKIPPED, Progress, Report
from sensorium.pipeline.sweep import sweep
from sensorium.pipeline.walk import Walk
from sensorium.space import Space, check_user_metadata
from sensorium.types import Vector

COMMIT_S = 2.0
"""Records wait at most about this long for their commit, so that a search finds them and a kill loses little."""


def index(
    space: Space,
    paths: Sequence[Path | str],
    options: Options = Options(),
    progress: Progress | None = None,
    objects: Objects | None = None,
    stop: threading.Event | None = None,
) -> Report:
    """Index files and folders, and objects in buckets (``s3://bucket/prefix``); see ``Options`` and ``Report``.

    ``objects`` is where buckets are, S3 by boto3's own settings unless told otherwise. A source that cannot be read is
    a failure in the report and the others go on. Ctrl-C, or ``stop`` once it is set, ends the run early with everything
    embedded so far committed (``Report.stopped``). Raises Invalid for options that make no sense, NotFound for a path
    that is not there, Unavailable when the disk is full, the store is locked or a bucket does not answer: what was
    committed stays.
    """
    if space.ledger is None:
        raise Invalid("this space has no catalog, which indexing needs; open it with sensorium.open", path="space")
    if options.workers is not None and options.workers < 1:
        raise Invalid(f"workers {options.workers}: at least 1 is needed", path="workers")
    check_user_metadata(options.metadata)
    check(segmentation(space, options))
    began = time.monotonic()
    with ExitStack() as stack:
        found = look_around(paths, options, objects, stack)
        report = _indexed(space, space.ledger, found, options, progress, stop)
    report.seconds = time.monotonic() - began
    return report


def _indexed(
    space: Space,
    ledger: Ledger,
    found: Walk,
    options: Options,
    progress: Progress | None,
    stop: threading.Event | None,
) -> Report:
    report = Report(total=len(found.candidates) + len(found.failures), skipped=found.skipped)
    report.failures.extend(found.failures)
    if options.annotations is not None:
        unused = options.annotations.rows.keys() - {candidate.uri for candidate in found.candidates}
        if unused:
            report.notes[f"named in {options.annotations.name}, but not among the files of this run"] = sorted(unused)
    _Run(space, ledger, options, report, progress, stop).index(found)
    return report


class _Stopped(Exception):
    """Whoever started the run has had enough of it."""


class _Run:
    """The state of one run. All of its methods run in the caller's thread."""

    def __init__(
        self,
        space: Space,
        ledger: Ledger,
        options: Options,
        report: Report,
        progress: Progress | None,
        stop: threading.Event | None,
    ) -> None:
        self._space, self._ledger, self._options, self._report = space, ledger, options, report
        self._progress, self._stop = progress, stop
        self._events: SimpleQueue[object] = SimpleQueue()
        self._budget = Budget(options.lookahead_bytes)
        self._commit = Commit(space, ledger, report)
        self._workers = options.workers or os.cpu_count() or 1
        self._reading = 0
        self._noted: set[tuple[str, str]] = set()
        self._failed_before = {source for source, _, _ in ledger.failures()}
        self._committed = time.monotonic()

    def index(self, found: Walk) -> None:
        jobs = (make_job(candidate, self._space, self._options) for candidate in found.candidates)
        looking = partial(look, space=self._space, ledger=self._ledger, options=self._options)
        self._embedding = Embedding(self._space, self._options.purpose, self._events, self._workers)
        ahead = LookAhead(jobs, looking, self._events, self._budget, self._workers)
        self._reading = ahead.workers
        try:
            for event in self._pump():
                self._take(event)
                if self._commit.full or time.monotonic() - self._committed > COMMIT_S:
                    self._flush()
            self._flush()
            sweep(self._space, self._ledger, found, self._options.prune, self._report)
        except (KeyboardInterrupt, _Stopped):
            self._report.stopped = True
            self._flush()
            ahead.stop()
            self._embedding.close()
            self._drain()
            self._flush()
        finally:
            ahead.stop()
            self._embedding.close()

    def _pump(self) -> Iterator[object]:
        """Events until nothing is being read, waiting or embedded; keeps the model busy in the meantime."""
        while True:
            if self._stop is not None and self._stop.is_set():
                raise _Stopped
            try:
                yield self._events.get_nowait()
                continue
            except Empty:
                pass
            if self._embedding.waiting and self._embedding.idle:
                self._embedding.push()
            elif self._reading or self._embedding.in_flight:
                try:
                    yield self._events.get(timeout=COMMIT_S)
                except Empty:
                    self._flush()
            else:
                return

    def _drain(self) -> None:
        """Take what the model had finished when the run was stopped."""
        while not self._events.empty():
            event = self._events.get_nowait()
            if isinstance(event, Embedded):
                self._take(event)

    def _take(self, event: object) -> None:
        match event:
            case None:
                self._reading -= 1
            case Piece(job=job):
                if job.failed or event.vector is not None:
                    self._budget.give(weigh(event))
                else:
                    self._embedding.add(event)
                if not job.failed and event.vector is not None:
                    self._record(event, event.vector)
            case Embedded():
                self._embedded(event)
            case BatchDone():
                self._embedding.in_flight -= 1
            case Ended(job=job):
                job.ended = True
                self._finish_if_complete(job)
            case Unchanged(job=job, entry=entry):
                if entry is not None:
                    self._commit.touch(entry)
                elif job.uri in self._failed_before:
                    self._ledger.recover([job.uri])
                self._report.unchanged += 1
                self._tell(job)
            case Reused(job=job, records=records):
                for record in records:
                    self._commit.add(job, record)
                self._budget.give(weigh(event))
                job.reused = True
                self._commit.finish(job)
                self._tell(job)
            case Failed(job=job, error=error):
                self._fail(job, error)

    def _embedded(self, event: Embedded) -> None:
        task, piece = event.task, event.task.piece
        job = piece.job
        task.missing -= 1
        if not task.missing:
            self._budget.give(weigh(piece))
        if isinstance(event.outcome, PAYLOAD_ERRORS):
            self._fail(job, event.outcome)
            return
        if isinstance(event.outcome, Exception):
            raise event.outcome  # weights that are missing, a remote that is down: no file's fault
        task.vectors.append(event.outcome)
        if task.missing or job.failed:
            return
        try:
            vector = task.vector
        except SensoriumError as error:  # words and picture that cancel each other out
            self._fail(job, error)
            return
        self._record(piece, vector)

    def _record(self, piece: Piece, vector: Vector) -> None:
        job = piece.job
        self._commit.add(job, self._space.record(piece.segment, vector, job.content, job.metadata))
        self._count(piece)
        job.arrived += 1
        self._finish_if_complete(job)

    def _count(self, piece: Piece) -> None:
        self._report.segments += 1
        modality = piece.segment.modality.value
        self._report.by_modality[modality] = self._report.by_modality.get(modality, 0) + 1
        for note in piece.segment.notes:
            if (note, piece.job.uri) not in self._noted:
                self._noted.add((note, piece.job.uri))
                self._report.notes.setdefault(note, []).append(piece.job.uri)

    def _finish_if_complete(self, job: Job) -> None:
        if job.complete and not job.failed:
            self._commit.finish(job)
            self._tell(job)

    def _fail(self, job: Job, error: Exception) -> None:
        if not isinstance(error, SensoriumError):
            raise error
        if error.code == DOWN:
            raise error
        if job.failed:
            return
        if error.code in SKIPPED and job.fresh and not job.candidate.named:
            job.failed = True
            reason = SKIPPED[error.code]
            self._report.skipped[reason] = self._report.skipped.get(reason, 0) + 1
        elif error.code == PARTIAL:
            self._commit.partial(job, error)
        else:
            self._commit.fail(job, error)
        self._tell(job)

    def _flush(self) -> None:
        self._commit.flush()
        self._committed = time.monotonic()

    def _tell(self, job: Job) -> None:
        self._report.finished += 1
        if self._progress is not None:
            self._progress(self._report, job.uri)
