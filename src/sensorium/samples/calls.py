"""Animals and a baby: each function synthesises one sound."""

from __future__ import annotations

import numpy as np

from sensorium.samples.synthesis import (
    RATE,
    Curve,
    Wave,
    band,
    finished,
    place,
    room,
    rumble,
    span,
    voice,
    wander,
)


def dog_bark(seconds: float = 6, seed: int = 7) -> Wave:
    """A dog that barks, in pairs."""
    rng = np.random.default_rng(seed)
    barks: list[tuple[float, Curve]] = []
    for start in (0.2, 0.62, 1.75, 2.15, 3.3, 3.72, 4.2, 5.2):
        long = 0.207 * rng.uniform(0.88, 1.14)
        t = span(long) / long
        pitch = np.interp(t, [0, 0.25, 1], [351, 667, 591]) * rng.uniform(0.93, 1.07)
        pitch = pitch * (1 + 0.05 * wander(rng, long, 160, -1, 1)[: len(pitch)])
        mouth = [(795, 238, 1.0), (1410, 310, 0.9), (2040, 367, 0.45), (3060, 367, 0.2)]
        call = voice(pitch, mouth, 1.1, 1.14, rng)
        shape = np.interp(t, [0, 0.06, 0.2, 0.55, 1], [0, 0.9, 1, 0.55, 0])
        barks.append((start, np.tanh(0.5 * call / np.abs(call).max()) * shape * rng.uniform(0.75, 1)))
    return finished(room(place(barks, seconds), 0.5, 0.16, seed), 0.75)


def cat_meow(seconds: float = 6, seed: int = 8) -> Wave:
    """A cat that miaows three times."""
    rng = np.random.default_rng(seed)
    calls: list[tuple[float, Curve]] = []
    for start, long, high in ((0.3, 0.94, 1.0), (2.2, 0.8, 1.08), (4.1, 0.88, 0.95)):
        t = span(long) / long
        trembling = 1 + 0.018 * np.sin(2 * np.pi * 6.5 * t * long)
        pitch = high * np.interp(t, [0, 0.2, 0.45, 1], [594, 824, 791, 582]) * trembling
        opening = np.interp(t, [0, 0.22, 0.5, 0.85, 1], [0, 0.55, 1, 0.35, 0.05])
        shut = voice(pitch, [(300, 160, 1.0), (2300, 350, 0.5), (3300, 500, 0.2)], 0.44)
        wide = voice(pitch, [(1080, 281, 1.0), (2530, 506, 0.9), (3050, 488, 0.6), (4118, 700, 0.3)], 0.14, 0.064, rng)
        call = shut / np.abs(shut).max() * (1 - opening) + wide / np.abs(wide).max() * opening
        calls.append((start, np.tanh(4 * call) * np.interp(t, [0, 0.12, 0.5, 0.8, 1], [0, 0.7, 1, 0.6, 0])))
    return finished(room(place(calls, seconds), 0.4, 0.19, seed), 0.7)


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
                phase = 2 * np.pi * np.cumsum(f) / RATE
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
    out = 0.08 * band(rng.standard_normal(len(t)), 300, 6000, 1.0)
    for k in range(4):
        f, rate, pulse = rng.uniform(3800, 3900), 3.23 * rng.uniform(0.85, 1.15), 44.6 * rng.uniform(0.9, 1.1)
        chirp = ((t * rate + rng.uniform(0, 1)) % 1) < 0.58
        teeth = np.sin(2 * np.pi * pulse * t)
        out += np.sin(2 * np.pi * f * t + 3 * teeth) * chirp * np.clip(teeth, 0, 1) ** 0.364 / (1 + 0.6 * k)
    return finished(room(out, 0.5, 0.37, seed, 8000), 0.17)


def frog(seconds: float = 6, seed: int = 11) -> Wave:
    """Frogs that croak at a pond."""
    rng = np.random.default_rng(seed)
    croaks: list[tuple[float, Curve]] = []
    for home, step, loud in ((400, 0.91, 1.0), (512, 1.23, 0.6)):
        start = rng.uniform(0.1, 0.5)
        while start < seconds - 0.4:
            long = 0.138 * rng.uniform(0.85, 1.2)
            t = span(long)
            pulse = np.clip(np.sin(2 * np.pi * 78 * t), 0, 1) ** 0.52 * np.sin(np.pi * t / long) ** 0.5
            throat_ = [(935, 206, 1.0), (2580, 413, 0.8), (4644, 400, 0.3)]
            call = voice(home * (1 + 0.19 * t / long), throat_, 0.34, 0.18, rng) * pulse
            croaks.append((start, loud * call / np.abs(call).max()))
            start += step * rng.uniform(0.85, 1.2)
    night = 0.004 * band(rng.standard_normal(len(span(seconds))), 500, 6000, 1.0)
    return finished(room(place(croaks, seconds), 0.6, 0.17, seed) + night, 0.6)


def baby_cry(seconds: float = 8, seed: int = 19) -> Wave:
    """A baby that cries."""
    rng = np.random.default_rng(seed)
    cries: list[tuple[float, Curve]] = []
    clock = 0.2
    while clock < seconds - 1.0:
        long = 0.9 * rng.uniform(0.8, 1.2)
        t = span(long) / long
        trembling = 1 + 0.024 * np.sin(2 * np.pi * 7 * t * long) + 0.031 * wander(rng, long, 40, -1, 1)[: len(t)]
        melody = np.interp(t, [0, 0.12, 0.5, 0.85, 1], [0.7, 1, 1.06, 0.91, 0.66])
        mouth = [(1290, 271, 1.0), (2710, 461, 0.6), (3110, 435, 0.7), (4354, 700, 0.3)]
        call = voice(471 * melody * trembling * rng.uniform(0.94, 1.08), mouth, 0.6, 0.09, rng)
        loud = np.interp(t, [0, 0.08, 0.7, 1], [0, 1, 0.8, 0])
        cries.append((clock, np.tanh(2.6 * call / np.abs(call).max()) * loud))
        clock += long + 0.314 * rng.uniform(0.8, 1.2)
    return finished(room(place(cries, seconds), 0.35, 0.27, seed), 0.65)
