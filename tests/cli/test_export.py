"""``sensorium export``."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from tests.cli.conftest import Command


def test_an_index_into_a_file(indexed: Command, tmp_path: Path) -> None:
    path = tmp_path / "all.parquet"
    assert f"6 records of default in {path}, " in indexed.ok("export", path)
    assert pq.read_table(path).num_rows == 6
    found = indexed.json("export", tmp_path / "all.jsonl")
    assert found == {
        "index": "default",
        "file": str(tmp_path / "all.jsonl"),
        "records": 6,
        "bytes": (tmp_path / "all.jsonl").stat().st_size,
    }
    lines = [json.loads(line) for line in (tmp_path / "all.jsonl").read_text("utf-8").splitlines()]
    assert sorted(line["metadata"]["modality"] for line in lines) == ["audio"] * 2 + ["image"] * 2 + ["text"] * 2
    assert all(len(line["data"]["float32"]) == 64 for line in lines)


def test_a_file_that_is_there_stays_unless_asked(indexed: Command, tmp_path: Path) -> None:
    path = tmp_path / "all.json"
    path.write_text("mine")
    result = indexed("export", path)
    assert result.exit_code == 2
    assert "is there already" in result.stderr
    assert path.read_text() == "mine"
    indexed.ok("export", path, "--replace")
    assert len(json.loads(path.read_text("utf-8"))["vectors"]) == 6


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["all.csv"], "the name says no form"),
        (["all.json", "--index", "nothing"], "no index 'nothing'"),
        (["no/all.json"], "there is no folder"),
    ],
)
def test_what_will_not_do(indexed: Command, tmp_path: Path, arguments: list[str], message: str) -> None:
    result = indexed("export", tmp_path / arguments[0], *arguments[1:])
    assert result.exit_code == 2
    assert message in result.stderr
    assert not list(tmp_path.rglob("all.*"))


def test_an_empty_home_stays_unmade(command: Command, tmp_path: Path) -> None:
    assert command("export", tmp_path / "all.json").exit_code == 2
    assert not command.home.exists()
