"""The mixed list counts modalities and right items."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from tests.training.fake import embed
from training.data import DataFolder
from training.mixed import MixedList

from training import mixed


def test_items_of_every_modality(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    things = (
        ("cat", "animals", "cat", "tinyimagenet", "thing 1", "A cat."),
        ("siren", "urbansound8k", "siren", "scenes", "sea", "A siren."),
    )
    monkeypatch.setattr(mixed, "THINGS", things)
    found = MixedList.of(embed, DataFolder(tiny))
    assert set(found.kinds) == {"text", "document", "image", "audio", "video"}
    assert len(found.items) == len(found.about) == len(found.kinds) == 2 * (1 + 1 + 3 * mixed.EACH)
    assert found.figures(512)["mixed list: queries with a right item"] == 100.0


def test_figures() -> None:
    items = np.eye(12, dtype=np.float32)
    query = np.linspace(1, 0, 12, dtype=np.float32)[None]
    found = MixedList(items, [1] * 9 + [0] + [1] * 2, ["text"] * 8 + ["image", "audio", "video", "video"], query)
    figures = found.figures(12)
    assert figures["mixed list: modalities in the top 10"] == 3.0
    assert figures["mixed list: queries with a right item"] == 100.0
    assert figures["mixed list: queries with a right picture, sound or clip"] == 100.0


def test_there_are_24_things() -> None:
    assert len({thing for thing, *_ in mixed.THINGS}) == 24
