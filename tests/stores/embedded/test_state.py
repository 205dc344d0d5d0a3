"""Snapshots: of one commit, unchanged by later ones, caught up with by reading only what is new."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sensorium.errors import Corrupt
from sensorium.filter import parse
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, keptcolumns
from sensorium.stores.embedded.database import Database
from sensorium.stores.embedded.state import Tracker

KIND = frozenset({"kind"})


@pytest.fixture
def path(home: Path, index: EmbeddedIndex) -> Path:
    (path,) = home.rglob("records.*.sqlite")
    return path


@pytest.fixture
def database(path: Path) -> Iterator[Database]:
    database = Database(path)
    yield database
    database.close()


@pytest.fixture
def tracker(path: Path) -> Iterator[Tracker]:
    tracker = Tracker(path)
    yield tracker
    tracker.close()


def test_a_snapshot_stays_what_it_was(
    index: EmbeddedIndex, database: Database, tracker: Tracker, make_records: Any
) -> None:
    index.put(make_records(4))
    with database.read() as connection:
        first = tracker.at(connection)
        assert first is not None
        assert tracker.at(connection) is first
        assert (first.slots, first.count, first.live) == (4, 4, None)
        index.put(make_records(2, seed=1))
        index.delete(["key-00003"])
        assert tracker.at(connection) is first  # the same transaction sees the same moment
    with database.read() as connection:
        second = tracker.at(connection)
        assert second is not None
        assert (second.slots, second.count) == (6, 3)
        assert second.live is not None
        assert second.live.tolist() == [False, False, True, False, True, True]
    index.delete(["key-00002"])
    with database.read() as connection:
        third = tracker.at(connection)
        assert third is not None
        assert third.live is not None
        assert third.live.tolist() == [False, False, False, False, True, True]
    assert second.live.tolist() == [False, False, True, False, True, True]
    assert first.live is None
    assert third.vectors is first.vectors


def test_an_older_transaction_is_sent_away(
    index: EmbeddedIndex, database: Database, tracker: Tracker, make_records: Any
) -> None:
    with database.read() as old:
        snapshot = tracker.at(old)
        assert snapshot is not None
        index.put(make_records(1))
        with database.read() as new:
            assert tracker.at(new) is not snapshot
        assert tracker.at(old) is None
        assert tracker.columns(old, snapshot, KIND) is None


def test_columns_follow_the_slots(
    index: EmbeddedIndex, database: Database, tracker: Tracker, make_records: Any
) -> None:
    index.put(make_records(5))
    index.delete(["key-00001", "key-00004"])
    owls = parse({"kind": "owl"})
    with database.read() as connection:
        snapshot = tracker.at(connection)
        assert snapshot is not None
        columns = tracker.columns(connection, snapshot, KIND)
        assert columns is not None
        assert columns.mask(owls).tolist() == [False, False, True, False, False]
        assert tracker.columns(connection, snapshot, KIND) is columns
    index.put(make_records(6)[4:])
    index.delete(["key-00005"])
    with database.read() as connection:
        snapshot = tracker.at(connection)
        assert snapshot is not None
        assert tracker.columns(connection, snapshot, KIND) is not columns
        later = tracker.columns(connection, snapshot, frozenset({"n"}))
        assert later is not None
        assert later.mask(parse({"n": {"$gte": 4}})).tolist() == [False] * 5 + [True, False]
    assert columns.mask(owls).tolist() == [False, False, True, False, False]


def test_a_new_generation_begins_anew(
    index: EmbeddedIndex, database: Database, tracker: Tracker, make_records: Any
) -> None:
    index.put(make_records(6))
    index.delete(["key-00000"])
    with database.read() as connection:
        old = tracker.at(connection)
        assert old is not None
        matrix = old.vectors.rows(6)
        assert tracker.columns(connection, old, KIND) is not None
    index.compact()
    with database.read() as connection:
        new = tracker.at(connection)
        assert new is not None
        assert (new.generation, new.slots, new.live) == (1, 5, None)
        columns = tracker.columns(connection, new, frozenset({"n"}))
        assert columns is not None
        assert columns.mask(parse({"n": 1})).tolist() == [True] + [False] * 4
    assert (matrix[1:] == new.vectors.rows(5)).all()


def test_a_log_of_the_dead_that_cannot_be_is_damaged(
    home: Path, store: EmbeddedStore, index: EmbeddedIndex, make_records: Any
) -> None:
    index.put(make_records(3))
    with index._opened.writing() as (moment, _):
        moment.connection.execute("INSERT INTO dead (slot) VALUES (99)")
    with EmbeddedStore(home) as other, pytest.raises(Corrupt, match="names one beyond the 3"):
        other.open("default", "index")


def test_columns_are_made_of_checked_rows_only(index: EmbeddedIndex, make_records: Any) -> None:
    index.put(make_records(3))
    with index._opened.writing() as (moment, _):
        moment.connection.execute("UPDATE records SET metadata = replace(metadata, 'dog', 'cat')")
    with pytest.raises(Corrupt, match="'key-00001' in slot 1 fails its checksum"):
        index.count(parse({"kind": "cat"}))


def test_columns_are_kept_in_files_for_the_next_to_open(
    home: Path, index: EmbeddedIndex, make_records: Any, database: Database, tracker: Tracker, path: Path
) -> None:
    index.put(make_records(keptcolumns.SAVED_ROWS))
    with database.read() as connection:
        snapshot = tracker.at(connection)
        assert snapshot is not None
        assert tracker.keep_columns(connection, snapshot)
    assert [found.name for found in home.rglob("*.col")] == [f"columns.0.0-{keptcolumns.SAVED_ROWS}.col"]
    index.put(make_records(1, prefix="later"))
    with database.read() as connection:
        assert tracker.at(connection) is not snapshot
        assert not tracker.keep_columns(connection, snapshot), "a newer one is known"
    other = Tracker(path)
    with database.read() as connection:
        newer = other.at(connection)
        assert newer is not None
        columns = other.columns(connection, newer, KIND)
        assert columns is not None
        assert [type(part.source).__name__ for part in columns.parts] == ["Segment", "Columns"]
        assert columns.mask(parse({"kind": "cat"})).sum() == keptcolumns.SAVED_ROWS // 3 + 2
    other.close()


def test_columns_that_cannot_be_carried_over_do_not_stop_a_compaction(
    home: Path, index: EmbeddedIndex, make_records: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    index.put(make_records(6))
    index.delete(["key-00000"])
    monkeypatch.setattr(keptcolumns.KeptColumns, "carry", full)
    assert index.compact() == 1
    assert index.count(parse({"kind": "cat"})) == 1
