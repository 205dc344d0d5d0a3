from __future__ import annotations

import json
from pathlib import Path

import pytest
from benchmarks.stores.peers import BY_NAME, Entry
from benchmarks.stores.table import page

from benchmarks.stores import __main__ as program


def test_a_whole_run_in_processes_of_their_own(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    code = program.main(["--size", "tiny", "--folder", str(tmp_path), "--peers", "sensorium", "faiss-flat"])
    out = capfd.readouterr().out
    assert "ingest in batches, durable" in out
    assert code == int("MISS" in out)
    kept = json.loads((tmp_path / "clustered-tiny" / "result.json").read_text())
    assert kept["asked"]["k=10"]["sensorium"]["recall"] > 0.98
    assert kept["asked"]["k=100"]["faiss-flat"]["recall"] == 1
    assert kept["threads"]["sensorium"].keys() == {"1", "2", "8"}
    assert kept["churn"]["churned"]["recall"] > 0.98
    assert "faiss-flat" not in kept["asked"]["10 %"]
    written = page([kept])
    assert "## 300 × 64, clustered" in written
    assert f"| Sensorium | {kept['asked']['k=10']['sensorium']['recall']:.3f} |" in written


def test_who_is_not_installed_is_named(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    absent = Entry("absent", "Absent", "absent", "Absent", ("no-such-store:no_such_store",))
    monkeypatch.setitem(BY_NAME, "absent", absent)
    assert program.chosen(["sensorium", "absent"]) == ["sensorium"]
    assert capsys.readouterr().out == "Absent is left out: pip install no-such-store\n"


def test_an_unknown_stage_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        program.main(["ask"])
    assert "no stage ask; there are prepare, query, table, plot" in capsys.readouterr().err
