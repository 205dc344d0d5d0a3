"""Sounds have the rhythm and the pitch that their names promise."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.samples import calls, machines, music, weather
from sensorium.samples.synthesis import RATE, Wave

EVERY = [
    weather.rain, weather.thunder, weather.wind, weather.waves, calls.dog_bark, calls.cat_meow, calls.birds,
    calls.crickets, calls.frog, calls.baby_cry, machines.siren, machines.church_bell, machines.engine,
    machines.jackhammer, machines.gunshots, machines.clock_ticking, machines.telephone, machines.alarm_clock,
    machines.applause, machines.train_pass, machines.footsteps, machines.fireworks, music.piano, music.guitar,
    music.flute, music.violin, music.drums,
]  # fmt: skip


def loudness(wave: Wave, step: float = 0.02) -> np.ndarray:
    n = int(step * RATE)
    return np.sqrt((wave[: len(wave) // n * n].reshape(-1, n) ** 2).mean(axis=1))


def centroid(wave: Wave) -> float:
    power = np.abs(np.fft.rfft(wave)) ** 2
    return float((power * np.fft.rfftfreq(len(wave), 1 / RATE)).sum() / power.sum())


@pytest.mark.parametrize("play", EVERY, ids=lambda f: f.__name__)
def test_a_sound_is_as_long_as_asked_clean_and_the_same_for_a_seed(play) -> None:
    wave = play(3)
    assert len(wave) == 3 * RATE
    assert wave.dtype == np.float32
    assert np.isfinite(wave).all()
    assert 0.05 < np.abs(wave).max() <= 1
    assert abs(wave.mean()) < 0.01
    assert (play(3) == wave).all()


def test_barks_shots_and_footsteps_leave_silence_and_rain_does_not() -> None:
    for play in (calls.dog_bark, machines.clock_ticking, machines.gunshots):
        loud = loudness(play(5))
        assert np.quantile(loud, 0.25) < 0.15 * loud.max(), play.__name__
    loud = loudness(weather.rain(5))[5:-5]
    assert loud.min() > 0.4 * loud.max()


def test_a_clock_ticks_at_its_pace() -> None:
    loud = loudness(machines.clock_ticking(7), 0.01)
    beat = np.abs(np.fft.rfft(loud - loud.mean()))
    paces = np.fft.rfftfreq(len(loud), 0.01)
    assert min(abs(paces[beat.argmax()] / 2.64 - k) for k in (0.5, 1, 2, 3, 4)) < 0.1


def test_crickets_are_high_and_thunder_is_low() -> None:
    assert centroid(calls.crickets(4)) > 3000
    assert centroid(weather.thunder(6)) < 500


def test_the_flute_begins_on_its_d() -> None:
    note = music.flute(3)[int(0.3 * RATE) : int(0.7 * RATE)]
    spectrum = np.abs(np.fft.rfft(note * np.hanning(len(note))))
    assert spectrum.argmax() * RATE / len(note) == pytest.approx(587.3, rel=0.02)
