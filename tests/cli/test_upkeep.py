"""What ``index`` and ``import`` do at their end: the inverted index."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import pytest
from tests.cli.conftest import Command

from sensorium.cli import upkeep
from sensorium.stores.base import IndexSpec
from sensorium.stores.embedded.faults import full
from sensorium.stores.memory import MemoryStore

if sys.platform != "win32":
    import fcntl

RECORDS = 300


@pytest.fixture
def small(command: Command, monkeypatch: pytest.MonkeyPatch) -> Command:
    """A home in which no index is too small for an inverted index, and nobody else builds one."""
    monkeypatch.setattr("sensorium.stores.embedded.upkeep.Upkeep.nudge", lambda *_: None)
    command.home.mkdir()
    (command.home / "config.toml").write_text("store_exact_mb = 0\nstore_gather_mb = 0\n", "utf-8")
    return command


@pytest.fixture
def vectors(tmp_path: Path) -> Path:
    """A file of 300 records to import."""
    rows = np.random.default_rng(0).standard_normal((RECORDS, 8)).astype(np.float32)
    path = tmp_path / "vectors.jsonl"
    path.write_text(
        "\n".join(json.dumps({"key": f"k{i}", "data": {"float32": row.tolist()}}) for i, row in enumerate(rows)),
        "utf-8",
    )
    return path


def built(command: Command) -> list[str]:
    """What is proved of inverted indexes."""
    lines = command.ok("verify").splitlines()
    return [line.partition(" slots: ")[0].strip() for line in lines if "inverted index" in line]


def test_an_import_ends_with_an_inverted_index(small: Command, vectors: Path) -> None:
    result = small("import", vectors)
    assert (result.exit_code, result.stdout) == (0, "300 records stored in the new index default\n")
    assert built(small) == ["proved: the inverted index covers 300 of 300"]


def test_a_run_over_files_does_too(small: Command, files: Path) -> None:
    small.ok("index", files)
    assert built(small) == ["proved: the inverted index covers 6 of 6"]
    (files / "more.txt").write_text("A dog barks at the moon.\n", "utf-8")
    assert small.json("index", files)["embedded"] == 1
    assert built(small) == ["proved: the inverted index covers 7 of 7"]


@pytest.mark.skipif(sys.platform == "win32", reason="there each process works for itself")
def test_who_waits_for_another_process_says_so(small: Command, vectors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small.ok("import", vectors)
    said = []
    with (small.home / "store" / "buckets" / "default" / "default" / "upkeep.lock").open("ab") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)

        def remark(text: str) -> None:
            said.append(text)
            fcntl.flock(lock, fcntl.LOCK_UN)

        monkeypatch.setattr("sensorium.cli.output.remark", remark)
        assert small.ok("compact").startswith("default: 0 dead records given back")
    assert said == ["another process is building this index: waiting until it is done"]


def test_a_small_index_is_left_as_it_is(command: Command, vectors: Path) -> None:
    command.ok("import", vectors)
    assert built(command) == []


def test_a_store_without_it_has_nothing_to_do(capsys: pytest.CaptureFixture[str]) -> None:
    store = MemoryStore()
    store.create_bucket("default")
    upkeep.finish(store.create(IndexSpec("default", "one", 4)))
    assert capsys.readouterr() == ("", "")


@contextmanager
def impatient(verb: str) -> Iterator[Callable[[int, int | None], None]]:
    """Bars; at that of the building somebody presses Ctrl-C."""

    def press(done: int, total: int | None) -> None:
        if verb == "building the index":
            raise KeyboardInterrupt

    yield press


@pytest.mark.parametrize("command_line", [["import", "{vectors}"], ["index", "{files}"]])
def test_ctrl_c_leaves_all_records(
    small: Command, vectors: Path, files: Path, monkeypatch: pytest.MonkeyPatch, command_line: list[str]
) -> None:
    args = [word.format(vectors=vectors, files=files) for word in command_line]
    with monkeypatch.context() as patched:
        patched.setattr("sensorium.cli.progress.counter", impatient)
        result = small(*args)
    assert result.exit_code == 130
    assert result.stdout.startswith(("300 records stored", "default: 5 files, 5 embedded"))
    assert "note: all records are stored; " in result.stderr
    assert result.stderr.endswith("\nstopped\n")
    assert built(small) == []
    assert small.json("ls")["indexes"][0]["records"] == (RECORDS if args[0] == "import" else 6)
    assert small.ok("compact").startswith("default: 0 dead records given back")
    assert len(built(small)) == 1


def test_a_full_disk_is_a_note(small: Command, vectors: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def write(path: Path, contents: object) -> None:
        raise full(path)

    with monkeypatch.context() as patched:
        patched.setattr("sensorium.stores.embedded.inverted.make.write", write)
        result = small("import", vectors)
        assert result.exit_code == 0
        assert result.stdout == "300 records stored in the new index default\n"
        assert "note: the index for fast searches could not be built: The disk that holds " in result.stderr
        assert small.json("import", vectors)["unchanged"] == RECORDS
    assert built(small) == []
