"""Resampling keeps tones and drops what the lower rate cannot hold."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.models.builtin.resample import resample


def tone(hertz: float, rate: int, seconds: float = 1.0) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate).astype(np.float32)


@pytest.mark.parametrize("rate", [8_000, 22_050, 44_100, 48_000])
def test_a_tone_stays(rate: int) -> None:
    found = resample(tone(440, rate), rate, 16_000)
    assert len(found) == 16_000
    assert found.dtype == np.float32
    assert np.abs(found - tone(440, 16_000)).max() < 0.01


def test_what_is_too_high_goes() -> None:
    assert np.abs(resample(tone(15_000, 48_000), 48_000, 16_000)).max() < 0.01


def test_one_sample_is_enough() -> None:
    assert len(resample(np.ones(1, np.float32), 48_000, 16_000)) == 1


def test_the_same_rate_is_the_same_sound() -> None:
    sound = tone(440, 16_000)
    assert resample(sound, 16_000, 16_000) is sound
