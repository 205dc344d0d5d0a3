"""Copies hold training clips only, are made once, and are drawn by set, class and recording."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.copies import EACH, Copies, gathered  # after the skip
from training.data import DataFolder  # after the skip
from training.sounds import load_sounds  # after the skip


def test_only_training_clips_of_the_allowed_classes_are_drawn(tiny: Path, work: Path) -> None:
    sounds = load_sounds(DataFolder(tiny), work)
    pieces = Copies(sounds, work, ("jackhammer",), 2).draw(100, np.random.default_rng(0))
    rows = [sounds.rows[piece.clip] for piece in pieces]
    assert {row["split"] for row in rows} == {"train"}
    assert {row["set"] for row in rows} == {"urbansound8k", "animals", "instruments", "digits"}
    assert "jackhammer" not in {row["label"] for row in rows}
    assert {piece.copy for piece in pieces} == {0, 1}
    assert sum(piece.copy == 0 for piece in pieces) > 40


def test_copies_are_stored_and_read_again(tiny: Path, work: Path) -> None:
    sounds = load_sounds(DataFolder(tiny), work)
    first, second = Copies(sounds, work, (), 1), Copies(sounds, work, (), 1)
    assert np.array_equal(first.mel[0], second.mel[0])
    assert first.mel[0].shape[1:] == (96, 64)
    assert first.mel[0].dtype == np.float16


def test_every_piece_gives_its_own_patches(tiny: Path, work: Path) -> None:
    copies = Copies(load_sounds(DataFolder(tiny), work), work, (), 1)
    pieces = copies.draw(40, np.random.default_rng(0))
    numbers = [np.arange(len(copies.mel[0]), dtype=np.float16)[:, None]]
    found = gathered(numbers, pieces, np.random.default_rng(0))
    assert found.shape == (len(pieces), EACH, 1)
    assert all(set(row.ravel().astype(int)) <= set(piece.patches) for row, piece in zip(found, pieces, strict=True))
