"""``sensorium backup``, beside a server that writes, and killed in the midst of it."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
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
            running = process("backup", to)
            deadline = time.monotonic() + 60
            while not part.is_dir() or disk.used([part]) < least:
                assert time.monotonic() < deadline
                time.sleep(0.0005)
            os.kill(running.pid, signal.SIGKILL)
            running.communicate()
            assert not to.exists()
        indexed.ok("backup", to)
        assert not part.exists()
        assert index.count() == 4000
    assert "  proved: 4,000 records: " in Command(to).ok("verify")


def test_ctrl_c_leaves_nothing_at_all(
    indexed: Command, tmp_path: Path, process: Callable[..., subprocess.Popen[str]]
) -> None:
    with Home(indexed.home, indexed.registry()) as home:
        index = home.make("large", IndexSpec("default", "large", 1024))
        rows = np.random.default_rng(0).standard_normal((8000, 1024), dtype=np.float32)
        index.put(Record(f"{i}", rows[i]) for i in range(len(rows)))
    running = process("backup", tmp_path / "copy")
    deadline = time.monotonic() + 60
    while not (tmp_path / "copy.part" / "store").is_dir():
        assert time.monotonic() < deadline
        time.sleep(0.0005)
    os.kill(running.pid, signal.SIGINT)
    _, err = running.communicate()
    assert (running.returncode, err.strip()) == (130, "stopped")
    assert not list(tmp_path.glob("copy*"))
