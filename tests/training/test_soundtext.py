"""Names and captions in the shared space, by teacher and student."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.data import DataFolder  # noqa: E402  # after the skip
from training.soundtext import TextSide, student_names  # noqa: E402  # after the skip
from training.student import Student  # noqa: E402  # after the skip


def test_both_banks_are_unit_rows_of_every_name(tiny: Path, work: Path, tmp_path: Path) -> None:
    torch.manual_seed(0)
    torch.save({"student": Student().state_dict(), "step": 1}, tmp_path / "joint.pt")
    weight = np.random.default_rng(0).normal(0, 0.05, (512, 384)).astype(np.float32)
    np.savez(tmp_path / "map.npz", weight=weight, mean=np.zeros(512, np.float32))
    text = TextSide(DataFolder(tiny), work, tmp_path / "map.npz", tmp_path / "joint.pt")
    taught, learned = text.banks
    assert taught.shape == learned.shape == (len(text.index), 512)
    assert torch.allclose(learned.norm(dim=1), torch.ones(len(learned)), atol=1e-4)
    assert float((taught * learned).sum(1).mean()) < 0.9
    again = student_names(tmp_path / "joint.pt", ["siren", "cat"])
    assert torch.allclose(again[0], student_names(tmp_path / "joint.pt", ["siren"])[0], atol=0.02)
