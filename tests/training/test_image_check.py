"""Figures on dev pictures."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from tests.training.tiny_run import PLAN, fresh
from training.image_check import check


def test_check_gives_shares_in_per_cent(tiny: Path, work: Path) -> None:
    model, examples = fresh(tiny, work, PLAN)
    found = check(model, examples, 33)
    assert set(found) == {
        "text_image_1",
        "text_image_10",
        "image_text_1",
        "image_text_10",
        "scenes",
        "tinyimagenet",
        "grocery",
        "clothing",
    }
    assert all(0 <= value <= 100 for value in found.values())
    assert found["text_image_10"] == 100.0  # eight photographs
