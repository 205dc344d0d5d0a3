"""Names as targets, and what is held out."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.data import DataFolder  # noqa: E402  # after the skip
from training.labels import LabelBank, held_out_wnids, names_of  # noqa: E402  # after the skip


def test_names_of_every_kind() -> None:
    assert names_of("flickr8k", {"captions": ["a"]}) == []
    assert names_of("scenes", {"label": "sea"}) == [("sea", 0.5)]
    assert dict(names_of("grocery", {"label": "Gala", "coarse": "Apple"})) == {"Gala": 0.5, "Apple": 0.25}
    emoji = names_of("emoji", {"name": {"en": "grin"}, "keywords": {"en": ["face", "smile"]}})
    assert dict(emoji) == {"grin": 0.5, "face": 0.25, "smile": 0.25}
    sample = names_of("imagenet_samples", {"label": "tench", "synonyms": "tench, Tinca tinca"})
    assert sum(share for _, share in sample) == pytest.approx(1.0)


def test_a_fifth_of_the_classes_is_held_out(tiny: Path) -> None:
    assert held_out_wnids(DataFolder(tiny)) == ["n00000000", "n00000005"]


def test_bank_hides_what_is_too_near_and_leaves_out_what_is_held(tiny: Path, work: Path) -> None:
    bank = LabelBank(DataFolder(tiny), work)
    bank.teacher[bank.index["forest"]] = bank.teacher[bank.index["sea"]]
    bank.leave_out([{"label": "thing 5", "synonyms": "thing 5, object 5"}])
    generator = torch.Generator().manual_seed(0)
    target = bank.draw([[("sea", 1.0)], [("dress", 1.0)]], generator)
    vectors, onehot, hidden = bank.batch(target, 1000, generator)
    assert onehot.sum(1).tolist() == [1.0, 1.0]
    assert hidden.sum(1).tolist() == [1, 0]  # the forest is no negative of its twin
    assert len(vectors) == len(bank.teacher) - 3
