"""Rain, wind, sea: each function synthesises one sound."""

from __future__ import annotations

import numpy as np

from sensorium.samples.synthesis import (
    RATE,
    Curve,
    Wave,
    band,
    decay,
    envelope,
    finished,
    place,
    room,
    rumble,
    span,
    wander,
)


def rain(seconds: float = 8, seed: int = 1) -> Wave:
    """Steady rain on the ground: hundreds of drops a second, and a hiss."""
    rng = np.random.default_rng(seed)
    drops: list[tuple[float, Curve]] = []
    for _ in range(170):
        tone = rng.uniform(1100, 2900)
        drop = band(rng.standard_normal(1200), tone * 0.41, tone * 1.2, 1.5) * decay(0.05, 0.0024, 0.0006)
        drop *= rng.uniform(0.15, 1) ** 2.25
        drops += [(start, drop * rng.uniform(0.6, 1)) for start in rng.uniform(0, seconds, int(3.7 * seconds))]
    patter = room(place(drops, seconds), 2.0, 0.15, seed, 5000)
    hiss = band(rng.standard_normal(len(patter)), 700, 6000, 1.0)
    return finished(patter / patter.std() + hiss / hiss.std(), 0.1)


def thunder(seconds: float = 8, seed: int = 2) -> Wave:
    """A crack of thunder that rolls away, over light rain."""
    rng = np.random.default_rng(seed)
    roll = band(rumble(rng, seconds, 1.0), 25, 260, 2.0) * envelope(
        seconds, [(0, 0), (0.9, 0), (1.0, 1), (1.9, 0.45), (2.5, 0.8), (3.6, 0.4), (4.3, 0.5), (6.5, 0.12), (8, 0.03)]
    )
    crack = band(rumble(rng, seconds, 0.5), 60, 3500, 1.0) * envelope(
        seconds, [(0, 0), (0.95, 0), (1.0, 1), (1.25, 0.3), (1.35, 0.7), (1.9, 0.12), (3.2, 0.02), (8, 0)]
    )
    crack *= wander(rng, seconds, 18, 0.2, 1.0)
    wet = band(rng.standard_normal(len(roll)), 1000, 8000, 1.0)
    return finished(
        room(roll * 9 * wander(rng, seconds, 5, 0.4, 1) + crack * 1.6, 2.5, 0.45, bright=1200) + wet * 0.035, 0.85
    )


def wind(seconds: float = 8, seed: int = 3) -> Wave:
    """Gusty, howling wind."""
    rng = np.random.default_rng(seed)
    gust = wander(rng, seconds, 0.37, 0.15, 1.0)
    low = band(rumble(rng, seconds, 0.5), 40, 1200, 1.5)
    howl = np.zeros_like(low)
    for k in range(4):
        centre = 336 + 171 * k + 267 * (wander(rng, seconds, 0.44, -1, 1) + gust)
        thick = band(rng.standard_normal(len(low)), 1, 118, 2.0)
        howl += thick / thick.std() * np.sin(2 * np.pi * np.cumsum(centre) / RATE) * gust**2.2 / (1 + k)
    return finished(low / low.std() * (0.4 + gust) * 0.18 + howl * 1.14, 0.14)


def waves(seconds: float = 10, seed: int = 4) -> Wave:
    """Sea waves that swell and break on a beach."""
    rng = np.random.default_rng(seed)
    out = 0.04 * band(rumble(rng, seconds, 0.8), 60, 900, 1.0)
    start = -1.2
    while start < seconds:
        long = 3.33 * rng.uniform(0.9, 1.1)
        t = (span(seconds) - start) / long
        swell = np.where((t > 0) & (t < 1), np.sin(np.pi * np.clip(t, 0, 1) ** 0.65) ** 2, 0)
        fizz = np.where((t > 0.3) & (t < 1.35), np.sin(np.pi * np.clip((t - 0.3) / 1.05, 0, 1)) ** 1.5, 0)
        out += 1.22 * swell * band(rumble(rng, seconds, 0.88), 267, 4600, 1.0)
        out += 0.1 * fizz * band(rumble(rng, seconds, 0.8), 1960, 7500, 1.0)
        start += long * rng.uniform(0.75, 0.95)
    return finished(out, 0.48)
