"""The model card is filled from a table and the model itself."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.bars import BARS

from sensorium.models.builtin.calibration import WEIGHTS, Calibration
from training import card


def test_the_card_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    table = tmp_path / "table.json"
    table.write_text(json.dumps({"512": {BARS[0].name: 21.5, "NTREX zh->en R@1": 50.0}, "64": {BARS[0].name: 15.0}}))
    out = tmp_path / "card.md"
    monkeypatch.setattr(sys, "argv", ["card", "--table", str(table), "--out", str(out)])
    card.main()
    text = out.read_text(encoding="utf8")
    assert "{{" not in text
    assert Calibration.read(WEIGHTS).revision in text
    assert "| 21.5 | 15.0 |" in text
    assert "NTREX zh->en R@1 | 50.0" in text
    assert text.index("non-commercial") < text.index("CC BY-SA 4.0") < text.index("CC0 |")
    assert "text_table.npy" in text
