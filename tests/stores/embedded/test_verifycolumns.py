"""Whatever a file of columns says that the records do not is named, and building it anew mends it."""

from __future__ import annotations

import random
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.filter import parse
from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, keptcolumns, segmentfile
from sensorium.stores.embedded.columns import Columns
from sensorium.stores.embedded.segmentfile import Head
from sensorium.stores.embedded.verify import Part, verify
from sensorium.testing.filters import random_metadata
from sensorium.types import Record

ANY = parse({"n": {"$exists": True}})


@pytest.fixture
def many(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> EmbeddedIndex:
    """Two files of columns, rows after them, dead ones among all."""
    monkeypatch.setattr(keptcolumns, "SAVED_ROWS", 10)
    rng = random.Random(1)
    index = store.create(IndexSpec("default", "many", 8, non_filterable=frozenset({"text"})))

    def put(begin: int, end: int) -> None:
        rows = {f"{n:03}": random_metadata(rng) | {"text": "long", "l": [f"{n}"] * (n % 12)} for n in range(begin, end)}
        index.put(Record(key, np.ones(8, np.float32), metadata) for key, metadata in rows.items())
        index.count(ANY)

    put(0, 60)
    index.delete(["003", "007"])
    put(60, 75)
    put(70, 78)
    index.delete(["004", "061"])
    return index


def damaged(index: EmbeddedIndex) -> list[tuple[str | None, int | None]]:
    report = index.verify()
    assert {damage.part for damage in report.damages} <= {Part.COLUMNS}
    return [(damage.key, damage.slot) for damage in report.damages]


def test_columns_that_agree_are_proved(home: Path, many: EmbeddedIndex) -> None:
    assert len(list(home.rglob("*.col"))) == 2
    report = many.verify()
    assert report.damages == ()
    assert report.proved[-1] == "the metadata columns of the first 75 slots, 2 files, agree with the records"
    many.compact()
    many.count(ANY)
    assert many.verify().damages == ()
    assert "of the first 74 slots, 1 files" in many.verify().proved[-1]


def test_nothing_is_said_where_there_are_no_files(index: EmbeddedIndex, make_records: Any) -> None:
    index.put(make_records(3))
    assert not any("columns" in line for line in index.verify().proved)


@pytest.mark.parametrize(
    "change",
    [
        lambda metadata: metadata | {"n": 123},
        lambda metadata: metadata | {"n": "123"},
        lambda metadata: metadata | {"l": ["x", *metadata["l"][1:]]},
        lambda metadata: metadata | {"l": [*metadata["l"][:-1], "x"]},
        lambda metadata: {key: value for key, value in metadata.items() if key != "l"},
        lambda metadata: metadata | {"new": True},
        lambda metadata: metadata | {"l": []},
    ],
)
def test_a_row_that_differs_is_named(home: Path, many: EmbeddedIndex, change: Any) -> None:
    """The file is sound, and says something else."""
    (path,) = home.rglob("columns.0.0-60.col")
    with many._opened.reading() as moment:
        owner = moment.snapshot.vectors.file.header.owner
        records = [moment.record(row) for row in moment.by_slot([n for n in range(60) if n not in (3, 4, 7)])]
    columns = Columns(frozenset({"text"}))
    for record in records:
        columns.skip(int(record.key))
        columns.append(change(record.metadata) if record.key == "035" else record.metadata)
    columns.skip(60)
    path.unlink()
    segmentfile.write(path, Head(owner, 0, 0, 60, 1), [], columns.frozen().items())
    assert damaged(many) == [("035", 35)]
    many.rebuild(Part.COLUMNS)
    assert many.verify().damages == ()


def test_a_damaged_file_is_named(home: Path, many: EmbeddedIndex) -> None:
    (path,) = home.rglob("columns.0.0-60.col")
    sound = path.read_bytes()
    for place in (9, 300, len(sound) - 3):
        flipped = bytearray(sound)
        flipped[place] ^= 4
        path.unlink()
        path.write_bytes(flipped)
        assert damaged(many) == [(None, None)]
    many.rebuild(Part.COLUMNS)
    assert many.verify().damages == ()
    assert [file.name for file in home.rglob("*.col")] == ["columns.0.0-83.col"]


def test_a_file_of_a_later_commit_is_left_alone(home: Path, many: EmbeddedIndex, store: EmbeddedStore) -> None:
    with many._opened.reading() as moment:
        many.put([Record(f"later {n}", np.ones(8, np.float32), {"n": n}) for n in range(99)])
        many.delete(["010"])
        many.count(ANY)
        assert verify(moment).damages == ()
    assert many.verify().damages == ()
