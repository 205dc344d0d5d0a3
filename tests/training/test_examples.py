"""What is drawn, and what is left out."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from tests.training.tiny_run import PLAN, fresh


def test_dev_rows_are_never_drawn(tiny: Path, work: Path) -> None:
    _, examples = fresh(tiny, work, PLAN)
    for name, pictures in examples.sets.items():
        assert {pictures.rows[i]["split"] for i in examples.use[name]} == {"train"}
    drawn = next(examples.photographs())
    assert all(examples.sets["flickr8k"].rows[i]["split"] == "train" for i in drawn)


def test_held_out_classes_leave_no_trace(tiny: Path, work: Path) -> None:
    _, examples = fresh(tiny, work, PLAN, ["n00000005"])
    for name in ("tinyimagenet", "imagenet_samples"):
        assert all(examples.sets[name].rows[i]["wnid"] != "n00000005" for i in examples.use[name])
    soft = examples.soft_classes("scenes", np.arange(6))
    assert soft[:, 5].tolist() == [0.0] * 6
    assert soft.sum(1).tolist() == pytest.approx([1.0] * 6)
    assert not examples.bank.free[examples.bank.index["thing 5"]]
