"""The audio front end."""

from __future__ import annotations

import numpy as np

from sensorium.models.builtin.logmel import BANDS, CHUNK, HOP, LEAST, PATCH, levelled, log_mel, mel_weights, patches


def tone(hertz: float, seconds: float) -> np.ndarray:
    return (0.5 * np.sin(2 * np.pi * hertz * np.arange(int(16_000 * seconds)) / 16_000)).astype(np.float32)


def test_weights_cover_125_to_7500_hertz() -> None:
    weights = mel_weights()
    assert weights.shape == (257, BANDS)
    hertz = np.flatnonzero(weights.sum(1)) * 16_000 / 512
    assert 125 <= hertz.min() < 190
    assert 7400 < hertz.max() <= 7500


def test_a_higher_tone_sounds_in_a_higher_band() -> None:
    bands = [int(log_mel(tone(hertz, 1)).mean(0).argmax()) for hertz in (200, 800, 3000, 7000)]
    assert bands == sorted(set(bands))


def test_short_sounds_are_filled_with_silence() -> None:
    assert patches(np.zeros(0, np.float32)).shape == (1, PATCH, BANDS)
    assert np.allclose(patches(np.zeros(10, np.float32)), np.log(1e-3), atol=1e-5)


def test_the_level_of_a_recording_does_not_matter() -> None:
    assert np.allclose(patches(tone(440, 1)), patches(tone(440, 1) / 40), atol=1e-3)
    assert np.isclose(levelled(np.full(9, 1e-4, np.float32)).max(), 0.008)


def test_a_patch_every_half_second() -> None:
    assert patches(np.zeros(LEAST + 96 * HOP, np.float32)).shape == (3, PATCH, BANDS)
    assert len(patches(np.zeros(16_000 * 10, np.float32))) == 19


def test_long_sounds_are_transformed_in_chunks_without_a_seam() -> None:
    samples = np.random.default_rng(0).normal(0, 0.1, (CHUNK + 50) * HOP).astype(np.float32)
    whole = log_mel(samples)
    assert np.allclose(whole[CHUNK - 5 : CHUNK + 20], log_mel(samples[(CHUNK - 5) * HOP :])[:25], atol=1e-5)
