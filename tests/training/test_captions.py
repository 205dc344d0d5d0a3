"""Captions as targets, and the queue of negatives."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.captions import EACH, CaptionBank, Queue  # noqa: E402  # after the skip
from training.data import DataFolder  # noqa: E402  # after the skip


def test_own_captions_come_first_and_share_the_target(tiny: Path, work: Path) -> None:
    bank = CaptionBank(DataFolder(tiny), work, "train")
    assert bank.captions.shape == (24, EACH, 384)
    index = torch.tensor([3, 0])
    texts, positive, similar = bank.texts(index, 6, torch.Generator().manual_seed(0))
    assert texts.shape == (2 * EACH + 6, 384)
    assert positive.sum(1).tolist() == pytest.approx([1.0, 1.0])
    assert positive[0, :EACH].tolist() == pytest.approx([1 / EACH] * EACH)
    assert similar[0, :EACH].mean() > similar[0, EACH:].max()
    assert torch.equal(texts[EACH], texts[2 * EACH - 1])  # photograph 0 has four captions: its first counts twice


def test_captions_are_shown_as_others_read_them(tiny: Path, work: Path, tmp_path: Path) -> None:
    bank = CaptionBank(DataFolder(tiny), work, "train")
    generator = torch.Generator().manual_seed(0)
    assert bank.reading(generator) is bank.captions
    np.savez(tmp_path / "retold.npz", en=np.ones((24, EACH, 384), np.float32))
    bank.retell(tmp_path / "retold.npz", {"en": 0.5})
    drawn = [bool((bank.reading(generator) == 1).all()) for _ in range(200)]
    assert 70 < sum(drawn) < 130


def test_queue_keeps_the_latest() -> None:
    queue = Queue(3, 2)
    queue.push(torch.ones(2, 2, requires_grad=True), torch.tensor([1, 2]))
    queue.push(torch.zeros(2, 2), torch.tensor([3, 4]))
    assert queue.owner.tolist() == [3, 4, 1]
    assert not queue.vectors.requires_grad
