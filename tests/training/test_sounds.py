"""The sound cache and its augmentation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.data import DataFolder  # noqa: E402  # after the skip
from training.sounds import CROP, crop, disturb, load_sounds, mask, mel_patches, mixed  # noqa: E402  # after the skip

from sensorium.models.builtin.logmel import levelled, patches  # noqa: E402  # after the skip


def test_every_set_is_decoded_once(tiny: Path, work: Path) -> None:
    sounds = load_sounds(DataFolder(tiny), work)
    assert len(sounds.rows) == 96
    assert sounds.rows[0]["set"] == "urbansound8k"
    assert len(sounds.samples_of(95)) == pytest.approx(1.5 * 16_000, abs=200)
    assert 0.2 < np.abs(sounds.samples_of(0)).max() < 0.4
    assert np.array_equal(load_sounds(DataFolder(tiny), work).spans, sounds.spans)


def test_crop_has_its_length() -> None:
    generator = torch.Generator().manual_seed(0)
    for length in (100, CROP, 3 * CROP):
        assert crop(np.ones(length, np.float32), generator).shape == (CROP,)


def test_disturbed_waves_stay_in_range_and_follow_the_seed() -> None:
    waves = torch.sin(torch.arange(CROP) / 9.0).repeat(6, 1)
    a, b = (disturb(waves, torch.Generator().manual_seed(3)) for _ in range(2))
    assert torch.equal(a, b)
    assert a.shape == waves.shape
    assert float(a.abs().max()) <= 1.0
    assert bool(torch.isfinite(a).all())


def test_training_patches_are_the_runtime_ones() -> None:
    wave = np.random.default_rng(0).normal(0, 0.1, CROP).astype(np.float32)
    assert np.allclose(mel_patches(torch.from_numpy(levelled(wave))[None])[0].numpy(), patches(wave), atol=1e-3)


def test_mask_touches_bands_of_some_clips_only() -> None:
    x = torch.randn(40, 3, 96, 64)
    changed = (mask(x, torch.Generator().manual_seed(0)) != x).any(3).any(2).any(1)
    assert 5 < int(changed.sum()) < 35


def test_mixed_keeps_the_loudness_scale() -> None:
    waves = torch.randn(2, 1000)
    alone = mixed(waves, torch.ones(2, 1), torch.tensor([1, 0]))
    assert torch.allclose(alone, waves, atol=1e-4)
