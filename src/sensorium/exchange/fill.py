"""Records of a file into an index. Doing it twice changes nothing, and so a run that was cut off is done again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import islice

import numpy as np

from sensorium.errors import Invalid, SensoriumError
from sensorium.exchange.content import Content, Placed
from sensorium.exchange.seen import Seen
from sensorium.stores.base import Index
from sensorium.stores.records import MAX_BATCH, check_key, check_record
from sensorium.types import Record


@dataclass(frozen=True, slots=True)
class Filled:
    """What became of a file's records."""

    stored: int
    unchanged: int
    """Were there already, exactly so."""


def fill(index: Index, content: Content, *, fresh: bool, progress: Callable[[int], None] | None = None) -> Filled:
    """Put every record of a file into an index; ``fresh`` says that the index was made for it and is empty.

    Records that are there already and the same are not written again. Raises Invalid that names the file, the place
    and the key of a record that no store may hold, or whose key the file has had before; every error says how many
    records were stored by then. ``progress`` is told how many are done.
    """
    stored = unchanged = 0
    with closing(Seen()) as seen:
        records = content.records()
        while True:
            with _told(content.name, stored):
                batch = list(islice(records, MAX_BATCH))
                if not batch:
                    return Filled(stored, unchanged)
                _check_keys(batch, seen)
                new = batch if fresh else _differing(index, batch)
                _put(index, new)
            stored += len(new)
            unchanged += len(batch) - len(new)
            if progress is not None:
                progress(stored + unchanged)


def _check_keys(batch: Sequence[Placed], seen: Seen) -> None:
    for place, record in batch:
        check_key(record.key, place)
    twice = seen.add([record.key for _, record in batch])
    if twice is not None:
        place = [place for place, record in batch if record.key == twice][-1]
        raise Invalid(f"the key {twice!r} stands in the file twice", code="key_twice", path=place)


def _differing(index: Index, batch: Sequence[Placed]) -> list[Placed]:
    """Those that are not in the index exactly as they are here."""
    there = {record.key: record for record in index.get([record.key for _, record in batch])}
    return [placed for placed in batch if not _same(there.get(placed.record.key), placed.record)]


def _same(there: Record | None, record: Record) -> bool:
    if there is None:
        return False
    # Bytes and JSON, so that 0.0 and -0.0 differ, and True, 1 and 1.0.
    vector = np.asarray(record.vector, np.float32)
    return vector.tobytes() == there.vector.tobytes() and _text(record) == _text(there)


def _text(record: Record) -> str:
    return json.dumps(dict(record.metadata), sort_keys=True)


def _put(index: Index, batch: Sequence[Placed]) -> None:
    try:
        index.put([record for _, record in batch])
    except Invalid:
        for place, record in batch:
            try:
                check_record(record, index.spec)
            except Invalid as error:
                raise Invalid(error.message, code=error.code, path=place) from error
        raise


@contextmanager
def _told(name: str, stored: int) -> Iterator[None]:
    """Let an error name the file and the place in it, and say what was stored before."""
    try:
        yield
    except SensoriumError as error:
        place = f"{error.path}: " if isinstance(error, Invalid) and error.path is not None else ""
        known = "" if error.message.startswith(name) else f"{name}: {place}"
        counted = f"{stored} of its records were stored before"
        raise type(error)(f"{known}{error.message}; {counted}", code=error.code, path=name) from error
