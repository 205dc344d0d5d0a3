"""A name holds the whole file or folder, or what it held before."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from sensorium import draft
from sensorium.errors import Conflict, NotFound, Unavailable


def test_a_file_is_there_after_the_block_and_not_before(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with draft.file(path) as stream:
        stream.write(b"one")
        assert not path.exists()
    assert path.read_bytes() == b"one"
    assert list(tmp_path.iterdir()) == [path]


def test_a_block_that_fails_leaves_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"before")

    def broken_off() -> None:
        with draft.file(path, replace=True) as stream:
            stream.write(b"half")
            raise KeyboardInterrupt

    def wrong() -> None:
        with draft.folder(tmp_path / "b") as folder:
            (folder / "half").mkdir()
            raise ZeroDivisionError

    with pytest.raises(KeyboardInterrupt):
        broken_off()
    assert path.read_bytes() == b"before"
    assert list(tmp_path.iterdir()) == [path]
    with pytest.raises(ZeroDivisionError):
        wrong()
    assert list(tmp_path.iterdir()) == [path]


def test_a_taken_name_is_replaced_on_request_only(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_bytes(b"before")
    with pytest.raises(Conflict, match="is there already"), draft.file(path):
        pytest.fail("the block must not run")
    with draft.file(path, replace=True) as stream:
        stream.write(b"after")
    assert path.read_bytes() == b"after"
    (tmp_path / "b").mkdir()
    for replace in (False, True):
        with pytest.raises(Conflict, match="is a folder"), draft.file(tmp_path / "b", replace=replace):
            pytest.fail("the block must not run")
    with pytest.raises(Conflict, match="is there already"), draft.folder(tmp_path / "b"):
        pytest.fail("the block must not run")


def test_a_name_that_somebody_takes_meanwhile_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    with pytest.raises(Conflict), draft.file(path):
        path.write_bytes(b"theirs")
    assert path.read_bytes() == b"theirs"
    assert list(tmp_path.iterdir()) == [path]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="there is no folder"), draft.file(tmp_path / "no" / "a.txt"):
        pytest.fail("the block must not run")


def test_two_that_write_the_same_name_do_not_meet(tmp_path: Path) -> None:
    with draft.file(tmp_path / "a") as stream:
        stream.write(b"first")
        with pytest.raises(Conflict, match="another process"), draft.file(tmp_path / "a"):
            pytest.fail("the block must not run")
    assert (tmp_path / "a").read_bytes() == b"first"
    with draft.folder(tmp_path / "b") as folder:
        (folder / "x").write_bytes(b"first")
        with pytest.raises(Conflict, match="another process"), draft.folder(tmp_path / "b"):
            pytest.fail("the block must not run")
    assert [path.name for path in (tmp_path / "b").iterdir()] == ["x"]


@pytest.mark.parametrize("kind", ["file", "folder"])
def test_what_a_killed_process_left_is_written_over(tmp_path: Path, kind: str) -> None:
    code = (
        "import os, sys\nfrom pathlib import Path\nfrom sensorium import draft\n"
        f"with draft.{kind}(Path(sys.argv[1])) as made:\n"
        "    made.write(b'x' * 1000) if hasattr(made, 'write') else (made / 'sub').mkdir()\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(tmp_path / "a")], check=False)
    assert run.returncode == -9
    assert [path.name for path in tmp_path.iterdir()] == ["a.part"]
    if kind == "file":
        with draft.file(tmp_path / "a") as stream:
            stream.write(b"whole")
        assert (tmp_path / "a").read_bytes() == b"whole"
    else:
        with draft.folder(tmp_path / "a") as folder:
            (folder / "whole").write_bytes(b"")
        assert [path.name for path in (tmp_path / "a").iterdir()] == ["whole"]
    assert [path.name for path in tmp_path.iterdir()] == ["a"]


def test_a_full_disk_is_said_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="is full") as caught, draft.file(tmp_path / "a"):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    assert caught.value.code == "disk_full"
    assert list(tmp_path.iterdir()) == []
