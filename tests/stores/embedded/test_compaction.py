"""Compaction gives back the room of dead slots and changes nothing else."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.errors import SensoriumError
from sensorium.filter import parse
from sensorium.stores.base import Query
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, compaction
from sensorium.stores.embedded.slots import SlotFile


def content(index: EmbeddedIndex) -> list[object]:
    return [(record.key, record.vector.tolist(), record.metadata) for record in index.scan(None, 99)]


def test_compaction_keeps_every_record_and_drops_every_dead_slot(
    home: Path, index: EmbeddedIndex, make_records: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compaction, "_ROWS_AT_ONCE", 7)
    index.put(make_records(60))
    index.put(make_records(20, seed=3))
    index.delete([f"key-{i:05d}" for i in range(0, 60, 4)])
    query = Query(50, np.ones(8, np.float32), filter=parse({"kind": "cat"}))
    before = content(index), index.query(query), index.count()
    assert index.compact() == 20 + 15
    assert (content(index), index.query(query), index.count()) == before
    assert [path.name for path in home.rglob("*.slots")] == ["vectors.1.slots"]
    assert index.verify().records == 45
    assert index.compact() == 0
    index.put(make_records(3, prefix="later"))
    assert index.delete(["later-00000"]) == 1
    assert index.compact() == 1
    with EmbeddedStore(home) as store:
        assert store.open("default", "index").count() == 47


def test_a_compaction_that_fails_changes_nothing(
    home: Path, index: EmbeddedIndex, make_records: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    index.put(make_records(9))
    index.delete(["key-00003"])
    append = SlotFile.append

    def full(self: SlotFile, count: int, rows: Any) -> None:
        if self.header.generation:
            raise OSError(28, "No space left on device")
        append(self, count, rows)

    with monkeypatch.context() as patch:
        patch.setattr(SlotFile, "append", full)
        with pytest.raises(SensoriumError, match="is full"):
            index.compact()
    assert [path.name for path in home.rglob("*.slots")] == ["vectors.0.slots"]
    assert index.put(make_records(1, prefix="later")) == 1
    assert index.count() == 9
    assert index.verify().damages == ()


def test_what_a_crash_left_is_removed_by_the_next_compaction(
    home: Path, index: EmbeddedIndex, make_records: Any
) -> None:
    index.put(make_records(4))
    index.delete(["key-00001"])
    (slots,) = home.rglob("*.slots")
    slots.with_name("vectors.1.slots").write_bytes(b"half a compaction")
    assert index.compact() == 1
    assert index.verify().records == 3


def slot_files(home: Path) -> list[str]:
    return [path.name for path in home.rglob("*.slots")]


@pytest.fixture
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ten dead slots be worth the work."""
    monkeypatch.setattr(compaction, "LEAST_DEATHS", 10)


@pytest.mark.usefixtures("soon")
def test_putting_the_same_keys_again_and_again_takes_no_more_room(
    home: Path, index: EmbeddedIndex, make_records: Any
) -> None:
    for seed in range(30):
        index.put(make_records(200, seed=seed))
        with index._opened.reading() as moment:
            assert moment.snapshot.slots <= 400
    assert index.count() == 200
    assert index.verify().damages == ()
    assert len(slot_files(home)) == 1
    newest = make_records(200, seed=29)[0]
    assert content(index)[0] == (newest.key, newest.vector.tolist(), newest.metadata)


@pytest.mark.usefixtures("soon")
def test_a_small_call_waits_for_most_slots_to_be_dead(home: Path, index: EmbeddedIndex, make_records: Any) -> None:
    index.put(make_records(100))
    keys = [f"key-{i:05d}" for i in range(100)]
    index.delete(keys[:50])
    assert slot_files(home) == ["vectors.0.slots"]
    index.delete(keys[50:60])
    assert slot_files(home) == ["vectors.1.slots"]
    assert [record.key for record in index.scan(None, 99)] == keys[60:]


@pytest.mark.usefixtures("soon")
def test_a_large_call_gives_back_a_third(home: Path, index: EmbeddedIndex, make_records: Any) -> None:
    index.put(make_records(400))
    index.put(make_records(120))
    assert slot_files(home) == ["vectors.0.slots"]
    index.put(make_records(120))
    assert slot_files(home) == ["vectors.1.slots"]
    assert index.count() == 400


def test_few_dead_slots_are_left_alone(home: Path, index: EmbeddedIndex, make_records: Any) -> None:
    index.put(make_records(999))
    index.put(make_records(999))
    assert slot_files(home) == ["vectors.0.slots"]
    index.put(make_records(1))
    assert index.count() == 999


@pytest.mark.usefixtures("soon")
def test_a_call_is_done_also_when_its_compaction_fails(
    home: Path, index: EmbeddedIndex, make_records: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[int] = []

    def full(*_: object) -> None:
        tried.append(1)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(SlotFile, "create", full)
        for seed in range(3):
            assert index.put(make_records(100, seed=seed)) == 100
        assert len(tried) == 2, "tried at 100 dead, and not before 150 again"
    assert index.count() == 100
    assert slot_files(home) == ["vectors.0.slots"]
    assert index.put(make_records(100, seed=9)) == 100
    assert slot_files(home) == ["vectors.1.slots"]
    assert index.verify().damages == ()
