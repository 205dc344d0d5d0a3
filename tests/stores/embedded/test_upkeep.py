"""The work beside reads and writes: done when it is due, given up when the index is gone, and never again and again."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.errors import Corrupt, Invalid, NotFound
from sensorium.filter import parse
from sensorium.stores.base import IndexSpec, Query
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, Limits, forking, upkeep
from sensorium.stores.embedded.inverted import make as making
from sensorium.stores.embedded.inverted.inverted import Inverted
from sensorium.stores.embedded.plan import Way
from sensorium.stores.embedded.state import Snapshot
from sensorium.stores.embedded.upkeep import Upkeep
from sensorium.stores.embedded.verify import Part
from sensorium.types import Matrix, Metric, Record

from .conftest import DIM, MakeRecords

ALWAYS = Limits(exact_bytes=0, gather_bytes=0)
BY_HAND = Limits(exact_bytes=0, gather_bytes=0, background=False)
WILD = np.full(DIM, 1e25, np.float32)


@pytest.fixture
def listed(home: Path, make_records: MakeRecords) -> Iterator[EmbeddedIndex]:
    """A euclidean index of 300 records with lists of all, which nobody renews."""
    with EmbeddedStore(home, limits=BY_HAND) as store:
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "listed", DIM, Metric.EUCLIDEAN))
        index.put(make_records(300))
        index.optimise()
        yield index


def ended(index: EmbeddedIndex) -> bool:
    """Whether the thread of an index came to its end within a minute."""
    thread = index._upkeep._thread
    assert thread is not None
    thread.join(60)
    return not thread.is_alive()


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody waits for writers."""
    monkeypatch.setattr(upkeep, "_QUIET_S", 0.0)
    monkeypatch.setattr(upkeep, "_AGAIN_S", 0.01)


def test_lists_are_made_beside_the_writes(home: Path, make_records: MakeRecords, quick: None) -> None:
    with EmbeddedStore(home, limits=ALWAYS) as store:
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "beside", DIM))
        index.put(make_records(300))
        assert ended(index)
        steps = index.explain(Query(5, np.ones(DIM, np.float32)))[1].steps
        assert steps is not None
        assert (steps.way, steps.uncovered) == (Way.LISTS, 0)


def test_who_wrote_is_not_told_that_there_is_no_thread(
    home: Path, make_records: MakeRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    with EmbeddedStore(home, limits=ALWAYS) as store:
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "listed", DIM, Metric.COSINE))
        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", start)
            assert index.put(make_records(300)) == 300
        assert index._upkeep._thread is None
        index.put(make_records(1, prefix="later"))
        assert index._upkeep._thread is not None


def test_lists_lose_what_is_deleted(home: Path, make_records: MakeRecords, listed: EmbeddedIndex, quick: None) -> None:
    with EmbeddedStore(home, limits=ALWAYS) as other:
        index = other.open("default", "listed")
        index.delete([f"key-{i:05}" for i in range(100)])
        assert ended(index)
    (path,) = home.rglob("*.ivf")
    assert len(Inverted(path).slots) == 200


@pytest.mark.parametrize("died", [0, 10])
def test_a_little_waits_until_writers_are_long_done(
    home: Path,
    make_records: MakeRecords,
    listed: EmbeddedIndex,
    quick: None,
    monkeypatch: pytest.MonkeyPatch,
    died: int,
) -> None:
    some = Limits(exact_bytes=100 * 4 * DIM, gather_bytes=0)  # 25 in the tail are many, as are 30 that died
    for idle_s, uncovered in ((60.0, 5), (0.2, 0)):
        monkeypatch.setattr(upkeep, "_IDLE_S", idle_s)
        with EmbeddedStore(home, limits=some) as other:
            index = other.open("default", "listed")
            index.put(make_records(5, prefix="more"))
            index.delete([f"key-{i:05}" for i in range(died)])
            if uncovered:
                time.sleep(0.1)  # the thread has looked, and waits
            else:
                assert ended(index)
            steps = index.explain(Query(5, np.ones(DIM, np.float32)))[1].steps
            assert steps is not None
            assert steps.uncovered == uncovered


def test_a_process_makes_the_lists_of_one_index_at_a_time(
    home: Path, make_records: MakeRecords, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    making_now: list[object] = []
    most = []
    real = Upkeep._make

    def slow(self: Upkeep, *arguments: Any) -> bool:
        making_now.append(self)
        most.append(len(making_now))
        time.sleep(0.1)
        made = real(self, *arguments)
        making_now.remove(self)
        return made

    monkeypatch.setattr(Upkeep, "_make", slow)
    with EmbeddedStore(home, limits=ALWAYS) as store:
        store.create_bucket("default")
        indexes = [store.create(IndexSpec("default", f"one-of-{n}", DIM)) for n in range(3)]
        for index in indexes:
            index.put(make_records(50))
        assert all(ended(index) for index in indexes)
    assert most == [1, 1, 1]


def test_a_damaged_record_keeps_nobody_from_making_lists(home: Path, make_records: MakeRecords, quick: None) -> None:
    with EmbeddedStore(home, limits=BY_HAND) as store:
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "damaged", DIM))
        index.put(make_records(300))
        with index._opened.writing() as (moment, _):
            moment.connection.execute("UPDATE records SET metadata = replace(metadata, 'dog', 'cat') WHERE slot = 13")
        assert index.optimise()
        steps = index.explain(Query(5, np.ones(DIM, np.float32)))[1].steps
        assert steps is not None
        assert steps.way is Way.LISTS
        assert [damage.slot for damage in index.verify().damages] == [13]
        with pytest.raises(Corrupt, match="key-00013"):
            index.count(parse({"kind": "owl"}))


def test_who_waits_for_another_one_is_told(listed: EmbeddedIndex, make_records: MakeRecords) -> None:
    listed.put(make_records(20, prefix="more"))
    told: list[tuple[int, int]] = []
    with ExitStack() as held:
        assert held.enter_context(listed._upkeep._alone())

        def progress(done: int, total: int) -> None:
            told.append((done, total))
            if not total:
                held.close()

        assert listed.optimise(progress)
    assert told[0] == (0, 0)
    assert 0 < told[-1][0] == told[-1][1]


def test_an_error_of_who_watches_is_theirs(listed: EmbeddedIndex, make_records: MakeRecords) -> None:
    listed.put(make_records(10, prefix="more"))

    def broken(done: int, total: int) -> None:
        raise BrokenPipeError

    with pytest.raises(BrokenPipeError):
        listed.optimise(broken)


def test_vectors_that_have_no_lists_are_looked_at_once(
    home: Path, make_records: MakeRecords, quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries = []
    wild = making._wild

    def counted(snapshot: Snapshot, rows: Matrix) -> bool:
        tries.append(len(rows))
        return wild(snapshot, rows)

    monkeypatch.setattr(making, "_wild", counted)
    with EmbeddedStore(home, limits=ALWAYS) as store:
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "wild", DIM, Metric.EUCLIDEAN))
        index.put([*make_records(300), Record("wild", WILD, {})])
        assert ended(index)
        for _ in range(3):
            assert index.query(Query(1, np.ones(DIM, np.float32)))
        assert ended(index)
    assert tries == [301]


def test_new_vectors_that_lists_cannot_hold_stay_out_of_them(listed: EmbeddedIndex) -> None:
    listed.put([Record("wild", WILD, {})])
    assert not listed.optimise()
    hits, found = listed.explain(Query(1, WILD * np.float32(0.9)))
    assert [hit.key for hit in hits] == ["wild"]
    assert found.steps is not None
    assert found.steps.uncovered in (0, 1)
    assert len(listed.query(Query(301, np.zeros(DIM, np.float32)))) == 301


def test_a_query_that_is_too_long_for_lists_is_answered(listed: EmbeddedIndex) -> None:
    assert len(listed.query(Query(5, WILD))) == 5


def test_an_index_that_another_process_drops_is_not_found(home: Path, listed: EmbeddedIndex) -> None:
    with EmbeddedStore(home, limits=BY_HAND) as other:
        other.drop("default", "listed")
    with pytest.raises(NotFound):
        listed.optimise()


def test_who_is_dropped_meanwhile_stops_and_leaves_nothing_with_the_next(
    home: Path, listed: EmbeddedIndex, make_records: MakeRecords
) -> None:
    listed.put(make_records(300, seed=1, prefix="more"))
    dropped = False

    def drop(done: int, total: int) -> None:
        nonlocal dropped
        if not dropped:
            dropped = True
            with EmbeddedStore(home, limits=BY_HAND) as other:
                other.drop("default", "listed")
                other.create(IndexSpec("default", "listed", DIM))

    with pytest.raises(NotFound):
        listed.optimise(drop)
    assert dropped
    assert not list(home.rglob("*.ivf"))


def test_who_is_closed_meanwhile_stops_whoever_watches(listed: EmbeddedIndex, make_records: MakeRecords) -> None:
    listed.put(make_records(300, seed=1, prefix="more"))
    with pytest.raises(Invalid, match="closed"):
        listed.optimise(lambda done, total: listed.close())


def test_who_is_dropped_in_this_process_is_not_found(listed: EmbeddedIndex, make_records: MakeRecords) -> None:
    listed.put(make_records(10, prefix="more"))
    with pytest.raises(NotFound):
        listed.optimise(lambda done, total: listed.mark_dropped())


def test_a_damaged_file_of_an_index_that_became_small_is_removed(
    home: Path, make_records: MakeRecords, listed: EmbeddedIndex
) -> None:
    (path,) = home.rglob("*.ivf")
    path.write_bytes(path.read_bytes()[:-1])
    with EmbeddedStore(home, limits=Limits(background=False)) as other:  # to which 300 are few
        index = other.open("default", "listed")
        assert [damage.part for damage in index.verify().damages] == [Part.INVERTED]
        index.rebuild(Part.INVERTED)
        assert not index.verify().damages


def test_lists_are_there_while_they_are_made_anew(listed: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    ways = []
    build = making.build

    def asked(*arguments: Any) -> Any:
        made = build(*arguments)
        lists = listed._opened._tracker._lists
        assert lists is not None
        lists.look()  # half a second has passed
        steps = listed.explain(Query(1, np.ones(DIM, np.float32)))[1].steps
        ways.append(steps and steps.way)
        return made

    monkeypatch.setattr(making, "build", asked)
    listed.rebuild(Part.INVERTED)
    assert ways == [Way.LISTS]


def test_time_moves_on_for_a_thread_that_waits(
    home: Path, make_records: MakeRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(upkeep, "_QUIET_S", 1000.0)
    monkeypatch.setattr(upkeep, "_PATIENCE_S", 1000.0)
    with EmbeddedStore(home, limits=ALWAYS) as store:
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "waits", DIM))
        index.put(make_records(20))
        started = time.monotonic()
    assert time.monotonic() - started < 60  # closing does not wait for writers to pause
    assert ended(index)


def test_a_fork_does_not_wait_for_who_takes_up_the_first_lists(
    home: Path, make_records: MakeRecords, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing that a fork must know of is made while a connection is lent: the fork waits for that connection."""
    made = []
    with EmbeddedStore(home, limits=BY_HAND) as store:
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "first", DIM))
        index.put(make_records(50))
        monkeypatch.setattr(forking.Turn, "__init__", lambda turn: made.append(turn))
        index.query(Query(1, np.ones(DIM, np.float32)))
    assert not made
