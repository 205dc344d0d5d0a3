"""The benchmark of the indexes from end to end, small: what it finds, times and writes down."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import data, indexes, sweep


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with one small set in it, and a benchmark that knows no other."""
    monkeypatch.setattr(indexes, "SETS", {"clustered_2000x16": 16})
    monkeypatch.setattr(indexes, "TABLE", tmp_path / "indexes.md")
    monkeypatch.setattr(indexes, "SWEPT", 20)
    monkeypatch.setattr(indexes, "FAR", 5)
    monkeypatch.setattr(data, "QUERIES", 25)
    data.write("clustered", 2000, 16, tmp_path, tmp_path, 0)
    return tmp_path


def run(monkeypatch: pytest.MonkeyPatch, cache: Path, *flags: str) -> str:
    monkeypatch.setattr(sys, "argv", ["indexes", "--cache", str(cache), "--lock", str(cache / "lock"), *flags])
    indexes.main()
    return (cache / "indexes.md").read_text()


def test_the_table_holds_what_was_tried_and_remarks_stay(cache: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    names = ["flat", "hnsw-sq8", "ivf-rabitq1-hadamard-4"]
    text = run(monkeypatch, cache, "--only", *names)
    assert "## clustered, 2,000 x 16" in text
    rows = [line for line in text.splitlines() if line.startswith(("| flat", "| hnsw", "| ivf"))]
    assert [row.split(" ")[1] for row in rows] == names
    found = json.loads((cache / "indexes" / "clustered_2000x16" / "ivf-rabitq1-hadamard-4.json").read_text())
    for part in indexes.PARTS:
        for one in found[part]:
            assert one["setting"][2] >= sweep.TARGET
            assert 0 < one["p50"] <= one["p99"]
    (cache / "indexes.md").write_text(text + indexes.REMARKS + "\n\nThis one.\n")
    assert run(monkeypatch, cache, "--stages", "table").endswith("This one.\n")


def test_a_setting_that_is_not_enough_is_told_by_its_recall() -> None:
    assert indexes.cell([{"setting": [9, 400, 0.5]}]) == "(0.500)"
    slow = {"setting": [9, 50, 0.995], "p50": 2.0, "p99": 3.0}
    quick = {"setting": [16, 20, 0.99], "p50": 1.0, "p99": 1.5}
    assert indexes.cell([slow, quick]) == "1.00 / 1.50 (16, 20)"


def test_a_gather_finds_what_the_filter_keeps() -> None:
    rows = data.clustered(500, 16)
    mask = np.arange(500) % 5 == 0
    found = sweep.gathered(rows, rows[7], indexes.Selector(mask))
    assert found.tolist() == data.truth(rows, rows[7:8], sweep.K, mask)[0].tolist()
