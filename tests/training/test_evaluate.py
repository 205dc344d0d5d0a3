"""The whole table from one call, on an embedder that knows nothing."""

from __future__ import annotations

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from tests.training.fake import embed
from training.bars import BARS

from training import evaluate, mixed, speed


def test_every_bar_is_measured(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    spec = SimpleNamespace(dim=512, dims=(256, 512))
    monkeypatch.setattr(evaluate, "BuiltinProvider", lambda _: SimpleNamespace(specs=lambda: [spec]))
    monkeypatch.setattr(evaluate, "embedder", lambda _: embed)
    monkeypatch.setattr(mixed, "THINGS", (("cat", "animals", "cat", "scenes", "sea", "A cat."),))
    monkeypatch.setattr(speed, "_seconds", lambda *_: 0.5)
    out = tmp_path / "table.json"
    monkeypatch.setattr(sys, "argv", ["evaluate", "--data", str(tiny), "--held-out", str(tmp_path), "--json", str(out)])
    evaluate.main()
    printed = capsys.readouterr().out
    assert all(bar.name in printed for bar in BARS)
    assert "not measured" not in printed
    assert out.is_file()
