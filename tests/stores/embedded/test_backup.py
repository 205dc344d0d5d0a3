"""A copy of an index at one moment, whatever others do meanwhile."""

from __future__ import annotations

import json
import shutil
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.errors import Corrupt, NotFound, Unavailable
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, backup
from sensorium.types import Record

DIM = 8


def content(index: EmbeddedIndex) -> list[tuple[str, bytes, str]]:
    return [(one.key, one.vector.tobytes(), json.dumps(one.metadata)) for one in index.scan(None, 100_000)]


@pytest.fixture
def written(store: EmbeddedStore, make_records: Any) -> EmbeddedIndex:
    """300 records with some dead slots, full text and a stamp."""
    index = store.create(IndexSpec("default", "index", DIM, text_keys=(TextKey("kind"),), model="m@1"))
    index.put(make_records(300))
    index.delete([f"key-{i:05d}" for i in range(20)])
    index.put(make_records(40, seed=1)[30:])
    return index


def test_a_backup_is_a_store_that_holds_the_same(home: Path, store: EmbeddedStore, written: EmbeddedIndex) -> None:
    store.create_bucket("empty")
    told: list[tuple[int, int]] = []
    ((spec, count),) = store.backup(home / "copy", lambda *done: told.append(done))
    assert (spec, count) == (written.spec, 280)
    assert told == [(0, 1)]
    files = sorted(path.name for path in (home / "copy" / "buckets" / "default" / "index").iterdir())
    assert [name.split(".")[0] for name in files] == ["records", "vectors"]
    with EmbeddedStore(home / "copy") as copy:
        assert copy.buckets() == ["default", "empty"]
        index = copy.open("default", "index")
        assert index.spec == written.spec
        assert content(index) == content(written)
        assert index.verify().damages == ()
        assert len(index.query(Query(300, texts=(("kind", "owl"),)))) == len(
            written.query(Query(300, texts=(("kind", "owl"),)))
        )
        index.put([Record("new", np.ones(DIM, np.float32))])  # it is an index like any other
        assert index.compact() == 30
        assert index.verify().records == 281


def test_a_backup_of_a_compacted_index_and_of_an_empty_one(
    home: Path, store: EmbeddedStore, written: EmbeddedIndex
) -> None:
    written.compact()
    store.create(IndexSpec("default", "empty", DIM))
    store.backup(home / "copy")
    with EmbeddedStore(home / "copy") as copy:
        assert content(copy.open("default", "index")) == content(written)
        assert copy.open("default", "empty").count() == 0


def test_what_is_written_meanwhile_is_not_half_in_it(
    home: Path, store: EmbeddedStore, written: EmbeddedIndex, make_records: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the two files of the copy others put, delete and compact: the copy is of the moment before."""
    before = content(written)
    real = backup._copy_slots

    def late(*arguments: Any) -> None:
        written.put(make_records(100, seed=2))
        written.delete([f"key-{i:05d}" for i in range(50, 150)])
        assert written.compact() > 0
        real(*arguments)

    monkeypatch.setattr(backup, "_copy_slots", late)
    store.backup(home / "copy")
    assert content(written) != before
    with EmbeddedStore(home / "copy") as copy:
        assert content(copy.open("default", "index")) == before
        assert copy.open("default", "index").verify().damages == ()


def test_an_index_that_is_dropped_meanwhile(
    home: Path, store: EmbeddedStore, written: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = content(written)
    real = backup._copy_slots

    def late(*arguments: Any) -> None:
        store.drop("default", "index")
        real(*arguments)

    monkeypatch.setattr(backup, "_copy_slots", late)
    assert [count for _, count in store.backup(home / "copy")] == [280]
    with EmbeddedStore(home / "copy") as copy:
        assert content(copy.open("default", "index")) == before
    monkeypatch.setattr(store, "names", lambda bucket: ["index"])  # as it was when the backup began
    assert store.backup(home / "later") == []
    with EmbeddedStore(home / "later") as copy:
        assert copy.indexes("default") == []


def test_copies_made_under_writing_are_all_sound(
    home: Path, store: EmbeddedStore, written: EmbeddedIndex, make_records: Any
) -> None:
    """Every commit of the writer changes all records to one number: a copy with two numbers is of two moments."""
    stop = threading.Event()

    def write() -> None:
        rows = np.eye(DIM, dtype=np.float32)
        turn = 0
        while not stop.is_set():
            turn += 1
            written.put([Record(f"row {i}", rows[i] * turn, {"turn": turn}) for i in range(DIM)])

    writer = threading.Thread(target=write)
    writer.start()
    try:
        seen = set()
        for number in range(15):
            store.backup(home / f"copy{number}")
            with EmbeddedStore(home / f"copy{number}") as copy:
                index = copy.open("default", "index")
                assert index.verify().damages == ()
                found = index.get([f"row {i}" for i in range(DIM)])
                turns = {record.metadata["turn"] for record in found} | {float(record.vector.max()) for record in found}
                assert len(turns) <= 1
                seen |= turns
            shutil.rmtree(home / f"copy{number}")
    finally:
        stop.set()
        writer.join()
    assert len(seen) > 5


def test_a_copy_that_lost_something_is_refused(
    home: Path, store: EmbeddedStore, written: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = backup._copy_slots

    def short(moment: Any, path: Path) -> None:
        real(moment, path)
        with path.open("rb+") as file:
            file.truncate(path.stat().st_size - 4)

    monkeypatch.setattr(backup, "_copy_slots", short)
    with pytest.raises(Corrupt, match=r"vectors\.0\.slots is damaged: it is cut short"):
        store.backup(home / "copy")


def test_a_full_disk_is_said(
    home: Path, store: EmbeddedStore, written: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(backup, "_copy_slots", full)
    with pytest.raises(Unavailable, match="is full") as caught:
        store.backup(home / "copy")
    assert caught.value.code == "disk_full"


def test_a_damaged_index_is_named(home: Path, store: EmbeddedStore, written: EmbeddedIndex) -> None:
    (slots,) = home.glob("buckets/default/index/vectors.*.slots")
    with EmbeddedStore(home) as fresh:
        slots.write_bytes(slots.read_bytes()[:5000])
        with pytest.raises(Corrupt, match=str(slots)):
            fresh.backup(home / "copy")


def test_one_that_was_dropped_long_ago_is_not_found(store: EmbeddedStore, written: EmbeddedIndex, home: Path) -> None:
    store.drop("default", "index")
    (home / "folder").mkdir()
    with pytest.raises(NotFound):
        written.backup(home / "folder")
