"""The building blocks of sound do what their names say."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.samples import synthesis as syn


def _peak_hertz(wave: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(wave * np.hanning(len(wave))))
    return float(spectrum.argmax() * syn.RATE / len(wave))


def test_a_band_keeps_its_frequencies_and_no_others() -> None:
    noise = np.random.default_rng(1).standard_normal(syn.RATE)
    power = np.abs(np.fft.rfft(syn.band(noise, 1000, 2000))) ** 2
    f = np.fft.rfftfreq(syn.RATE, 1 / syn.RATE)
    assert power[(f > 800) & (f < 2500)].sum() > 0.9 * power.sum()


def test_strings_and_voices_have_the_pitch_asked_for() -> None:
    harmonic = _peak_hertz(syn.string(np.random.default_rng(2), 220, 1.0, 0.1)) / 220
    assert harmonic == pytest.approx(round(harmonic), abs=0.03)
    tone = syn.voice(np.full(syn.RATE, 300.0), [(300, 100, 1.0)])
    assert _peak_hertz(tone) == pytest.approx(300, abs=2)
    assert _peak_hertz(syn.struck(440, [(1, 1, 0.5)], 1.0)) == pytest.approx(440, abs=2)


def test_parts_are_placed_at_their_second_and_cut_at_the_end() -> None:
    out = syn.place([(0.5, np.ones(syn.RATE)), (3.0, np.ones(10))], 1.0)
    assert len(out) == syn.RATE
    assert out[: syn.RATE // 2].sum() == 0
    assert out[syn.RATE // 2 :].mean() == 1


def test_a_finished_wave_has_its_peak_and_silent_ends() -> None:
    wave = syn.finished(np.random.default_rng(3).standard_normal(syn.RATE), 0.5)
    assert wave.dtype == np.float32
    assert np.abs(wave).max() == pytest.approx(0.5)
    assert abs(wave[0]) == 0


def test_a_room_rings_on_and_a_stroke_dies_away() -> None:
    click = np.zeros(syn.RATE)
    click[100] = 1
    assert np.abs(syn.room(click, 0.6)[5000:8000]).max() > 0
    fall = syn.decay(1.0, 0.1)
    assert fall[int(0.502 * syn.RATE)] == pytest.approx(2**-5, rel=0.02)
