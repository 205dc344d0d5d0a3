"""``sensorium backup``, beside a server that writes, and killed in the midst of it."""

from __future__ import annotations

import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from tests.cli.conftest import Command

from sensorium.cli import disk
from sensorium.home import Home
from sensorium.stores.base import IndexSpec
from sensorium.types import Record


def test_the_copy_is_searched_verified_and_restored(indexed: Command, tmp_path: Path) -> None:
    to = tmp_path / "copy"
    shown = indexed.ok("backup", to)
    assert shown.startswith("1 index with 6 records and 1 file copied to ")
    assert f"`sensorium --home {to} verify` proves it" in shown
    copy = Command(to)
    assert "  proved: 6 records: " in copy.ok("verify")
    hits = indexed.json("search", "the cat")["hits"]
    assert copy.json("search", "the cat")["hits"] == hits
    indexed.ok("rm", "--all", "--yes")
    indexed.home.rename(tmp_path / "lost")
    to.rename(indexed.home)
    assert indexed.json("search", "the cat")["hits"] == hits
    assert indexed.json("index", tmp_path / "files")["unchanged"] == 5


def test_json(indexed: Command, tmp_path: Path) -> None:
    found = indexed.json("backup", tmp_path / "copy")
    assert found.pop("bytes") > 6 * 64 * 4
    wanted = {"indexes": 1, "records": 6, "files": 1}
    assert found == {"home": str(indexed.home), "to": str(tmp_path / "copy"), **wanted}


def test_a_name_that_is_taken(indexed: Command, tmp_path: Path) -> None:
    result = indexed("backup", tmp_path / "files")
    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert (tmp_path / "files" / "cats.txt").is_file()


def test_a_missing_home(command: Command, tmp_path: Path) -> None:
    assert "there is no home" in command("backup", tmp_path / "copy").stderr
    assert list(tmp_path.iterdir()) == []


def caught(
    start: Callable[[], subprocess.Popen[str]], reached: Callable[[], bool], number: signal.Signals, to: Path
) -> tuple[int, str]:
    """How a backup ended that a signal met once it had come so far; begun anew where it was done before the signal."""
    while True:
        running = start()
        deadline = time.monotonic() + 60
        while not reached() and running.poll() is None:
            assert time.monotonic() < deadline
            time.sleep(0.0005)
        running.send_signal(number)
        _, err = running.communicate()
        if running.returncode:
            return running.returncode, err
        shutil.rmtree(to)


def test_killed_backups_leave_nothing_of_that_name_and_the_next_one_is_whole(
    indexed: Command, tmp_path: Path, process: Callable[..., subprocess.Popen[str]]
) -> None:
    with Home(indexed.home, indexed.registry()) as home:
        index = home.make("large", IndexSpec("default", "large", 1024))
        rows = np.random.default_rng(0).standard_normal((4000, 1024), dtype=np.float32)
        index.put(Record(f"{i}", rows[i]) for i in range(len(rows)))
        to = tmp_path / "copy"
        part = tmp_path / "copy.part"
        for least in (0, 1_000_000, 10_000_000):

            def reached(least: int = least) -> bool:
                return part.is_dir() and disk.used([part]) >= least

            assert caught(lambda: process("backup", to), reached, signal.SIGKILL, to)[0] == -signal.SIGKILL
            assert not to.exists()
        indexed.ok("backup", to)
        assert not part.exists()
        assert index.count() == 4000
    assert "  proved: 4,000 records: " in Command(to).ok("verify")


@pytest.mark.usefixtures("ctrl_c_heard")
def test_ctrl_c_leaves_nothing_at_all(
    indexed: Command, tmp_path: Path, process: Callable[..., subprocess.Popen[str]]
) -> None:
    with Home(indexed.home, indexed.registry()) as home:
        index = home.make("large", IndexSpec("default", "large", 1024))
        rows = np.random.default_rng(0).standard_normal((8000, 1024), dtype=np.float32)
        index.put(Record(f"{i}", rows[i]) for i in range(len(rows)))
    status, err = caught(
        lambda: process("backup", tmp_path / "copy"),
        (tmp_path / "copy.part" / "store").is_dir,
        signal.SIGINT,
        tmp_path / "copy",
    )
    assert (status, err.strip()) == (130, "stopped")
    assert not list(tmp_path.glob("copy*"))
