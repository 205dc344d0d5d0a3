"""A write gives every record a new slot, and logs the slots of what it replaced or removed."""

from __future__ import annotations

import signal
import sys
import threading
import time
from collections.abc import Iterable

import pytest

from sensorium.errors import Unavailable
from sensorium.stores.base import IndexSpec
from sensorium.stores.chunks import Chunk, checked_chunks
from sensorium.stores.embedded import EmbeddedIndex, rows, writes
from sensorium.stores.embedded.beside import Beside
from sensorium.stores.embedded.slots import SlotFile
from sensorium.types import Matrix, Record

from .conftest import DIM, MakeRecords


def chunks(records: Iterable[Record], spec: IndexSpec) -> list[Chunk]:
    return list(checked_chunks(records, spec))


def test_a_replaced_record_has_a_new_slot_and_its_old_one_is_dead(
    index: EmbeddedIndex, make_records: MakeRecords
) -> None:
    opened, spec = index._opened, index.spec
    first = writes.put(opened, spec, chunks(make_records(5), spec))
    again = writes.put(opened, spec, chunks(make_records(3, seed=1), spec))
    assert (first.slots, first.records, first.deaths) == (5, 5, 0)
    assert (again.slots, again.records, again.deaths, again.seq) == (8, 5, 3, first.seq + 1)
    with opened.reading() as moment:
        assert [row.slot for row in moment.by_key(["key-00000", "key-00004"]).values()] == [5, 4]


def test_removing_what_is_not_there_changes_nothing(index: EmbeddedIndex, make_records: MakeRecords) -> None:
    index.put(make_records(4))
    before = index.sequence
    assert writes.delete(index._opened, ["nobody"])[0] == 0
    assert index.sequence == before
    removed, state = writes.delete(index._opened, ["key-00001", "nobody"])
    assert (removed, state.records, state.deaths) == (1, 3, 1)


def test_chunks_of_one_put_are_one_write_and_the_last_of_equal_keys_stays(
    index: EmbeddedIndex, make_records: MakeRecords
) -> None:
    records = [*make_records(700), *make_records(600, seed=1)]
    state = writes.put(index._opened, index.spec, chunks(records, index.spec))
    assert (state.seq, state.slots, state.records, state.deaths) == (1, 1300, 700, 600)
    keys = ["key-00000", "key-00599", "key-00600"]
    wanted = [records[700], records[1299], records[600]]
    assert [one.vector.tolist() for one in index.get(keys)] == [one.vector.tolist() for one in wanted]
    assert index.verify().damages == ()


@pytest.mark.parametrize("apart", [False, True])
def test_many_vectors_are_written_in_a_thread_beside_their_rows(
    index: EmbeddedIndex, make_records: MakeRecords, monkeypatch: pytest.MonkeyPatch, apart: bool
) -> None:
    monkeypatch.setattr(writes, "_APART_BYTES", 600 * DIM * 4 + (0 if apart else 1))
    threads = []
    append = SlotFile.append

    def watched(self: SlotFile, count: int, *parts: Matrix) -> None:
        threads.append(threading.current_thread() is not threading.main_thread())
        append(self, count, *parts)

    monkeypatch.setattr(SlotFile, "append", watched)
    index.put(make_records(600))
    assert threads == [apart]
    assert index.verify().records == 600
    assert index.verify().damages == ()


@pytest.mark.parametrize("apart", [False, True])
def test_rows_whose_vectors_found_no_room_are_not_there(
    index: EmbeddedIndex, make_records: MakeRecords, monkeypatch: pytest.MonkeyPatch, apart: bool
) -> None:
    index.put(make_records(3, prefix="before"))
    before = index.sequence
    if apart:
        monkeypatch.setattr(writes, "_APART_BYTES", 0)

    def full(self: SlotFile, count: int, *parts: Matrix) -> None:
        time.sleep(0.05)  # the rows are there by then
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(SlotFile, "append", full)
        with pytest.raises(Unavailable, match=r"is full.*; 0 records of this call were stored before"):
            index.put(make_records(600))
    assert (index.sequence, index.count()) == (before, 3)
    assert index.put(make_records(600)) == 600
    assert index.verify().damages == ()


def test_nothing_is_committed_before_a_thread_has_written_the_vectors(
    index: EmbeddedIndex, make_records: MakeRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writes, "_APART_BYTES", 0)
    append = SlotFile.append
    seen = []

    def slow(self: SlotFile, count: int, *parts: Matrix) -> None:
        time.sleep(0.1)
        seen.append(index.count())
        append(self, count, *parts)

    monkeypatch.setattr(SlotFile, "append", slow)
    index.put(make_records(40))
    assert seen == [0]
    assert index.count() == 40


def test_a_row_that_fails_waits_for_the_thread_that_writes_its_vector(
    index: EmbeddedIndex, make_records: MakeRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else another writer could be in the slot file at the same time."""
    monkeypatch.setattr(writes, "_APART_BYTES", 0)
    append = SlotFile.append
    ended = []

    def slow(self: SlotFile, count: int, *parts: Matrix) -> None:
        time.sleep(0.1)
        append(self, count, *parts)
        ended.append(count)

    def fails(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(SlotFile, "append", slow)
        patch.setattr(rows, "of", fails)
        with pytest.raises(ZeroDivisionError):
            index.put(make_records(40))
        assert ended == [0]
    assert index.count() == 0
    assert index.put(make_records(40)) == 40


@pytest.mark.skipif(sys.platform == "win32", reason="sends itself a signal")
@pytest.mark.usefixtures("ctrl_c_heard")
@pytest.mark.parametrize("times", [1, 2])
def test_who_interrupts_a_put_finds_it_whole(
    index: EmbeddedIndex, make_records: MakeRecords, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    """The lock must not be free while a thread still writes vectors."""
    monkeypatch.setattr(writes, "_APART_BYTES", 0)
    append, result = SlotFile.append, Beside.result
    waits = threading.Event()

    def waiting(self: Beside[object]) -> object:
        if threading.current_thread() is threading.main_thread():
            waits.set()
        return result(self)

    def interrupted(self: SlotFile, count: int, *parts: Matrix) -> None:
        assert waits.wait(60)  # whom a signal reaches before is not told when the second one comes
        for _ in range(times):
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGINT)
            time.sleep(0.1)
        append(self, count, *parts)

    with monkeypatch.context() as patch:
        patch.setattr(SlotFile, "append", interrupted)
        patch.setattr(Beside, "result", waiting)
        with pytest.raises(KeyboardInterrupt):
            index.put(make_records(40))
    assert index.put(make_records(40, prefix="later")) == 40  # waits for the lock
    assert index.count() == 80
    assert index.verify().damages == ()
