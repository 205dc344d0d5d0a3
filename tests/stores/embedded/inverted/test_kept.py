"""The newest file is found and taken up; what is damaged or of other vectors is not."""

from __future__ import annotations

from pathlib import Path

from sensorium.stores.embedded.inverted import file
from sensorium.stores.embedded.inverted.kept import Kept

from .conftest import OWNER, clustered, contents_of

ROWS = clustered(600)


def test_a_file_is_taken_up_when_it_comes_and_when_a_newer_one_does(tmp_path: Path) -> None:
    database = tmp_path / "records.x.sqlite"
    kept = Kept(database, OWNER)
    assert kept.of(0, ROWS) is None
    file.write(file.path_of(database, 0), contents_of(ROWS[:400]))
    kept.look()
    first = kept.of(0, ROWS)
    assert first is not None
    assert first.meta.covered == 400
    assert kept.of(0, ROWS) is first
    file.write(file.path_of(database, 0), contents_of(ROWS))
    kept.look()
    second = kept.of(0, ROWS)
    assert second is not None
    assert second.meta.covered == 600
    assert kept.of(1, ROWS) is None
    file.path_of(database, 0).unlink()
    kept.look()
    assert kept.of(0, ROWS) is None


def test_what_is_not_of_these_vectors_is_as_good_as_none(tmp_path: Path) -> None:
    database = tmp_path / "records.x.sqlite"
    path = file.path_of(database, 0)
    file.write(path, contents_of(ROWS))
    assert Kept(database, b"p" * 16).of(0, ROWS) is None
    assert Kept(database, OWNER).of(0, clustered(600, seed=5)) is None  # another copy of the index was put back
    assert Kept(database, OWNER).of(0, ROWS[:500]) is None  # slots were taken back
    path.write_bytes(path.read_bytes()[:-1])
    assert Kept(database, OWNER).of(0, ROWS) is None


def test_a_file_of_a_later_moment_is_taken_up_when_the_moment_comes(tmp_path: Path) -> None:
    database = tmp_path / "records.x.sqlite"
    file.write(file.path_of(database, 0), contents_of(ROWS))
    kept = Kept(database, OWNER)
    assert kept.of(0, ROWS[:500]) is None
    kept.look()
    assert kept.of(0, ROWS) is not None
