"""Which files of columns are found, believed and removed."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sensorium.stores.embedded import EmbeddedIndex, columnfiles
from sensorium.stores.embedded.columnfiles import Ahead, ColumnFiles, steps, witnesses
from sensorium.stores.embedded.columns import Columns
from sensorium.stores.embedded.database import Database
from sensorium.stores.embedded.segment import Segment

OWNER = bytes(range(16))


@pytest.fixture
def database(home: Path, index: EmbeddedIndex, make_records: Any) -> Iterator[Database]:
    """Forty records."""
    index.put(make_records(40))
    (path,) = home.rglob("records.*.sqlite")
    database = Database(path)
    yield database
    database.close()


@pytest.fixture
def folder(database: Database) -> Path:
    return database.path.parent


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.glob("columns.*"))


def write(files: ColumnFiles, database: Database, begin: int, end: int, seq: int = 1) -> Segment:
    columns = Columns()
    columns.extend([{"n": slot} for slot in range(begin, end)])
    with database.read() as connection:
        span = Segment(begin, end, seq, {})
        return files.write(span, witnesses(connection, begin, end), columns.frozen().items())


def found(files: ColumnFiles, database: Database, begin: int = 0, seq: int = 1) -> list[tuple[int, int]]:
    with database.read() as connection:
        return [(segment.begin, segment.end) for segment in files.following(connection, begin, seq)]


def test_files_are_followed_by_the_largest_first(database: Database, folder: Path) -> None:
    files = ColumnFiles(database.path, OWNER, 0)
    for begin, end in ((0, 20), (0, 10), (10, 25), (20, 30), (35, 40)):
        write(files, database, begin, end)
    assert found(files, database) == [(0, 20), (20, 30)]
    assert found(files, database, 10) == [(10, 25)]
    assert found(files, database, 30) == []
    assert len(files.all()) == 5


def test_a_file_replaces_those_of_its_slots_and_no_others(database: Database, folder: Path) -> None:
    files = ColumnFiles(database.path, OWNER, 0)
    for begin, end in ((0, 10), (10, 20), (15, 25), (30, 40), (0, 20)):
        write(files, database, begin, end)
    assert names(folder) == ["columns.0.0-20.col", "columns.0.15-25.col", "columns.0.30-40.col"]
    write(ColumnFiles(database.path, OWNER, 1), database, 0, 40)
    assert len(names(folder)) == 4, "another generation is another matter"


def test_sweeping_removes_earlier_generations_and_what_crashes_left(database: Database, folder: Path) -> None:
    for generation in (0, 1, 2):
        write(ColumnFiles(database.path, OWNER, generation), database, 0, 10)
    left, written = folder / "columns.1.0-30.col.7-abcd.tmp", folder / "columns.1.0-40.col.8-abcd.tmp"
    left.write_bytes(b"half")
    written.write_bytes(b"half")
    os.utime(left, (time.time() - 7200, time.time() - 7200))
    ColumnFiles(database.path, OWNER, 1).sweep()
    assert names(folder) == ["columns.1.0-10.col", written.name, "columns.2.0-10.col"]
    ColumnFiles(database.path, OWNER, 1).clear()
    assert names(folder) == [written.name, "columns.2.0-10.col"]


def test_what_is_foreign_damaged_or_under_another_name_is_removed(database: Database, folder: Path) -> None:
    files = ColumnFiles(database.path, OWNER, 0)
    write(ColumnFiles(database.path, bytes(16), 0), database, 0, 40)
    assert found(files, database) == []
    write(files, database, 0, 20).path.rename(folder / "columns.0.0-21.col")
    assert found(files, database) == []
    (folder / "columns.0.0-22.col").write_bytes(b"\x93SENSCOL")
    assert found(files, database) == []
    assert names(folder) == []
    (folder / "columns.0.zero.col").write_bytes(b"not ours")
    assert found(files, database) == []
    assert names(folder) == ["columns.0.zero.col"]


def test_a_file_of_a_later_commit_is_ahead_once(database: Database, folder: Path) -> None:
    files = ColumnFiles(database.path, OWNER, 0)
    write(files, database, 0, 20, seq=2)
    with pytest.raises(Ahead):
        found(files, database, seq=1)
    assert found(files, database, seq=2) == [(0, 20)]
    assert found(files, database, seq=1) == []
    assert names(folder) == []


def test_a_file_is_believed_while_its_witnesses_that_live_are_the_same(
    index: EmbeddedIndex, database: Database, folder: Path
) -> None:
    files = ColumnFiles(database.path, OWNER, 0)
    write(files, database, 0, 40)
    index.delete([f"key-{n:05d}" for n in range(20, 40)])
    assert found(files, database) == [(0, 40)]
    with database.write() as connection:
        connection.execute("UPDATE records SET row_check = row_check + 1 WHERE slot = 7")
    assert found(files, database) == []


def test_a_file_without_a_witness_is_not_believed(index: EmbeddedIndex, database: Database, folder: Path) -> None:
    files = ColumnFiles(database.path, OWNER, 0)
    write(files, database, 0, 40)
    index.delete([f"key-{n:05d}" for n in range(40)])
    assert found(files, database) == []


def test_witnesses_stand_at_steps_that_double(index: EmbeddedIndex, database: Database) -> None:
    index.delete(["key-00039", "key-00037"])
    with database.read() as connection:
        assert [slot for slot, _ in witnesses(connection, 0, 40)] == [7, 23, 31, 35, 36, 38]
        assert [slot for slot, _ in witnesses(connection, 39, 40)] == []
    assert [steps(count) for count in (0, 1, 2, 3, 9)] == [[], [0], [0, 1], [0, 1, 2], [0, 1, 2, 4, 8]]


def test_a_file_that_goes_away_while_it_is_looked_for_is_none(
    database: Database, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = ColumnFiles(database.path, OWNER, 0)
    write(files, database, 0, 40)
    there = files._there()
    columnfiles.remove(folder / "columns.0.0-40.col")
    columnfiles.remove(folder / "columns.0.0-40.col")
    monkeypatch.setattr(ColumnFiles, "_there", lambda _: dict(there))
    assert found(files, database) == []
