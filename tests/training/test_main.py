"""The driver: every stage once, in order, and again only what was cut."""

from __future__ import annotations

import importlib
import json
import subprocess
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training import __main__ as driver


def test_every_stage_is_a_module_with_a_main(tmp_path: Path) -> None:
    for stage in driver.stages(tmp_path, tmp_path, tmp_path):
        assert callable(importlib.import_module(stage.module).main), stage.name


def test_a_cut_run_goes_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[str] = []
    cut = {"audio"}

    def fake(command: list[str], check: bool, env: dict[str, str]) -> None:
        assert check
        assert env["OMP_WAIT_POLICY"]
        module = command[2]
        if module.split(".")[1] in cut:
            raise subprocess.CalledProcessError(1, command)
        ran.append(module)

    monkeypatch.setattr(driver.subprocess, "run", fake)
    with pytest.raises(subprocess.CalledProcessError):
        driver.run(tmp_path / "data", tmp_path / "work", tmp_path / "out")
    assert ran[:5] == [f"training.{name}" for name in ("teacher", "text", "image", "polish", "export_image")]
    assert "training.export_audio" not in ran
    cut.clear()
    driver.run(tmp_path / "data", tmp_path / "work", tmp_path / "out")
    assert len(ran) == len(driver.stages(tmp_path, tmp_path, tmp_path))
    record = json.loads((tmp_path / "work" / "record.json").read_text())
    assert [entry["name"] for entry in record["stages"]][:2] == ["teacher", "text"]
    assert "torch" in record["versions"]
