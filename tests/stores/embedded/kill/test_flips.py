"""Bytes are flipped all over an index: verify names each record that changed, and no call gives out what is wrong."""

from __future__ import annotations

import random
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.errors import Corrupt
from sensorium.filter import parse
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, keptcolumns
from sensorium.stores.embedded.limits import Limits
from sensorium.stores.embedded.plan import Way
from sensorium.stores.embedded.slots import HEADER_BYTES
from sensorium.stores.embedded.verify import Part
from sensorium.types import Hit, Record

DIM = 16
COUNT = 200
SPEC = IndexSpec("default", "index", DIM, text_keys=(TextKey("text"),))
VECTOR = np.ones(DIM, np.float32)
_SLOT_BYTES = DIM * 4
_LIMITS = Limits(exact_bytes=50 * _SLOT_BYTES, gather_bytes=0, background=False)
"""An inverted index answers what asks for a few."""
Row = tuple[object, ...]
Content = tuple[str, bytes, dict[str, Any]]
CALLS: dict[str, Callable[[EmbeddedIndex], list[Any]]] = {
    "scan": lambda index: [content(record) for record in index.scan(None, 10_000)],
    "count": lambda index: [index.count(), index.count(parse({"kind": "cat"}))],
    "near": lambda index: shown(index.query(Query(1, VECTOR))),
    "all": lambda index: shown(index.query(Query(10_000, VECTOR))),
    "filter": lambda index: shown(index.query(Query(10_000, VECTOR, filter=parse({"n": {"$lt": 77}})))),
    "fused": lambda index: shown(index.query(Query(10, VECTOR, texts=(("text", "red 77"),)))),
    "text": lambda index: shown(index.query(Query(10_000, texts=(("text", "red blue"),)))),
}
"""Those that may be asked of a damaged index; `get` is asked for each record by itself."""
_OF_TEXTS = frozenset({"fused", "text"})


def shown(hits: list[Hit]) -> list[object]:
    return [(hit.key, hit.distance, hit.metadata, hit.scores) for hit in hits]


def content(record: Record) -> Content:
    return record.key, record.vector.tobytes(), dict(record.metadata)


def made(place: int, seed: int) -> Record:
    vector = np.random.default_rng([place, seed]).standard_normal(DIM, dtype=np.float32)
    colour = ("red", "blue", "green")[place % 3]
    kind = ("cat", "dog")[place % 2]
    return Record(f"key-{place:05}", vector, {"n": place, "kind": kind, "text": f"{colour} {place} " * (1 + place % 4)})


class Flipped:
    """An index of which nobody has a file open, what it holds, and one byte of it that is not what it was."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (self.database,) = home.glob("buckets/*/*/records.*.sqlite")
        (self.slots,) = home.glob("buckets/*/*/vectors.*.slots")
        self.clean = {path: path.read_bytes() for path in self.database.parent.iterdir()}
        self.rows = self.read_rows()
        with EmbeddedStore(home, limits=_LIMITS) as store:
            index = store.open(SPEC.bucket, SPEC.name)
            self.answers = {name: call(index) for name, call in CALLS.items()}
            self.records = {record.key: content(record) for record in index.scan(None, 10_000)}
            with index._opened.reading() as moment:
                slots = moment.snapshot.slots
            self.lists = index._opened.path.with_name("inverted.1.ivf")
            steps = index.explain(Query(1, VECTOR))[1].steps
            assert steps is not None
            assert steps.way is Way.LISTS
        self.columns = list(self.database.parent.glob("columns.*.col"))
        self.clean |= {path: path.read_bytes() for path in self.columns}
        self.ends = {self.slots: HEADER_BYTES + slots * _SLOT_BYTES}
        """Where what counts of a file ends, if before its end."""
        self.mend()

    def flip(self, path: Path, at: int, bits: int) -> None:
        changed = bytearray(self.clean[path])
        changed[at] ^= bits
        path.write_bytes(changed)

    def mend(self) -> None:
        for path in self.database.parent.iterdir():
            if path not in self.clean:
                path.unlink()
        for path, clean in self.clean.items():
            path.write_bytes(clean)

    def read_rows(self) -> dict[int, Row]:
        """The rows as SQLite itself gives them; where a page cannot be read, those that it finds one by one."""
        statement = "SELECT *, typeof(key), typeof(metadata) FROM records NOT INDEXED"
        with closing(sqlite3.connect(f"{self.database.as_uri()}?immutable=1", uri=True)) as connection:
            connection.text_factory = bytes
            try:
                return {row[0]: row for row in connection.execute(statement)}
            except sqlite3.DatabaseError:
                found = {}
            for slot in range(2 * COUNT):
                with suppress(sqlite3.DatabaseError):
                    found.update((slot, row) for row in connection.execute(f"{statement} WHERE slot = ?", (slot,)))
        return found

    def changed(self, path: Path, at: int) -> dict[int, str]:
        """The slots of the records that the flip of a byte changed, each with its key."""
        if path == self.slots:
            slot = (at - HEADER_BYTES) // _SLOT_BYTES
            return {slot: key_of(self.rows[slot])} if slot in self.rows else {}
        if path != self.database:
            return {}
        now = self.read_rows()
        return {slot: key_of(row) for slot, row in self.rows.items() if now.get(slot) != row}


def key_of(row: Row) -> str:
    key = row[1]
    assert isinstance(key, bytes)
    return key.decode()


@pytest.fixture
def flipped(home: Path, monkeypatch: pytest.MonkeyPatch) -> Flipped:
    """With dead slots, numbers that a compaction changed, and files of columns."""
    monkeypatch.setattr(keptcolumns, "SAVED_ROWS", 50)
    with EmbeddedStore(home, limits=_LIMITS) as store:
        store.create_bucket(SPEC.bucket)
        index = store.create(SPEC)
        index.put(made(place, 0) for place in range(COUNT))
        index.delete([f"key-{place:05}" for place in range(30)])
        index.compact()
        index.put(made(place, 1) for place in range(40, 60))
        assert index.count(parse({"n": 50})) == 1
        assert index.optimise()
    return Flipped(home)


def check(flipped: Flipped, path: Path, at: int) -> bool:
    """Whether the flip of a byte was found; AssertionError where anything wrong was given out or not named."""
    try:
        with (
            EmbeddedStore(flipped.home, limits=_LIMITS) as store,
            np.errstate(invalid="ignore"),
        ):  # a flip may make no number of one
            index = store.open(SPEC.bucket, SPEC.name)
            answers = {name: answer(index, call) for name, call in CALLS.items()}
            given = {key: answer(index, lambda index, key=key: found_by(index, key)) for key in flipped.records}
            report = index.verify()
    except Corrupt:
        return True  # it does not open
    parts = {damage.part for damage in report.damages}
    changed = flipped.changed(path, at)
    named = {damage.slot: damage.key for damage in report.damages}
    for slot, key in changed.items():
        assert slot in named, f"{key} is not named"
        assert near(named[slot] or key, key)
    for key, found in given.items():
        if found is None or (found == [] and Part.KEYS in parts):
            assert report.damages
        else:
            assert found == [flipped.records[key]]  # though its type may have changed, which verify tells
    for name, found in answers.items():
        if found != flipped.answers[name]:
            assert report.damages, f"{name} is {found}"
            if name == "scan" and Part.KEYS in parts:  # what the index of keys has lost is not found by it
                assert found is None or all(one == flipped.records[one[0]] for one in found)
            elif name in _OF_TEXTS:  # which have no checksums of their own: only verify proves them
                assert found is None or all(one[2] == flipped.records[one[0]][2] for one in found)
            elif name == "near" and changed:  # damage may have pushed the nearest away; what is found instead is whole
                assert found is None or all(one in flipped.answers["all"] for one in found)
            elif not any("logged as dead" in damage.what for damage in report.damages):
                assert found is None, f"{name} is {found}"
            else:  # the log of the dead has no checksum either: who stands in it by mistake is not found by queries
                assert found is None or name == "count" or all(one in flipped.answers["all"] for one in found)
    return bool(report.damages)


def found_by(index: EmbeddedIndex, key: str) -> list[Content]:
    return [content(record) for record in index.get([key])]


def answer(index: EmbeddedIndex, call: Callable[[EmbeddedIndex], list[Any]]) -> list[Any] | None:
    """What a call gives; None where it is Corrupt."""
    try:
        return call(index)
    except Corrupt:
        return None


def near(key: str, other: str) -> bool:
    """Whether two keys differ in one character at most: a damaged key may be named as it is found."""
    return len(key) == len(other) and sum(a != b for a, b in zip(key, other, strict=True)) <= 1


@pytest.mark.parametrize("flips", [25, pytest.param(2000, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
@pytest.mark.parametrize("part", ["database", "slots", "columns", "lists"])
def test_a_flipped_byte_changes_nothing_in_silence(flipped: Flipped, part: str, flips: int) -> None:
    chance = random.Random(flips)
    paths = {
        "database": [flipped.database],
        "slots": [flipped.slots],
        "columns": flipped.columns,
        "lists": [flipped.lists],
    }[part]
    found = 0
    for _ in range(flips):
        path = chance.choice(paths)
        at = chance.randrange(flipped.ends.get(path, len(flipped.clean[path])))
        bits = 1 << chance.randrange(8)
        flipped.flip(path, at, bits)
        try:
            found += check(flipped, path, at)
        except AssertionError as error:
            raise AssertionError(f"byte {at} of {path.name}, bits {bits}: {error}") from error
        flipped.mend()
    least, most = {"database": (0.1, 0.9), "slots": (0.8, 1), "columns": (0, 1), "lists": (0, 1)}[part]
    assert least * flips <= found <= most * flips  # the rest is room that nobody uses


def test_a_flipped_vector_is_no_hit(flipped: Flipped) -> None:
    """Its distance would be of something that nobody wrote."""
    with EmbeddedStore(flipped.home, limits=_LIMITS) as store:
        index = store.open(SPEC.bucket, SPEC.name)
        nearest = index.query(Query(1, VECTOR))[0].key
        with index._opened.reading() as moment:
            slot = moment.by_key([nearest])[nearest].slot
    flipped.mend()
    flipped.flip(flipped.slots, HEADER_BYTES + slot * _SLOT_BYTES, 1)
    with EmbeddedStore(flipped.home, limits=_LIMITS) as store:
        index = store.open(SPEC.bucket, SPEC.name)
        index.configure([TextKey("text")])
        place = int(nearest[4:])
        for query in (
            Query(1, VECTOR),
            Query(9, VECTOR, filter=parse({"n": {"$lt": COUNT}})),
            Query(9, VECTOR, texts=(("text", str(place)),)),
        ):
            with pytest.raises(Corrupt, match=f"the vector of the record '{nearest}'"):
                index.query(query)
        assert nearest in {hit.key for hit in index.query(Query(9, texts=(("text", str(place)),)))}
