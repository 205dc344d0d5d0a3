"""The sound cache and its augmentation."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.data import DataFolder  # noqa: E402  # after the skip
from training.sounds import LONGEST, distort, load_sounds, mask  # noqa: E402  # after the skip


def test_every_set_is_decoded_once(tiny: Path, work: Path) -> None:
    sounds = load_sounds(DataFolder(tiny), work)
    assert len(sounds.rows) == 96
    assert sounds.rows[0]["set"] == "urbansound8k"
    assert len(sounds.samples_of(95)) == pytest.approx(1.5 * 16_000, abs=200)
    assert 0.2 < np.abs(sounds.samples_of(0)).max() < 0.4
    assert np.array_equal(load_sounds(DataFolder(tiny), work).spans, sounds.spans)


def test_clips_of_one_urban_recording_belong_together(tiny: Path, work: Path) -> None:
    sounds = load_sounds(DataFolder(tiny), work)
    named = replace(sounds, rows=[{"set": "urbansound8k", "name": f"7-3-0-{i}.wav"} for i in range(2)])
    assert named.recording(0) == named.recording(1) == "7"
    assert sounds.recording(30) == "30"


def test_distorted_sounds_stay_in_range_and_follow_the_seed() -> None:
    wave = np.sin(np.arange(LONGEST + 20_000) / 9.0).astype(np.float32)
    for seed in range(12):
        a, b = (distort(wave, wave[::-1].copy(), np.random.default_rng(seed)) for _ in range(2))
        assert np.array_equal(a, b)
        assert a.dtype == np.float32
        assert LONGEST * 0.95 < len(a) <= LONGEST
        assert 0.1 < np.abs(a).max() <= 1.0


def test_silence_can_be_distorted() -> None:
    out = distort(np.zeros(8000, np.float32), None, np.random.default_rng(1))
    assert np.isfinite(out).all()


def test_mask_touches_bands_of_some_clips_only() -> None:
    x = torch.randn(40, 3, 96, 64)
    changed = (mask(x, torch.Generator().manual_seed(0)) != x).any(3).any(2).any(1)
    assert 5 < int(changed.sum()) < 35
