"""Columns in files: as good as the records whatever happens to the files, and read from them where they are sound."""

from __future__ import annotations

import random
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.errors import Corrupt
from sensorium.filter import matches, parse
from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, keptcolumns, rows, segmentfile, texts
from sensorium.stores.embedded.columns import Snapshot
from sensorium.stores.embedded.database import Database
from sensorium.stores.embedded.keptcolumns import KeptColumns
from sensorium.stores.embedded.segment import Segment
from sensorium.stores.embedded.state import Tracker
from sensorium.stores.embedded.staterow import StateRow
from sensorium.testing.filters import random_filter, random_metadata
from sensorium.types import Record

Fresh = Callable[[], tuple[Tracker, Snapshot]]
CATS = parse({"kind": "cat"})


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ten rows be worth a segment."""
    monkeypatch.setattr(keptcolumns, "SAVED_ROWS", 10)
    monkeypatch.setattr(keptcolumns, "_PIECE_ROWS", 7)
    monkeypatch.setattr(keptcolumns, "_MOST_ROWS", 30)
    monkeypatch.setattr(keptcolumns, "_MOST_UNSAVED", 80)


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
def rows_read(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows were read of the records, by call."""
    read: list[int] = []
    fill = KeptColumns._fill

    def counted(self: KeptColumns, connection: Any, end: int) -> None:
        begin = self._end()
        fill(self, connection, end)
        read.append(self._end() - begin)

    monkeypatch.setattr(KeptColumns, "_fill", counted)
    return read


@pytest.fixture
def opened(database: Database) -> Iterator[Callable[[], Tracker]]:
    """``opened()`` is what another process knows: nothing yet."""
    made: list[Tracker] = []

    def make() -> Tracker:
        made.append(Tracker(database.path))
        return made[-1]

    yield make
    for tracker in made:
        tracker.close()


@pytest.fixture
def fresh(database: Database, opened: Callable[[], Tracker]) -> Fresh:
    """``fresh()`` opens the index as another process would: its tracker, and its columns."""

    def make() -> tuple[Tracker, Snapshot]:
        tracker = opened()
        return tracker, columns_of(tracker, database)

    return make


def files(home: Path) -> list[str]:
    return sorted(found.name for found in home.rglob("columns.*"))


def columns_of(tracker: Tracker, database: Database) -> Snapshot:
    """As a query asks: once more in another transaction where this one is too old."""
    while True:
        with database.read() as connection:
            snapshot = tracker.at(connection)
            columns = snapshot and tracker.columns(connection, snapshot, frozenset({"kind", "n"}))
        if columns is not None:
            return columns


def test_many_rows_are_kept_and_not_read_again(
    home: Path, index: EmbeddedIndex, database: Database, make_records: Any, rows_read: list[int], fresh: Fresh
) -> None:
    index.put(make_records(25))
    _, columns = fresh()
    assert files(home) == ["columns.0.0-25.col"]
    assert sum(rows_read) == 25
    rows_read.clear()
    _, again = fresh()
    assert sum(rows_read) == 0
    assert again.mask(CATS).tolist() == columns.mask(CATS).tolist() == [n % 3 == 0 for n in range(25)]
    index.put(make_records(4, prefix="later"))
    _, again = fresh()
    assert sum(rows_read) == 4
    assert files(home) == ["columns.0.0-25.col"], "four are not worth a file"
    assert again.mask(CATS).tolist() == [n % 3 == 0 for n in range(25)] + [True, False, False, True]


def test_files_are_merged_as_they_grow(
    home: Path, index: EmbeddedIndex, database: Database, make_records: Any, fresh: Fresh
) -> None:
    tracker, columns = fresh()
    seen: set[int] = set()
    for turn in range(20):
        index.put(make_records(10, prefix=f"turn-{turn}"))
        columns = columns_of(tracker, database)
        seen.add(len(files(home)))
    assert columns.mask(CATS).tolist() == [n % 3 == 0 for _ in range(20) for n in range(10)]
    assert max(seen) <= 4
    sizes = [int(name.split("-")[1][:-4]) - int(name.split(".")[2].split("-")[0]) for name in files(home)]
    assert sum(sizes) == 200


def test_a_long_read_is_kept_bit_by_bit(
    home: Path, index: EmbeddedIndex, database: Database, make_records: Any, rows_read: list[int], fresh: Fresh
) -> None:
    index.put(make_records(200))
    _, columns = fresh()
    assert sum(rows_read) == 200
    assert max(rows_read) == 7
    assert columns.mask(parse({"n": {"$gte": 190}})).sum() == 10
    rows_read.clear()
    _, columns = fresh()
    assert sum(rows_read) < 10
    assert columns.mask(parse({"n": {"$gte": 190}})).sum() == 10


@pytest.mark.parametrize("key", ["kind", "n"])
def test_a_damaged_file_is_made_anew(
    home: Path, index: EmbeddedIndex, database: Database, make_records: Any, key: str, fresh: Fresh
) -> None:
    index.put(make_records(40))
    _, columns = fresh()
    wanted = [columns.mask(CATS).tolist(), columns.mask(parse({"n": {"$lt": 7}})).tolist()]
    (path,) = home.rglob("*.col")
    sound = path.read_bytes()
    rng = random.Random(key)
    for place in (*range(0, len(sound), 97), *rng.sample(range(len(sound)), 20)):
        flipped = bytearray(sound)
        flipped[place] ^= 1 << rng.randrange(8)
        path.unlink(missing_ok=True)  # and not in place: somebody has it mapped
        path.write_bytes(flipped)
        _, columns = fresh()
        assert [columns.mask(CATS).tolist(), columns.mask(parse({"n": {"$lt": 7}})).tolist()] == wanted, place
    _, columns = fresh()
    assert path.stat().st_size == len(sound)


@pytest.mark.parametrize("length", [0, 5, 127, 128, 200, -1])
def test_a_torn_file_is_made_anew(
    home: Path, index: EmbeddedIndex, database: Database, make_records: Any, length: int, fresh: Fresh
) -> None:
    index.put(make_records(40))
    fresh()
    (path,) = home.rglob("*.col")
    sound = path.read_bytes()
    path.unlink()
    path.write_bytes(sound[:length])
    _, columns = fresh()
    assert columns.mask(CATS).sum() == 14
    assert path.read_bytes() == sound


def test_a_missing_file_is_made_anew(
    home: Path, index: EmbeddedIndex, database: Database, make_records: Any, fresh: Fresh
) -> None:
    index.put(make_records(40))
    tracker, columns = fresh()
    (path,) = home.rglob("*.col")
    path.unlink()
    assert columns.mask(CATS).sum() == 14, "who has it mapped goes on"
    assert columns_of(tracker, database).mask(CATS).sum() == 14
    _, columns = fresh()
    assert columns.mask(CATS).sum() == 14
    assert path.exists()


def test_a_damaged_file_that_cannot_be_removed_is_not_believed_either(
    home: Path,
    index: EmbeddedIndex,
    database: Database,
    make_records: Any,
    monkeypatch: pytest.MonkeyPatch,
    fresh: Fresh,
) -> None:
    index.put(make_records(40))
    fresh()
    (path,) = home.rglob("*.col")
    flipped = bytearray(path.read_bytes())
    for place in range(128, 600):
        flipped[place] ^= 1
    path.unlink()
    path.write_bytes(flipped)

    def refused(*_: object, **__: object) -> None:
        raise PermissionError(13, "read-only")

    monkeypatch.setattr(Path, "unlink", refused)
    monkeypatch.setattr(segmentfile, "write", refused)
    tracker, columns = fresh()
    assert columns.mask(CATS).sum() == 14
    assert path.read_bytes() == flipped
    index.put(make_records(40, prefix="later"))
    assert columns_of(tracker, database).mask(CATS).sum() == 28


def test_a_file_of_another_index_or_generation_is_not_believed(
    home: Path, store: EmbeddedStore, index: EmbeddedIndex, database: Database, make_records: Any, fresh: Fresh
) -> None:
    other = store.create(IndexSpec("default", "other", 8))
    other.put([record.__class__(record.key, record.vector, {"kind": "cat"}) for record in make_records(40)])
    assert other.count(CATS) == 40
    (foreign,) = home.rglob("*.col")
    index.put(make_records(40))
    for name in ("columns.0.0-40.col", "columns.0.0-30.col"):
        (database.path.parent / name).write_bytes(foreign.read_bytes())
        _, columns = fresh()
        assert columns.mask(CATS).sum() == 14


def test_files_of_a_history_that_was_undone_are_not_believed(
    home: Path, index: EmbeddedIndex, database: Database, make_records: Any, fresh: Fresh
) -> None:
    """A backup is put in the place of the database; the same slots then get other records."""
    index.put(make_records(20))
    fresh()
    old = [found.read_bytes() for found in home.rglob("*.col")]
    assert len(old) == 1
    index.delete([f"key-{n:05d}" for n in range(20)])
    index.put([Record(r.key, r.vector, {"kind": "dog"}) for r in make_records(20)])
    with database.write() as connection:  # as it would have been: the slots of those that are gone
        connection.execute("DELETE FROM dead")
        connection.execute("UPDATE records SET slot = slot - 20")
        found = connection.execute("SELECT slot, key, metadata, vector_check, row_check FROM records").fetchall()
        for row in map(rows.Row._make, found):
            connection.execute(
                "UPDATE records SET row_check = ? WHERE slot = ?", (row.moved(row.slot).row_check, row.slot)
            )
        StateRow.read(connection, database.path)._replace(slots=20, deaths=0).write(connection)
    _, columns = fresh()
    assert columns.mask(CATS).sum() == 0


def test_a_file_of_a_later_commit_sends_the_reader_away_once(
    home: Path, index: EmbeddedIndex, database: Database, make_records: Any, fresh: Fresh, opened: Callable[[], Tracker]
) -> None:
    index.put(make_records(20))
    with database.read() as old:
        tracker = opened()
        snapshot = tracker.at(old)
        assert snapshot is not None
        index.delete(["key-00000"])
        fresh()
        assert files(home) == ["columns.0.0-20.col"]
        assert tracker.columns(old, snapshot, frozenset({"kind"})) is None
        columns = tracker.columns(old, snapshot, frozenset({"kind"}))
        assert columns is not None, "twice, and it is of another history"
        assert columns.mask(CATS).sum() == 7


def test_no_room_for_a_file_is_no_error(
    home: Path,
    index: EmbeddedIndex,
    database: Database,
    make_records: Any,
    monkeypatch: pytest.MonkeyPatch,
    fresh: Fresh,
) -> None:
    tried: list[int] = []

    def full(*_: object) -> None:
        tried.append(1)
        raise OSError(28, "No space left on device")

    index.put(make_records(20))
    with monkeypatch.context() as patch:
        patch.setattr(segmentfile, "_header", full)
        tracker, columns = fresh()
        assert columns.mask(CATS).sum() == 7
        index.put(make_records(3, prefix="later"))
        assert columns_of(tracker, database).mask(CATS).sum() == 8
        assert len(tried) == 1, "not tried again at once"
        index.put(make_records(10, prefix="more"))
        assert columns_of(tracker, database).mask(CATS).sum() == 12
        assert len(tried) == 2
    assert files(home) == [], "nothing is left behind"
    index.put(make_records(20, prefix="most"))
    assert columns_of(tracker, database).mask(CATS).sum() == 19
    assert files(home) == ["columns.0.0-53.col"]


def test_a_damaged_record_is_an_error_and_the_rest_is_not_read_twice(
    index: EmbeddedIndex, database: Database, make_records: Any, fresh: Fresh
) -> None:
    index.put(make_records(25))
    with database.write() as connection:
        connection.execute("UPDATE records SET metadata = replace(metadata, 'dog', 'cat') WHERE slot = 13")
    for _ in range(2):
        with pytest.raises(Corrupt, match="'key-00013' in slot 13 fails its checksum"):
            fresh()


def test_a_compaction_takes_the_columns_along(
    home: Path, index: EmbeddedIndex, database: Database, make_records: Any, rows_read: list[int], fresh: Fresh
) -> None:
    index.put(make_records(60))
    index.put(make_records(15))
    index.delete([f"key-{n:05d}" for n in range(20, 30)])
    tracker, columns = fresh()
    before = columns.mask(CATS).tolist()
    assert index.compact() == 25
    rows_read.clear()
    expected = [r.metadata["n"] % 3 == 0 for r in by_slot(index)]
    _, again = fresh()
    assert sum(rows_read) == 0
    assert again.mask(CATS).tolist() == expected
    assert columns_of(tracker, database).mask(CATS).tolist() == expected
    assert files(home) == ["columns.1.0-50.col"], "those of the old generation are gone"
    assert columns.mask(CATS).tolist() == before
    assert index.delete(["key-00000"]) == 1
    assert index.count(CATS) == sum(expected) - 1


def by_slot(index: EmbeddedIndex) -> list[Record]:
    with index._opened.reading() as moment:
        return [moment.record(row) for row in moment.by_slot(range(moment.snapshot.slots))]


def test_what_a_failed_compaction_wrote_is_not_believed(
    home: Path,
    index: EmbeddedIndex,
    database: Database,
    make_records: Any,
    monkeypatch: pytest.MonkeyPatch,
    fresh: Fresh,
) -> None:
    index.put(make_records(40))
    index.delete(["key-00000"])
    assert index.count(CATS) == 13
    with monkeypatch.context() as patch:
        patch.setattr(texts, "compact", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            index.compact()
    assert "columns.1.0-39.col" in files(home)
    index.delete(["key-00001"])
    index.put(make_records(1, prefix="later"))
    assert index.compact() == 2
    assert index.count(CATS) == 14
    assert files(home) == ["columns.1.0-39.col"]
    _, columns = fresh()
    assert columns.mask(CATS).tolist() == [r.metadata["kind"] == "cat" for r in by_slot(index)]


def test_random_histories_agree_with_matches(
    home: Path, store: EmbeddedStore, index: EmbeddedIndex, database: Database, opened: Callable[[], Tracker]
) -> None:
    rng = random.Random(11)
    known: dict[str, dict] = {}
    trackers = [opened() for _ in range(3)]
    for turn in range(60):
        some = {f"key-{rng.randrange(120)}": random_metadata(rng) for _ in range(rng.randrange(1, 25))}
        index.put(Record(key, np.ones(8, np.float32), metadata) for key, metadata in some.items())
        known |= some
        gone = rng.sample(sorted(known), rng.randrange(0, min(9, len(known))))
        index.delete(gone)
        for key in gone:
            del known[key]
        if rng.random() < 0.1:
            index.compact()
        if rng.random() < 0.3:
            trackers[rng.randrange(3)] = opened()
        if rng.random() < 0.1 and (there := list(home.rglob("*.col"))):
            rng.choice(there).unlink()
        keys = [record.key for record in by_live_slot(index)]
        for tracker in trackers:
            with database.read() as connection:
                snapshot = tracker.at(connection)
                assert snapshot is not None
                live = np.ones(snapshot.slots, np.bool_) if snapshot.live is None else snapshot.live
                for _ in range(5):
                    filter = random_filter(rng)
                    columns = tracker.columns(connection, snapshot, frozenset())
                    if columns is None:  # once, where a file is ahead: then the transaction is as new as can be
                        columns = tracker.columns(connection, snapshot, frozenset())
                    assert columns is not None
                    found = columns.mask(filter)[live].tolist()
                    assert found == [matches(filter, known[key]) for key in keys], turn
    assert len(files(home)) >= 1


def by_live_slot(index: EmbeddedIndex) -> list[Record]:
    with index._opened.reading() as moment:
        live = moment.snapshot.live
        slots = range(moment.snapshot.slots) if live is None else np.flatnonzero(live).tolist()
        return [moment.record(row) for row in moment.by_slot(slots)]


def test_threads_share_the_reading_and_the_writing(
    home: Path, index: EmbeddedIndex, database: Database, make_records: Any, fresh: Fresh, opened: Callable[[], Tracker]
) -> None:
    tracker = opened()
    done = threading.Event()

    def ask() -> list[int]:
        wrong = []
        while not done.is_set():
            columns = columns_of(tracker, database)
            if columns.mask(CATS).sum() * 2 != columns.rows:
                wrong.append(columns.rows)
        return wrong

    with ThreadPoolExecutor(3) as threads:
        askers = [threads.submit(ask) for _ in range(3)]
        for turn in range(40):
            kinds = {f"{turn}-{n}": ("cat", "dog")[n % 2] for n in range(6)}
            index.put([Record(key, np.ones(8, np.float32), {"kind": kind}) for key, kind in kinds.items()])
        done.set()
    assert [asker.result() for asker in askers] == [[], [], []]
    _, columns = fresh()
    assert columns.rows == 240
    assert columns.mask(CATS).sum() == 120


def test_merging_waits_until_what_follows_is_as_large() -> None:
    def chosen(*sizes: int, unsaved: int = 1, most: int = 99) -> int:
        ends = np.cumsum(sizes).tolist()
        return keptcolumns._first_to_merge(
            [
                Segment(end - size, end, 0, {}, None if place >= len(sizes) - unsaved else Path("x"))
                for place, (size, end) in enumerate(zip(sizes, ends, strict=True))
            ],
            most,
        )

    assert chosen(1) == 0
    assert chosen(4, 1) == 1
    assert chosen(4, 2, 1) == 2
    assert chosen(4, 2, 1, 1) == 0
    assert chosen(8, 2, 1, 1) == 1
    assert chosen(8, 1, 1, unsaved=2) == 1
    assert chosen(4, 2, 1, 1, most=7) == 1
    assert chosen(4, 2, 1, 1, most=1) == 3
    assert chosen(8, 4, 2, unsaved=0) == 2
    assert chosen(8, 4, 4, unsaved=0) == 0
    assert chosen() == 0


def test_a_reader_leaves_large_merges_to_those_who_have_time(
    home: Path,
    index: EmbeddedIndex,
    database: Database,
    make_records: Any,
    monkeypatch: pytest.MonkeyPatch,
    opened: Callable[[], Tracker],
) -> None:
    monkeypatch.setattr(keptcolumns, "_MERGED_ROWS", 20)
    tracker = opened()
    for turn in range(8):
        index.put(make_records(10, prefix=f"turn-{turn}"))
        columns_of(tracker, database)
    assert len(files(home)) == 4
    with database.read() as connection:
        snapshot = tracker.at(connection)
        assert snapshot is not None
        assert tracker.keep_columns(connection, snapshot)
        assert files(home) == ["columns.0.0-80.col"]
        assert tracker.keep_columns(connection, snapshot)
    assert columns_of(tracker, database).mask(CATS).tolist() == [n % 3 == 0 for _ in range(8) for n in range(10)]
