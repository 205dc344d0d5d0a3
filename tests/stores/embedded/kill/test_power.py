"""A power cut takes what was not flushed: the end of the log, the tail of the slots, names of files. No more goes."""

from __future__ import annotations

import random
import shutil
import struct
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import numpy as np
import pytest
from tests.stores.embedded.kill.life import WAIT, checked
from tests.stores.embedded.kill.lives import Lives
from tests.stores.embedded.kill.operations import BUCKET, DIM, LIMITS, MAIN, State, drawn, stages, versioned

from sensorium.errors import Corrupt
from sensorium.filter import parse
from sensorium.stores.base import Query
from sensorium.stores.embedded import EmbeddedStore, keptcolumns
from sensorium.stores.embedded.inverted.make import make
from sensorium.stores.embedded.plan import Way
from sensorium.stores.embedded.slots import HEADER_BYTES

_KINDS = ["put", "configure", "put", "delete", "compact", "put", "overwrite", "put", "delete", "put", "put", "delete"]
_BEFORE = _KINDS.index("compact") + 1
"""Operations that the log holds nothing of: a compaction that was asked for has it all written into the database."""
_FRAME_HEAD, _LOG_HEAD = 24, 32
"""Bytes before each page in the log, and at its beginning."""
_ROW_BYTES = DIM * 4


class Done(NamedTuple):
    """An operation that was acknowledged."""

    log_bytes: int
    """How long the log was then."""
    generation: int
    """Of the slots."""
    states: list[State]
    """What it went through."""


class Cut(NamedTuple):
    """What a process left that was killed, or a machine whose power went: its log is not in the database yet."""

    home: Path
    history: list[Done]
    """Each operation that the log holds, after the one before them."""

    @property
    def database(self) -> Path:
        (found,) = self.home.glob("buckets/*/index/records.*.sqlite")
        return found

    @property
    def log(self) -> Path:
        return self.database.with_name(f"{self.database.name}-wal")

    @property
    def slots(self) -> Path:
        (found,) = self.home.glob("buckets/*/index/vectors.*.slots")
        return found

    @property
    def last(self) -> State:
        return self.history[-1].states[-1]

    def copied(self, to: Path) -> Cut:
        shutil.rmtree(to, ignore_errors=True)
        shutil.copytree(self.home, to)
        return Cut(to, self.history)


@pytest.fixture(scope="module")
def cut(tmp_path_factory: pytest.TempPathFactory) -> Cut:
    home = tmp_path_factory.mktemp("cut")
    with EmbeddedStore(home) as store:
        store.create_bucket(BUCKET)
        store.create(MAIN)
    history: list[Done] = []
    states: list[State] = [{}]
    with Lives() as lives:
        for line in lives.live(home, 1, kinds=[*_KINDS, WAIT], kill_at=("waiting", 0)):
            assert "failed" not in line
            if "begin" in line:
                states = stages(states[-1], drawn(1, "a", line["begin"], line["kind"]))
            elif "done" in line:
                history.append(Done(line["log_bytes"], line["generation"], states))
    assert len(history) == len(_KINDS)
    first = history[_BEFORE - 1]
    assert first.log_bytes == 0
    return Cut(home, history[_BEFORE - 1 :])


def opened(cut: Cut) -> State:
    """What opens, all of it checked; it can be written to, too."""
    with EmbeddedStore(cut.home) as store:
        index = store.open(MAIN.bucket, MAIN.name)
        answer = checked(store, index, random.Random(0))
        assert answer["damages"] == []
        state: State = answer["state"]
        index.delete(list(state)[::3])
        index.put(versioned(f"later{place}", 1) for place in range(200))
        index.compact()
        assert index.verify().damages == ()
    return state


def flushed(cut: Cut, log_bytes: int) -> tuple[Done, Done]:
    """The last operation that was acknowledged while the log was not longer, and the one after it."""
    before = [done for done in cut.history if done.log_bytes <= log_bytes]
    return before[-1], cut.history[min(len(before), len(cut.history) - 1)]


def test_a_killed_process_leaves_everything(cut: Cut, home: Path) -> None:
    assert opened(cut.copied(home / "copy")) == cut.last


@pytest.mark.parametrize("cuts", [4, pytest.param(600, marks=[pytest.mark.slow, pytest.mark.timeout(3600)])])
@pytest.mark.parametrize("torn", [False, True])
def test_a_log_that_lost_its_end_still_holds_what_was_flushed(cut: Cut, home: Path, cuts: int, torn: bool) -> None:
    """``torn``: what follows is not gone but garbage."""
    chance = random.Random(cuts)
    whole = cut.log.read_bytes()
    assert len(whole) == cut.history[-1].log_bytes
    missing = 0
    newest = min(done.log_bytes for done in cut.history if done.generation == cut.history[-1].generation)
    for place in range(cuts):
        kept = chance.randrange(newest if place % 3 else 0, len(whole))
        copy = cut.copied(home / "copy")
        copy.log.write_bytes(whole[:kept] + (chance.randbytes(len(whole) - kept) if torn else b""))
        before, under_way = flushed(cut, kept)
        if before.generation == cut.history[-1].generation:
            assert opened(copy) in [before.states[-1], *under_way.states], kept
        else:  # its vectors went when the compaction after it had been flushed: no power cut leaves such a log
            missing += 1
            with pytest.raises(Corrupt, match=r"its slot file .*vectors\.\d+\.slots is missing"):
                opened(copy)
    assert missing < cuts


def test_a_database_that_was_half_written_is_mended_from_the_log(cut: Cut, home: Path) -> None:
    """A power cut while the log goes into the database leaves pages of any content there."""
    log = cut.log.read_bytes()
    (page_bytes,) = struct.unpack_from(">I", log, 8)
    frames = range(_LOG_HEAD, len(log), _FRAME_HEAD + page_bytes)
    logged = sorted({struct.unpack_from(">I", log, at)[0] for at in frames})
    chance = random.Random(0)
    for _ in range(3):
        copy = cut.copied(home / "copy")
        with copy.database.open("r+b") as file:
            for page in chance.sample(logged, len(logged) // 2):
                file.seek((page - 1) * page_bytes)
                file.write(chance.randbytes(page_bytes))
        assert opened(copy) == cut.last


@pytest.mark.parametrize("garbage", [b"", b"\0" * 5000, b"garbage" * 5000])
def test_an_index_of_the_log_that_lies_is_made_anew(cut: Cut, home: Path, garbage: bytes) -> None:
    copy = cut.copied(home / "copy")
    copy.database.with_name(f"{copy.database.name}-shm").write_bytes(garbage)
    assert opened(copy) == cut.last


def handed_out(cut: Cut) -> int:
    """Slots that count."""
    with EmbeddedStore(cut.home) as store, store.open(MAIN.bucket, MAIN.name)._opened.reading() as moment:
        return moment.snapshot.slots


def test_what_follows_the_slots_that_count_may_be_anything(cut: Cut, home: Path) -> None:
    slots = handed_out(cut.copied(home / "copy"))
    end = HEADER_BYTES + slots * _ROW_BYTES
    for size, tail in (
        (end, b""),
        (end, b"garbage" * 999),
        (end + 13, b""),
        (end, np.full(999, np.nan, "<f4").tobytes()),
    ):
        copy = cut.copied(home / "copy")
        with copy.slots.open("r+b") as file:
            file.truncate(size)
            file.seek(size)
            file.write(tail)
        assert opened(copy) == cut.last


def test_slots_that_were_cut_short_are_damaged_and_say_where(cut: Cut, home: Path) -> None:
    slots = handed_out(cut.copied(home / "copy"))
    for kept in (0, 1, slots // 2, slots - 1):
        copy = cut.copied(home / "copy")
        with copy.slots.open("r+b") as file:
            file.truncate(HEADER_BYTES + kept * _ROW_BYTES + 7)
        with pytest.raises(Corrupt, match=f"cut short, at {kept} of {slots} vectors"):
            opened(copy)


def test_slots_of_zeros_are_told_one_by_one(cut: Cut, home: Path) -> None:
    """What some file systems leave of blocks that were not flushed."""
    copy = cut.copied(home / "copy")
    slots = handed_out(copy)
    with copy.slots.open("r+b") as file:
        file.seek(HEADER_BYTES + (slots - 20) * _ROW_BYTES)
        file.write(bytes(20 * _ROW_BYTES))
    with EmbeddedStore(copy.home) as store:
        index = store.open(MAIN.bucket, MAIN.name)
        named = {damage.key for damage in index.verify().damages}
        with index._opened.reading() as moment:
            lost = {key.decode() for key in moment.keys(range(slots - 20, slots)).values()}
        assert named == lost
        for key in cut.last:
            if key in lost:
                with pytest.raises(Corrupt, match=key):
                    index.get([key])
            else:
                assert index.get([key])[0].vector.tolist() == versioned(key, cut.last[key]).vector.tolist()


def test_files_that_a_crash_left_are_in_nobodys_way(cut: Cut, home: Path) -> None:
    copy = cut.copied(home / "copy")
    slots = copy.slots
    generation = int(slots.name.split(".")[1])
    for other in (generation - 1, generation + 1, generation + 2):
        slots.with_name(f"vectors.{other}.slots").write_bytes(b"half a fi")
    copy.database.with_name(f"{copy.database.name}.format-1.draft").write_bytes(b"half a copy")
    slots.with_name("inverted.7.ivf").write_bytes(b"of another generation")
    slots.with_name(f"inverted.{generation}.ivf.123-456.draft").write_bytes(b"half a draft")
    slots.with_name(f"columns.{generation}.0-5.col.123-456.tmp").write_bytes(b"half a column")
    work = copy.home / "buckets" / ".work" / "0123"
    work.mkdir(parents=True)
    (work / "records.0123.sqlite").write_bytes(b"")
    assert opened(copy) == cut.last
    assert [path.name for path in slots.parent.glob("*.slots")] == [f"vectors.{generation + 1}.slots"]


def test_derived_files_that_lost_their_bytes_are_made_anew(
    cut: Cut, home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Not all of them are flushed: a power cut may leave them empty, short or full of zeros."""
    monkeypatch.setattr(keptcolumns, "SAVED_ROWS", 50)
    limits = replace(LIMITS, background=False)
    whole = cut.copied(home / "whole")
    with EmbeddedStore(whole.home, limits=limits) as store:
        index = store.open(MAIN.bucket, MAIN.name)
        assert index.count(parse({"group": 1}))
        assert index.optimise()
    derived = [path.name for path in whole.slots.parent.iterdir() if path.suffix in (".ivf", ".col")]
    assert len(derived) > 1
    for place, name in enumerate(derived):
        copy = Cut(whole.home, cut.history).copied(home / "copy")
        path = copy.slots.with_name(name)
        size = path.stat().st_size
        path.write_bytes((b"", bytes(size), path.read_bytes()[: size // 2])[place % 3])
        with EmbeddedStore(copy.home, limits=limits) as store:
            index = store.open(MAIN.bucket, MAIN.name)
            assert checked(store, index, random.Random(place))["state"] == cut.last
            index.optimise()
            again = checked(store, index, random.Random(place))
            assert (again["state"], again["damages"]) == (cut.last, [])


def test_lists_that_come_too_late_leave_those_of_the_next_generation(home: Path) -> None:
    """A compaction does not wait for whoever makes lists for the generation that it ends."""
    with EmbeddedStore(home, limits=replace(LIMITS, background=False)) as store:
        store.create_bucket(BUCKET)
        index = store.create(MAIN)
        index.put(versioned(f"a{place:04}", 1) for place in range(300))
        assert index.optimise()
        index.delete(["a0000"])
        with index._opened.reading() as moment:
            late = moment.snapshot
        index.compact()
        make(late, None, index._opened.path, 1 << 30, 1, lambda done, total: None)
        (folder,) = home.glob("buckets/*/index")
        assert folder.joinpath("inverted.1.ivf").exists()
        steps = index.explain(Query(3, versioned("query", 1).vector))[1].steps
        assert steps is not None
        assert (steps.way, steps.uncovered) == (Way.LISTS, 0)
        assert index.optimise() is False


def test_files_of_columns_that_are_newer_than_an_older_copy_are_not_believed(
    home: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who puts a copy back leaves what is derived as it is; its slots are then handed out a second time."""
    monkeypatch.setattr(keptcolumns, "SAVED_ROWS", 50)
    with EmbeddedStore(home) as store:
        store.create_bucket(BUCKET)
        store.create(MAIN).put(versioned(f"a{place:04}", 1) for place in range(100))
    (folder,) = home.glob("buckets/*/index")
    shutil.copytree(folder, home / "copy")
    with EmbeddedStore(home) as store:
        index = store.open(MAIN.bucket, MAIN.name)
        index.put(versioned(f"b{place:04}", 2) for place in range(50))
        assert index.count(parse({"version": 2})) == 50
        assert [path.name for path in folder.glob("*.col")] == ["columns.0.0-150.col"]
    for path in (home / "copy").iterdir():
        shutil.copy(path, folder)
    with EmbeddedStore(home) as store:
        index = store.open(MAIN.bucket, MAIN.name)
        for place in range(5):
            index.delete([f"a{place:04}"])  # so that as many commits follow as were undone
        assert index.count(parse({"version": 2})) == 0
        index.put(versioned(f"c{place:04}", 3) for place in range(50))
        assert index.count(parse({"version": 2})) == 0
        assert index.count(parse({"version": 3})) == 50
        assert index.verify().damages == ()
