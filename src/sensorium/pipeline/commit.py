"""Records to the store and the catalog, in an order that survives being killed anywhere.

1. the keys are written into the catalog's journal, 2. the records are put, 3. records of the source's earlier state are
deleted, 4. the catalog notes the keys as stored and the source as done. A run that dies between two steps is mended by
the next one: keys are the same in every run, and a key is never in the store without being in the journal.
"""

from __future__ import annotations

from sensorium.errors import Invalid, SensoriumError
from sensorium.ledger import Entry, Ledger
from sensorium.pipeline.job import Job
from sensorium.pipeline.report import Failure, Report
from sensorium.space import Space
from sensorium.types import Record

BATCH = 500
HOLD_FRESH = 256
"""Records of a new source that wait for its end before any is put; a longer source is put piece by piece."""
HOLD_CHANGED = 16_384
"""The same for a source that has earlier records: they stay untouched if it turns out broken, up to this many."""


class Commit:
    """Collects records and commits them in batches. Used by the run's own thread only."""

    def __init__(self, space: Space, ledger: Ledger, report: Report) -> None:
        self._space = space
        self._ledger = ledger
        self._report = report
        self._ready: list[tuple[Job, Record]] = []
        self._done: list[Job] = []
        self._touched: list[Entry] = []
        self._partial: list[Job] = []

    @property
    def full(self) -> bool:
        return len(self._ready) >= BATCH or len(self._done) + len(self._touched) >= BATCH

    def add(self, job: Job, record: Record) -> None:
        """Take a record of a source that goes on."""
        job.held.append(record)
        if len(job.held) >= (HOLD_FRESH if job.fresh else HOLD_CHANGED):
            self._release(job)

    def finish(self, job: Job) -> None:
        """Take a source whose records have all been added."""
        self._release(job)
        self._done.append(job)

    def touch(self, entry: Entry) -> None:
        """Take a source whose records are as they should be."""
        self._touched.append(entry)

    def fail(self, job: Job, error: SensoriumError) -> None:
        """Take a source that broke: its earlier records stay, and of a new one nothing does."""
        job.failed = True
        job.held.clear()
        if job.fresh:
            self._ready = [(owner, record) for owner, record in self._ready if owner is not job]
            keys = self._ledger.keys(job.uri)
            if keys:
                self._space.index.delete(keys)
                self._ledger.forget([job.uri])
        self._note(job, error)

    def partial(self, job: Job, error: SensoriumError) -> None:
        """Take a source of which only a part could be read: that part stays, and the next run tries again."""
        self._partial.append(job)
        self._note(job, error)

    def flush(self) -> None:
        """Make everything durable that has been taken."""
        for job in self._partial:
            self._release(job)
        # What is taken stays taken until it is durable: Ctrl-C may come anywhere, and to put twice is fine.
        ready, done, touched = list(self._ready), list(self._done), list(self._touched)
        if ready:
            self._ledger.journal((record.key, job.uri, job.version) for job, record in ready)
            try:
                self._space.index.put([record for _, record in ready])
            except Invalid:  # a record that no store takes (metadata too large): find whose, and keep the others
                ready = [pair for job, group in _by_job(ready) if self._put_one(job, group) for pair in group]
        done = [job for job in done if not job.failed]
        for job in done:
            stale = self._ledger.stale(job.uri, job.version)
            if stale:
                self._space.index.delete(stale)
        if ready or done:
            self._ledger.settle([record.key for _, record in ready], [job.entry() for job in done])
        if touched:
            self._ledger.touch(touched)
        self._ready, self._done, self._touched = [], [], []
        for job in done:
            self._report.reused += job.reused
            self._report.embedded += not job.reused

    def _put_one(self, job: Job, group: list[tuple[Job, Record]]) -> bool:
        try:
            self._space.index.put([record for _, record in group])
        except Invalid as error:
            self.fail(job, error)
        return not job.failed

    def _note(self, job: Job, error: SensoriumError) -> None:
        self._ledger.fail(job.uri, error.code, error.message)
        self._report.failures.append(Failure(job.uri, error.code, error.message))

    def _release(self, job: Job) -> None:
        self._ready.extend((job, record) for record in job.held)
        job.held.clear()


def _by_job(ready: list[tuple[Job, Record]]) -> list[tuple[Job, list[tuple[Job, Record]]]]:
    groups: dict[Job, list[tuple[Job, Record]]] = {}
    for job, record in ready:
        groups.setdefault(job, []).append((job, record))
    return list(groups.items())
