"""One index of the embedded store: reads of one moment; writes that take turns and are durable on return."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import islice
from pathlib import Path
from zlib import crc32

import numpy as np

from sensorium.errors import SensoriumError
from sensorium.filter import Filter
from sensorium.stores import names
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.chunks import checked_chunks, together
from sensorium.stores.embedded import backup, compaction, rows, texts, verify, writes
from sensorium.stores.embedded.answer import answer
from sensorium.stores.embedded.database import LOCK_TIMEOUT_S
from sensorium.stores.embedded.faults import damaged, told
from sensorium.stores.embedded.gate import Gate
from sensorium.stores.embedded.inverted import file
from sensorium.stores.embedded.limits import Limits
from sensorium.stores.embedded.moment import Opened
from sensorium.stores.embedded.plan import Explanation, Steps
from sensorium.stores.embedded.staterow import StateRow, spec_text
from sensorium.stores.embedded.textbuild import build
from sensorium.stores.embedded.upkeep import Upkeep
from sensorium.stores.embedded.verify import Part
from sensorium.stores.records import check_filter, check_query, check_scan
from sensorium.types import Hit, Record

_PUT_AT_ONCE_BYTES = 32 << 20
"""Vectors and metadata that one transaction puts, about."""
_TEXT_WEIGHT = 16
"""How many times its size metadata counts for where some is searchable as text: that takes so much longer, and other
writers wait."""
_DELETED_AT_ONCE = 5000
"""Keys that one transaction deletes."""
_NEXT_PAGE = "SELECT key, slot FROM records WHERE key > ? ORDER BY key"
"""No key is empty, so that all of them come after an empty one."""


class EmbeddedIndex:
    """An open index. Thread-safe; other processes may have it open and write to it too.

    What is replaced or deleted leaves a dead slot; ``put`` and ``delete`` end with :meth:`compact` when these are many.
    """

    def __init__(
        self,
        bucket: str,
        name: str,
        path: Path,
        lock_timeout_s: float = LOCK_TIMEOUT_S,
        limits: Limits = Limits(),
    ) -> None:
        """Open the database at ``path`` and its slot file; FileNotFoundError where there is none."""
        self._limits = limits
        self._untidy = 0
        """How many slots must be dead before a compaction that failed is tried again by itself."""
        self._opened = Opened(bucket, name, path, lock_timeout_s)
        self._upkeep = Upkeep(self._opened, limits)
        self._gate = Gate()
        try:
            with self._opened.reading() as moment:
                self._spec = moment.snapshot.spec
        except BaseException:
            self.close()
            raise

    @property
    def spec(self) -> IndexSpec:
        if not self._opened.dropped:
            with self._opened.reading() as moment:
                self._spec = moment.snapshot.spec
        return self._spec

    @property
    def sequence(self) -> int:
        """Rises with every write, whichever process makes it: who kept it knows whether anything changed since."""
        with self._opened.reading() as moment:
            return moment.snapshot.seq

    def put(self, records: Iterable[Record]) -> int:
        stored = 0
        state = None
        weight = _TEXT_WEIGHT if self._spec.text_keys else 1
        for chunks in together(checked_chunks(records, self._spec), _PUT_AT_ONCE_BYTES, weight):
            with _counted(stored, "stored"):
                state = writes.put(self._opened, self._spec, chunks)
            stored += sum(map(len, chunks))
        self._tidy(state, stored)
        if state is not None:
            self._upkeep.nudge(state.slots, self._spec.dim)
        return stored

    def get(self, keys: Sequence[str]) -> list[Record]:
        wanted = _storable(keys)
        with self._opened.reading() as moment:
            found = moment.by_key(wanted)
            return [moment.record(found[key]) for key in wanted if key in found]

    def delete(self, keys: Iterable[str]) -> int:
        removed = 0
        state = None
        source = iter(keys)
        while batch := list(islice(source, _DELETED_AT_ONCE)):
            with _counted(removed, "removed"):
                count, state = writes.delete(self._opened, _storable(batch))
            removed += count
        self._tidy(state, removed)
        if state is not None and removed:
            self._upkeep.nudge(state.slots, self._spec.dim)
        return removed

    def query(self, query: Query) -> list[Hit]:
        return self._answer(query)[0]

    def explain(self, query: Query) -> tuple[list[Hit], Explanation]:
        """The hits of a query, and how they were found."""
        return self._answer(query)

    def scan(self, after: str | None, limit: int, part: tuple[int, int] = (0, 1)) -> list[Record]:
        share, shares = check_scan(limit, part)
        with self._opened.reading() as moment:
            ordered = moment.connection.execute(_NEXT_PAGE, (after or "",))
            ours = ((key, slot) for key, slot in ordered if shares == 1 or crc32(key) % shares == share)
            page = list(islice(ours, limit))
            found = moment.by_slot([slot for _, slot in page])
            for (key, slot), row in zip(page, found, strict=True):
                if row.key != key:  # who goes on after the last key would go in circles
                    what = f"the index of keys has {rows.shown(key)} for the record {rows.shown(row.key)}"
                    raise damaged(moment.path, f"{what} in slot {slot}")
            return [moment.record(row) for row in found]

    def count(self, filter: Filter | None = None) -> int:
        check_filter(filter, self._spec)
        with self._opened.reading(filter) as moment:
            if filter is None or moment.mask is None:
                return moment.snapshot.count
            return int(np.count_nonzero(moment.mask))

    def configure(self, text_keys: Sequence[TextKey]) -> None:
        checked = names.check_text_keys(text_keys)
        with self._opened.writing() as (moment, state):
            spec = replace(moment.snapshot.spec, text_keys=checked)
            texts.reconcile(moment.connection, checked)
            state._replace(seq=state.seq + 1, spec=spec_text(spec)).write(moment.connection)
        self._build_texts()

    def rebuild_texts(self) -> None:
        """Index all texts anew from the records: what to do where full text is damaged and the records are not."""
        with self._opened.writing() as (moment, _):
            texts.reconcile(moment.connection, [])
        self._build_texts()

    def unsearchable(self) -> int:
        """How many slots the next text query has to index first.

        That is where an older Sensorium wrote the index, or a process was killed while it built a text.
        """
        with self._opened.reading() as moment:
            return texts.behind(moment.connection, moment.snapshot.spec.text_keys, moment.snapshot.slots)

    def stamp(self, model: str) -> None:
        names.check_model(model)
        with self._opened.writing() as (moment, state):
            spec = moment.snapshot.spec
            if spec.model not in (None, model):
                raise names.other_model(spec, model)
            text = spec_text(replace(spec, model=model))
            state._replace(seq=state.seq + 1, spec=text).write(moment.connection)

    def verify(self, progress: Callable[[int, int], None] | None = None) -> verify.Report:
        """Check every record against its checksum and the tables against each other; what is damaged is named.

        ``progress`` is told how many of how many slots have been read.
        """
        with self._opened.reading() as moment:
            return verify.verify(moment, progress)

    def rebuild(self, part: Part) -> None:
        """Build a derived part anew from the records, which are read and checked. Nothing to do for the records."""
        match part:
            case Part.KEYS:
                with self._opened.writing() as (moment, _):
                    moment.connection.execute("REINDEX records_key")
            case Part.TEXTS:
                self.rebuild_texts()
            case Part.COLUMNS:
                with self._opened.reading() as moment:
                    moment.tracker.rebuild_columns(moment.connection, moment.snapshot)
            case Part.INVERTED:
                if not self._upkeep.finish(anew=True):  # readers go on with what there is until then
                    with self._opened.reading() as moment, told(moment.path):  # vectors have become few, or have none
                        file.path_of(moment.path, moment.snapshot.generation).unlink(missing_ok=True)
            case Part.RECORDS:
                pass

    def backup(self, folder: Path) -> int:
        """Write a copy of the index as it is now into an empty folder, durably; how many records it holds.

        Others may go on writing. Only what is needed to open it is copied.
        """
        with self._opened.reading() as moment:
            backup.backup(moment, folder)
            return moment.snapshot.count

    def compact(self) -> int:
        """Give the room of dead slots and rows back; how many there were. Writers wait meanwhile, readers do not.

        A put and a delete do the first by themselves when it is worth it; free room of the database they use again.
        """
        dead = self._compact(1)
        self._opened.vacuum()
        return dead

    def optimise(self, progress: Callable[[int, int], None] | None = None, due_only: bool = False) -> bool:
        """Make the inverted index and the files of columns cover all records now; whether there was anything to do.

        It happens by itself beside reads and writes; whoever ends soon after many writes asks for it. ``progress`` is
        told how many of how many steps are done, 0 of 0 while another process is at it and is waited for, and may raise
        to stop: what there was stays. ``due_only``: not for a few records that are soon measured.
        """
        return self._upkeep.finish(progress, due_only)

    def mark_dropped(self) -> None:
        """Let every process that has the index open find it gone; durable. The files are the store's to remove."""
        with self._opened.writing() as (moment, state):
            state._replace(seq=state.seq + 1, dropped=1).write(moment.connection)
        self._opened.dropped = True
        self.close()

    def is_dropped(self) -> bool:
        """Whether somebody, this process or another, has dropped it."""
        return self._opened.is_dropped()

    def close(self) -> None:
        """Let go of the files; every later call is Invalid. Work in the background takes a second or so to stop."""
        self._upkeep.close()
        self._opened.close()

    def _answer(self, query: Query) -> tuple[list[Hit], Explanation]:
        query = check_query(query, self.spec if query.texts else self._spec)
        while True:
            started = time.perf_counter()
            with self._opened.reading(query.filter) as moment:
                filtered = time.perf_counter()
                if query.texts:
                    check_query(query, moment.snapshot.spec)  # somebody may have changed the text keys
                steps: list[Steps] = []
                with self._gate.entered():
                    hits = answer(moment, query, self._limits, steps)
            if hits is not None:
                ended = time.perf_counter()
                if steps and steps[0].uncovered:
                    self._upkeep.nudge(steps[0].uncovered, self._spec.dim)
                count = moment.snapshot.count
                return hits, Explanation(count, steps[0] if steps else None, filtered - started, ended - started)
            self._build_texts()

    def _compact(self, least: int) -> int:
        """Compact if at least so many slots are dead; how many there were."""
        with self._opened.writing() as (moment, state):
            old = compaction.compact(moment, state) if state.deaths >= least else None
        if old is None:
            return 0
        compaction.discard(old)
        file.sweep(self._opened.path, state.generation + 1)
        return state.deaths

    def _tidy(self, state: StateRow | None, written: int) -> None:
        """Compact after a call that wrote, once dead slots waste too much room.

        The call is done whatever comes of it: what is damaged, full or locked is told by the calls that it concerns,
        and tried again when half as many more have died.
        """
        if state is None:
            return
        least = max(compaction.due(state.slots, written), self._untidy)
        if state.deaths >= least:
            try:
                self._compact(least)
                self._untidy = 0
            except SensoriumError:
                self._untidy = state.deaths + state.deaths // 2

    def _build_texts(self) -> None:
        """Index what is not indexed yet, a batch a turn, so that other writers get theirs."""
        done = False
        while not done:
            with self._opened.writing() as (moment, _):
                done = build(moment)


def _storable(keys: Iterable[str]) -> list[str]:
    """Those keys that a store can hold at all; others are absent, whatever they are."""
    return [key for key in keys if isinstance(key, str) and _has_utf8(key)]


def _has_utf8(key: str) -> bool:
    return key.isascii() or not any("\ud800" <= character <= "\udfff" for character in key)


@contextmanager
def _counted(done: int, verb: str) -> Iterator[None]:
    """Let an error say what was done before it."""
    try:
        yield
    except SensoriumError as error:
        message = f"{error.message}; {done} records of this call were {verb} before"
        raise type(error)(message, code=error.code, path=error.path) from error
