"""What an open index does beside reads and writes: its inverted index is made, brought up to date, and made anew.

One thread works while there is something to do, on one index of a process at a time, and one process on an index. It
holds no lock of the database meanwhile, only a moment's vectors; what it made is put in its place in one step, and
readers take it up with their next query. A process that ends leaves nothing to repair: the next one begins again.
"""

from __future__ import annotations

import atexit
import os
import sys
import threading
import time
import weakref
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from sensorium.errors import Corrupt, Invalid, SensoriumError
from sensorium.stores.embedded import forking
from sensorium.stores.embedded.beside import Beside
from sensorium.stores.embedded.faults import told
from sensorium.stores.embedded.limits import Limits
from sensorium.stores.embedded.moment import Opened
from sensorium.stores.embedded.state import Snapshot, Tracker

if TYPE_CHECKING:
    from sensorium.stores.embedded.inverted.inverted import Inverted
if sys.platform != "win32":
    import fcntl

Progress = Callable[[int, int], None]
"""Told how many of how many steps are done, 0 of 0 while another one's work is waited for; it may raise to stop."""

_QUIET_S = 1.0
"""Writers have to have paused for so long,"""
_PATIENCE_S = 30.0
"""or to have gone on for so long, before work begins;"""
_TAIL = 1 / 4
"""Of what is measured whole: a tail that is brought into the lists,"""
_DEAD = 0.1
"""or so many of the rows in the lists have died."""
_IDLE_S = 10.0
"""After so long a pause"""
_IDLE_SHARE = 1 / 8
"""this share of either is enough, as it makes each query slower by some percent,"""
_IDLE_TAIL = 0.0005
"""but not a tail of fewer than so many of the rows: the file is written whole."""
_AGAIN_S = 0.2
_ALL: weakref.WeakSet[Upkeep] = weakref.WeakSet()
_BUILDING = forking.Turn()
"""The threads of a process work one at a time: each may take all the memory that it is given."""


class _Task(NamedTuple):
    """What there is to be done, in a moment that is over."""

    snapshot: Snapshot
    tracker: Tracker
    known: Inverted | None
    tail: int
    """Slots that the lists do not cover; all, where there are none."""
    dead: int
    """Rows in the lists that have died."""


class _Stopped(Exception):
    """The index was closed meanwhile."""


class Upkeep:
    """The work on one open index. Thread-safe."""

    def __init__(self, opened: Opened, limits: Limits) -> None:
        self._opened = opened
        self._limits = limits
        self._turn = forking.Turn()
        self._closed = threading.Event()
        self._thread: threading.Thread | None = None
        self._nudged = 0.0
        self._since = 0.0
        self._not_below = 0
        """Of how many slots there have to be more, after a try that failed."""
        _ALL.add(self)

    def nudge(self, slots: int, dim: int) -> None:
        """Somebody wrote, or found much that the lists do not cover."""
        if not self._limits.background or slots * dim * 4 <= self._limits.exact_bytes or slots < self._not_below:
            return
        self._nudged = time.monotonic()
        thread = self._thread
        if thread is None or not thread.is_alive():
            with self._turn.taken():
                if self._closed.is_set() or (self._thread is not None and self._thread.is_alive()):
                    return
                self._since = self._nudged
                thread = threading.Thread(target=self._work, name="sensorium upkeep", daemon=True)
                with suppress(RuntimeError):  # the interpreter ends, or there is none to be had: the write is done
                    thread.start()
                    self._thread = thread

    def finish(self, progress: Progress | None = None, due_only: bool = False, anew: bool = False) -> bool:
        """Bring everything up to date now; whether there was anything to do.

        ``due_only``: leave alone what the thread would; ``anew``: do not go by what there is. Invalid where the index
        is closed meanwhile, NotFound where it is dropped.
        """

        def waiting() -> None:
            self._stop(0, 0)
            if progress is not None:
                progress(0, 0)

        try:
            self._opened.refuse_removed()
            with self._alone(waiting):
                task = self._task()
                if task is None or not (anew or (self._due(task) if due_only else task.tail or task.dead)):
                    return False
                return self._apart(task, None if anew else task.known, progress)
        except _Stopped as error:
            self._opened.refuse_removed()
            raise Invalid("The store is closed; open it again", code="closed") from error

    def close(self) -> None:
        """Stop, and wait until the thread has: some seconds at most."""
        self._closed.set()
        thread = self._thread
        if thread is not None and thread is not threading.current_thread():
            thread.join()

    def _work(self) -> None:
        """The thread: wait for a pause of the writers, do what is due, until nothing is."""
        pause_s: float | None = _QUIET_S
        with suppress(SensoriumError, OSError, _Stopped):  # what is damaged or full is told by whom it concerns
            while pause_s is not None and self._paused(pause_s):
                with _BUILDING.taken(0) as ours:
                    if ours:
                        pause_s = self._done()

    def _done(self) -> float | None:
        """Do what is due; after how long a pause of the writers there may be more, None where there is nothing."""
        with self._alone() as alone:
            task = self._task() if alone else None
            if task is None:
                return None
            if not self._due(task):
                self._since = time.monotonic()
                if not self._due_when_idle(task):
                    return None
                if self._since - self._nudged < _IDLE_S:
                    return _IDLE_S
            self._not_below = task.snapshot.slots + task.snapshot.slots // 8
            if not self._make(task, task.known, self._stop):
                return None
            self._not_below = 0
        self._since = time.monotonic()
        return _QUIET_S

    def _paused(self, pause_s: float) -> bool:
        """Wait until writers pause or have had their time; False where the index is closed."""
        nudged = self._nudged
        while not self._closed.wait(_AGAIN_S):
            now = time.monotonic()
            if self._nudged != nudged:
                pause_s = _QUIET_S  # there may be more to do than was known
            if now - self._nudged >= pause_s or now - self._since >= _PATIENCE_S:
                return True
        return False

    def _stop(self, done: int, total: int) -> None:
        if self._closed.is_set():
            raise _Stopped
        self._opened.refuse_removed()  # what is made for it would stand with its successor

    def _task(self) -> _Task | None:
        """How far the lists are behind; None where vectors are few. Brings the columns of metadata up to date, too."""
        with self._opened.reading() as moment:
            snapshot = moment.snapshot
            with suppress(Corrupt):  # a record, which the filters that need it tell; lists are of vectors alone
                moment.tracker.keep_columns(moment.connection, snapshot)
            if snapshot.count * snapshot.spec.dim * 4 <= self._limits.exact_bytes:
                return None
            known = moment.tracker.inverted(snapshot, newest=True)
        if known is None:
            return _Task(snapshot, moment.tracker, None, snapshot.slots, 0)
        live = snapshot.live
        dead = 0 if live is None else int(np.count_nonzero(~live[known.slots]))
        return _Task(snapshot, moment.tracker, known, snapshot.slots - known.meta.covered, dead)

    def _due(self, task: _Task) -> bool:
        tail_bytes = task.tail * task.snapshot.spec.dim * 4
        return tail_bytes > _TAIL * self._limits.exact_bytes or task.dead > _DEAD * task.snapshot.slots

    def _due_when_idle(self, task: _Task) -> bool:
        tail_bytes = task.tail * task.snapshot.spec.dim * 4
        long = (
            tail_bytes > _IDLE_SHARE * _TAIL * self._limits.exact_bytes and task.tail > _IDLE_TAIL * task.snapshot.slots
        )
        return long or task.dead > _IDLE_SHARE * _DEAD * task.snapshot.slots

    def _apart(self, task: _Task, known: Inverted | None, progress: Progress | None) -> bool:
        """Make it in a thread that ends with the work.

        OpenMP gives each thread helpers of its own: in the fork of a thread that had some it waits for them forever.
        """
        stopped = threading.Event()

        def told_on(done: int, total: int) -> None:
            if stopped.is_set():
                raise _Stopped
            self._stop(done, total)
            if progress is not None:
                progress(done, total)

        with Beside(lambda: self._make(task, known, told_on), "sensorium optimise") as made:
            try:
                return made.result()
            except BaseException:
                stopped.set()  # somebody interrupts who waits
                raise

    def _make(self, task: _Task, known: Inverted | None, progress: Progress) -> bool:
        threads = max(1, (os.cpu_count() or 1) // 2)  # more would hold up the queries beside them
        from sensorium.stores.embedded.inverted.make import make  # here for what imports faiss

        made = make(task.snapshot, known, self._opened.path, self._limits.memory_bytes, threads, progress)
        task.tracker.inverted(task.snapshot, newest=True)  # before the next query has to
        return made

    @contextmanager
    def _alone(self, waiting: Callable[[], None] | None = None) -> Iterator[bool]:
        """Be the only one who works on this index, of all threads and processes; yields False where another one is.

        ``waiting``: wait until nobody is, and call this now and then.
        """
        path = self._opened.path.with_name("upkeep.lock")
        with told(path):
            file = path.open("ab")
        with file:
            while not (alone := _locked(file.fileno())) and waiting is not None:
                waiting()
                time.sleep(_AGAIN_S)
            try:
                yield alone
            finally:
                _unlocked(file.fileno())


def _locked(descriptor: int) -> bool:
    """Lock a file, unless somebody has. Of Windows' processes each works for itself."""
    if sys.platform == "win32":
        return True
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _unlocked(descriptor: int) -> None:
    if sys.platform != "win32":
        fcntl.flock(descriptor, fcntl.LOCK_UN)  # closing is not enough where a forked child has the file, too


@atexit.register
def _stop_all() -> None:
    """Threads must not be inside faiss when the interpreter goes."""
    for upkeep in list(_ALL):
        upkeep.close()
