"""The newest file is found and taken up; what is damaged or of other vectors is not."""

from __future__ import annotations

import errno
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

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


def test_nobody_waits_while_a_newer_file_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "records.x.sqlite"
    file.write(file.path_of(database, 0), contents_of(ROWS[:400]))
    kept = Kept(database, OWNER)
    first = kept.of(0, ROWS)
    file.write(file.path_of(database, 0), contents_of(ROWS))
    kept.look()
    reads, go_on = threading.Event(), threading.Event()
    read = file.read

    def slowly(path: Path) -> file.Mapped:
        reads.set()
        assert go_on.wait(60)
        return read(path)

    monkeypatch.setattr(file, "read", slowly)
    with ThreadPoolExecutor(1) as pool:
        second = pool.submit(kept.of, 0, ROWS)
        assert reads.wait(60)
        assert kept.of(0, ROWS) is first
        go_on.set()
        newer = second.result()
    assert newer is not None
    assert newer.meta.covered == 600


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


def test_lists_of_another_generation_are_never_given_out(tmp_path: Path) -> None:
    database = tmp_path / "records.x.sqlite"
    file.write(file.path_of(database, 0), contents_of(ROWS))

    class Between(Kept):
        """Of which another thread takes up the next generation, between two looks of this one at what is known."""

        @property
        def _inverted(self) -> Any:
            return vars(self)["found"]

        @_inverted.setter
        def _inverted(self, found: Any) -> None:
            vars(self)["found"] = found

        @property
        def _generation(self) -> int:
            return 1 if vars(self)["found"] is not None else -1

        @_generation.setter
        def _generation(self, generation: int) -> None:
            pass

    kept = Between(database, OWNER)
    assert kept.of(0, ROWS) is not None
    assert kept.of(1, ROWS) is None


def test_a_file_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    database = tmp_path / "records.x.sqlite"
    file.write(file.path_of(database, 0), contents_of(ROWS))
    reading = Path.open

    def refused(path: Path, *arguments: Any, **named: Any) -> Any:
        if path.suffix == ".ivf":
            raise OSError(errno.EIO, "the disk fails")
        return reading(path, *arguments, **named)

    monkeypatch.setattr(Path, "open", refused)
    assert Kept(database, OWNER).of(0, ROWS) is None
