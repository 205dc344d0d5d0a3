"""Captions as the text student reads them."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.student import Student  # noqa: E402  # after the skip

from training import retold  # noqa: E402  # after the skip


def test_every_photograph_has_five_captions_in_every_reading(
    tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("sensorium.models.builtin.features", "training.student"):
        monkeypatch.setattr(f"{module}.BUCKETS", 2048)
    (tmp_path / "text").mkdir()
    torch.save({"student": Student().state_dict()}, tmp_path / "text" / "joint.pt")
    monkeypatch.setattr(sys, "argv", ["retold", "--data", str(tiny), "--work", str(tmp_path)])
    retold.main()
    with np.load(tmp_path / "text" / "retold.npz") as stored:
        assert set(stored.files) == {"en", "zh_human", "ar"}
        for name in stored.files:
            assert stored[name].shape == (24, 5, 384)
            assert np.allclose(np.linalg.norm(stored[name], axis=2), 1, atol=1e-5)
        assert not np.allclose(stored["en"][0, 0], stored["zh_human"][0, 0])
