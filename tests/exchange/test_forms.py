"""The name of a file says its form; a file is there whole or not at all."""

from __future__ import annotations

import builtins
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
from tests.disks import small_disk
from tests.exchange.conftest import Make, held, records

from sensorium.errors import Conflict, Invalid, NotFound, Unavailable, Unsupported
from sensorium.exchange import export, fill, opened
from sensorium.stores.base import Index

NAMES = ("a.parquet", "a.PQ", "a.json", "a.jsonl", "a.ndjson", "a.json.gz", "a.jsonl.gz", "A.JSONL.GZ")


@pytest.mark.parametrize("name", NAMES)
def test_every_form_goes_there_and_back(tmp_path: Path, make: Make, full: Index, name: str) -> None:
    told: list[int] = []
    assert export(full, tmp_path / name, progress=told.append) == 700
    assert told == [500, 700]
    index = make()
    with closing(opened(tmp_path / name)) as content:
        fill(index, content, fresh=True)
    assert held(index) == held(full)


def test_forms_are_what_their_names_say(tmp_path: Path, full: Index) -> None:
    for name in NAMES:
        export(full, tmp_path / name)
    beginnings = {name: (tmp_path / name).read_bytes()[:4] for name in NAMES}
    assert beginnings["a.parquet"] == beginnings["a.PQ"] == b"PAR1"
    assert [beginnings[name][:2] for name in NAMES if name.lower().endswith(".gz")] == [b"\x1f\x8b"] * 3
    assert len(json.loads((tmp_path / "a.json").read_text())["vectors"]) == 700
    assert all(json.loads(line)["key"] for line in (tmp_path / "a.jsonl").read_text().splitlines())


@pytest.mark.parametrize("name", ["a", "a.csv", "a.parquet.gz", "parquet"])
def test_a_name_that_says_no_form(tmp_path: Path, full: Index, name: str) -> None:
    (tmp_path / name).touch()
    with pytest.raises(Invalid, match=r"says no form: \.parquet"):
        export(full, tmp_path / name)
    with pytest.raises(Invalid, match="says no form"):
        opened(tmp_path / name)


def test_a_taken_name_and_a_missing_file(tmp_path: Path, full: Index) -> None:
    (tmp_path / "a.json").write_text("mine")
    with pytest.raises(Conflict):
        export(full, tmp_path / "a.json")
    assert (tmp_path / "a.json").read_text() == "mine"
    export(full, tmp_path / "a.json", replace=True)
    assert (tmp_path / "a.json").read_text() != "mine"
    with pytest.raises(NotFound, match="there is no such file"):
        opened(tmp_path / "b.json")
    with pytest.raises(Invalid, match="only Parquet has columns"):
        opened(tmp_path / "a.json", key="id")


def test_without_pyarrow_the_way_to_it_is_said(tmp_path: Path, full: Index, monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def none(name: str, *rest: Any) -> Any:
        if name.split(".")[0] == "pyarrow":
            raise ImportError(name)
        return real(name, *rest)

    for name in [name for name in sys.modules if name.startswith("sensorium.exchange.parquet")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.delattr("sensorium.exchange.parquet", raising=False)
    for name in [name for name in sys.modules if name.split(".")[0] == "pyarrow"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setattr(builtins, "__import__", none)
    with pytest.raises(Unsupported, match=r"pip install 'sensorium\[parquet\]'"):
        export(full, tmp_path / "a.parquet")
    assert export(full, tmp_path / "a.json") == 700
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


class Failing:
    """A store that breaks off after a page."""

    def __init__(self, index: Index, error: BaseException) -> None:
        self.spec = index.spec
        self._index = index
        self._error = error

    def scan(self, after: str | None, limit: int) -> Sequence[object]:
        if after is not None:
            raise self._error
        return self._index.scan(after, limit)


@pytest.mark.parametrize("name", ["a.parquet", "a.json", "a.jsonl.gz"])
@pytest.mark.parametrize("error", [KeyboardInterrupt(), Unavailable("the network is gone")])
def test_an_export_that_breaks_off_leaves_nothing(tmp_path: Path, full: Index, name: str, error: BaseException) -> None:
    with pytest.raises(type(error)):
        export(Failing(full, error), tmp_path / name)  # type: ignore[arg-type]
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("name", ["a.parquet", "a.json", "a.jsonl.gz"])
def test_a_full_disk_leaves_nothing(tmp_path: Path, make: Make, name: str) -> None:
    index = make(dim=512)
    index.put(records(1000, 512))
    with small_disk(tmp_path / "disk", "1m") as disk:
        with pytest.raises(Unavailable, match="is full") as caught:
            export(index, disk / name)
        assert caught.value.code == "disk_full"
        assert list(disk.iterdir()) == []


@pytest.mark.parametrize("name", ["a.parquet", "a.jsonl"])
def test_a_killed_export_leaves_no_file_of_that_name(tmp_path: Path, full: Index, name: str) -> None:
    code = """
import sys, time
from pathlib import Path
from sensorium.exchange import export
from sensorium.stores.base import IndexSpec
from sensorium.types import Record
import numpy as np
class Endless:
    spec = IndexSpec("default", "endless", 64)
    def scan(self, after, limit):
        start = int(after or 0) + 1
        time.sleep(0.001)
        return [Record(f"{i:09d}", np.ones(64, np.float32)) for i in range(start, start + limit)]
print("ready", flush=True)
export(Endless(), Path(sys.argv[1]))
"""
    path = tmp_path / name
    running = subprocess.Popen([sys.executable, "-c", code, str(path)], stdout=subprocess.PIPE)
    part = tmp_path / f"{name}.part"
    deadline = time.monotonic() + 60
    while not (part.exists() and part.stat().st_size > 100_000):
        assert time.monotonic() < deadline
        time.sleep(0.01)
    with pytest.raises(Conflict, match="another process"):
        export(full, path)
    os.kill(running.pid, signal.SIGKILL)
    running.communicate()
    assert not path.exists()
    assert export(full, path) == 700
    assert [one.name for one in tmp_path.iterdir()] == [name]
    with closing(opened(path)) as content:
        assert sum(1 for _ in content.records()) == 700
