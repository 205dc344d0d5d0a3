"""What the base net says is computed once and kept."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.data import DataFolder  # noqa: E402  # after the skip
from training.frozen import KEPT, class_names, load_frozen  # noqa: E402  # after the skip
from training.pictures import load_pictures  # noqa: E402  # after the skip


def test_features_and_soft_classes(tiny: Path, work: Path) -> None:
    data = DataFolder(tiny)
    pictures = load_pictures(data, work, "scenes")
    frozen = load_frozen(data, work, pictures)
    assert frozen.features.shape == (40, 1280)
    total = len(class_names(data))
    soft = frozen.soft(torch.arange(5), total)
    assert soft.shape == (5, 12)
    assert soft.sum(1).tolist() == pytest.approx([1.0] * 5, abs=1e-5)
    assert ((soft > 0).sum(1) <= KEPT).all()
    before = (work / "image" / "frozen-scenes.npz").stat().st_mtime_ns
    again = load_frozen(data, work, pictures)
    assert np.array_equal(again.features.numpy(), frozen.features.numpy())
    assert (work / "image" / "frozen-scenes.npz").stat().st_mtime_ns == before
