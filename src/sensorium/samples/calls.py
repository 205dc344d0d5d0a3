"""Animals and a baby: each function synthesises one sound."""

from __future__ import annotations

import numpy as np

from sensorium.samples.synthesis import (
    Curve,
    Wave,
    band,
    finished,
    place,
    room,
    rumble,
    span,
    throat,
    voice,
    wander,
)


def dog_bark(seconds: float = 6, seed: int = 7) -> Wave:
    """A dog that barks, in pairs."""
    rng = np.random.default_rng(seed)
    barks: list[tuple[float, Curve]] = []
    for start in (0.2, 0.62, 1.75, 2.15, 3.3, 3.72, 4.2, 5.2):
        long = rng.uniform(0.17, 0.22)
        t = span(long) / long
        pitch = (300 + 380 * np.sin(np.pi * np.clip(t, 0, 1) ** 0.6)) * rng.uniform(0.93, 1.07)
        pitch = pitch * (1 + 0.03 * wander(rng, long, 160, -1, 1)[: len(pitch)])
        call = voice(pitch, [(620, 180, 1.0), (1250, 260, 1.0), (2500, 420, 0.45), (3700, 600, 0.2)], 0.45, 0.55, rng)
        shape = np.interp(t, [0, 0.06, 0.2, 0.55, 1], [0, 0.9, 1, 0.55, 0])
        barks.append((start, np.tanh(2.2 * call / np.abs(call).max()) * shape * rng.uniform(0.75, 1)))
    return finished(room(place(barks, seconds), 0.5, 0.22, seed), 0.75)


def cat_meow(seconds: float = 6, seed: int = 8) -> Wave:
    """A cat that miaows three times."""
    rng = np.random.default_rng(seed)
    calls: list[tuple[float, Curve]] = []
    for start, long, high in ((0.3, 0.95, 1.0), (2.2, 0.8, 1.08), (4.1, 1.15, 0.95)):
        t = span(long) / long
        pitch = (
            high
            * np.interp(t, [0, 0.2, 0.45, 1], [480, 690, 660, 400])
            * (1 + 0.012 * np.sin(2 * np.pi * 6.5 * t * long))
        )
        opening = np.interp(t, [0, 0.22, 0.5, 0.85, 1], [0, 0.55, 1, 0.35, 0.05])
        shut = voice(pitch, [(420, 160, 1.0), (2300, 350, 0.5), (3300, 500, 0.2)], 0.7)
        wide = voice(pitch, [(1000, 260, 1.0), (1750, 300, 0.9), (3400, 500, 0.6), (4600, 700, 0.3)], 0.35, 0.06, rng)
        call = shut / np.abs(shut).max() * (1 - opening) + wide / np.abs(wide).max() * opening
        calls.append((start, call * np.interp(t, [0, 0.12, 0.5, 0.8, 1], [0, 0.7, 1, 0.6, 0])))
    return finished(room(place(calls, seconds), 0.4, 0.15, seed), 0.7)


def birds(seconds: float = 9, seed: int = 9) -> Wave:
    """Songbirds in a garden."""
    rng = np.random.default_rng(seed)
    notes: list[tuple[float, Curve]] = []
    for _ in range(3):
        clock = rng.uniform(0, 0.8)
        home, loud = rng.uniform(2600, 4600), rng.uniform(0.35, 1)
        while clock < seconds - 0.5:
            steps, sweep, long = (
                int(rng.integers(3, 9)),
                rng.uniform(-1400, 1600),
                rng.uniform(0.05, 0.13),
            )
            trill = rng.choice([0, 0, 28, 45])
            for _ in range(steps):
                t = span(long)
                f = home + sweep * (t / long - 0.5) + 350 * np.sin(2 * np.pi * trill * t) + rng.uniform(-150, 150)
                phase = 2 * np.pi * np.cumsum(f) / 24_000
                note = (np.sin(phase) + 0.12 * np.sin(2 * phase)) * np.sin(np.pi * t / long) ** 0.8
                notes.append((clock, loud * note))
                clock += long * rng.uniform(1.15, 1.7)
            clock += rng.uniform(0.35, 1.1)
    leaves = band(rumble(rng, seconds, 0.6), 200, 5000, 1.0) * 0.012
    return finished(room(place(notes, seconds), 0.9, 0.25, seed, 6000) + leaves, 0.5)


def crickets(seconds: float = 8, seed: int = 10) -> Wave:
    """Crickets on a summer night."""
    rng = np.random.default_rng(seed)
    t = span(seconds)
    out = 0.01 * band(rng.standard_normal(len(t)), 300, 6000, 1.0)
    for k in range(5):
        f, rate, pulse = rng.uniform(4200, 5000), rng.uniform(1.6, 2.6), rng.uniform(26, 34)
        turn = rng.uniform(0, 1)
        chirp = ((t * rate + turn) % 1) < 0.42
        teeth = np.clip(np.sin(2 * np.pi * pulse * t), 0, 1) ** 0.7
        out += np.sin(2 * np.pi * f * t) * chirp * teeth / (1 + 0.6 * k)
    return finished(room(out, 0.5, 0.2, seed, 8000), 0.45)


def frog(seconds: float = 6, seed: int = 11) -> Wave:
    """Frogs that croak at a pond."""
    rng = np.random.default_rng(seed)
    croaks: list[tuple[float, Curve]] = []
    for home, step, loud in ((105, 0.85, 1.0), (135, 1.15, 0.6)):
        start = rng.uniform(0.1, 0.5)
        while start < seconds - 0.4:
            long = rng.uniform(0.26, 0.36)
            t = span(long)
            train = np.clip(np.sin(2 * np.pi * 48 * t), 0, 1) ** 2
            call = (
                voice(home * (1 + 0.2 * t / long), [(600, 140, 1.0), (1500, 250, 0.8), (2700, 400, 0.3)], 0.25)
                * train
                * np.sin(np.pi * t / long) ** 0.5
            )
            croaks.append((start, loud * call / np.abs(call).max()))
            start += step * rng.uniform(0.85, 1.2)
    return finished(room(place(croaks, seconds), 0.6, 0.2, seed), 0.6)


def baby_cry(seconds: float = 8, seed: int = 19) -> Wave:
    """A baby that cries."""
    rng = np.random.default_rng(seed)
    cries: list[tuple[float, Curve]] = []
    clock = 0.2
    while clock < seconds - 1.0:
        long = rng.uniform(0.85, 1.25)
        t = span(long) / long
        pitch = (
            np.interp(t, [0, 0.12, 0.5, 0.85, 1], [330, 470, 500, 430, 310])
            * rng.uniform(0.94, 1.08)
            * (1 + 0.02 * np.sin(2 * np.pi * 7 * t * long) + 0.01 * wander(rng, long, 40, -1, 1)[: len(t)])
        )
        call = voice(pitch, [(1050, 220, 1.0), (1800, 300, 0.6), (3300, 450, 0.7), (4600, 700, 0.3)], 0.4, 0.10, rng)
        cries.append(
            (clock, np.tanh(1.6 * call / np.abs(call).max()) * np.interp(t, [0, 0.08, 0.7, 1], [0, 1, 0.8, 0]))
        )
        gasp = shaped_breath(rng, 0.28)
        cries.append((clock + long + 0.05, 0.12 * gasp))
        clock += long + rng.uniform(0.35, 0.5)
    return finished(room(place(cries, seconds), 0.35, 0.15, seed), 0.65)


def shaped_breath(rng: np.random.Generator, seconds: float) -> Curve:
    """One breath drawn in."""
    t = span(seconds) / seconds
    wave = np.fft.irfft(
        np.fft.rfft(rng.standard_normal(len(t)))
        * throat(np.fft.rfftfreq(len(t), 1 / 24_000), [(1400, 500, 1.0), (3500, 900, 0.7)]),
        len(t),
    )
    return np.asarray(wave / np.abs(wave).max() * np.sin(np.pi * t) ** 2)
