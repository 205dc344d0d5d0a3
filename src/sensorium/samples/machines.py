"""Machines, bells and people: each function synthesises one sound."""

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
    struck,
    wander,
)


def siren(seconds: float = 8, seed: int = 5) -> Wave:
    """A wailing police siren in a street."""
    t = span(seconds)
    pitch = 950 + 420 * np.sin(2 * np.pi * t / 3.2 - 1.5)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    tone = sum((np.sin(k * phase) / k**1.1 for k in range(1, 8)), np.zeros_like(t))
    traffic = band(rumble(np.random.default_rng(seed), seconds, 1.0), 40, 500, 1.0)
    return finished(room(np.tanh(tone * 1.4), 1.1, 0.35, seed) + 0.05 * traffic, 0.6)


def church_bell(seconds: float = 9, seed: int = 6) -> Wave:
    """A church bell that strikes again and again."""
    rng = np.random.default_rng(seed)
    ratios = [0.515, 1, 1.21, 1.5, 2, 2.51, 2.66, 3.01, 4.17, 5.43, 6.8]
    levels = [0.98, 1, 0.8, 0.45, 1, 0.52, 0.37, 0.52, 0.42, 0.31, 0.26]
    halves = [4.8, 3, 2.3, 1.6, 1.8, 1, 1, 0.75, 0.5, 0.33, 0.2]
    partials = list(zip(ratios, levels, halves, strict=True))
    partials += [(r * 1.0012, a / 2, h) for r, a, h in partials[:5]]
    stroke = struck(448, partials, seconds)
    strokes: list[tuple[float, Curve]] = []
    for start in np.arange(0.1, seconds - 0.5, 1.58):
        strokes.append((float(start), stroke))
        strokes.append((float(start), 0.63 * band(rng.standard_normal(2400), 800, 6000) * decay(0.1, 0.012)))
    return finished(room(place(strokes, seconds), 3.0, 0.34, seed, 5000), 0.7)


def engine(seconds: float = 8, seed: int = 12) -> Wave:
    """A car engine idling, then revved twice."""
    rng = np.random.default_rng(seed)
    t = span(seconds)
    throttle = np.interp(t, [0, 3.2, 3.8, 4.8, 5.4, 6.0, 7.2, 8], [0, 0, 1, 0.4, 0, 1, 0.3, 0])
    speed = (42 + 18 * throttle) * (1 + 0.056 * wander(rng, seconds, 12, -1, 1))
    phase = 2 * np.pi * np.cumsum(speed) / RATE
    beat = np.zeros_like(t)
    for k in range(1, 40):
        level = (1 if k % 2 == 0 else 0.215) * k**-0.345 * rng.uniform(0.5, 1)
        beat += level * np.sin(k * phase + rng.uniform(0, 6.28))
    puff = np.clip(np.sin(2 * phase), 0, 1) ** 1.4
    air = band(rng.standard_normal(len(t)), 150, 2400, 1.0) * 0.97
    bang = band(np.tanh(2.8 * beat) * (0.6 + 0.3 * speed / 42), 36, 494, 1.0)
    return finished(bang + air * puff * speed / 42 + 0.155 * band(rumble(rng, seconds, 0.9), 40, 900, 1.0), 0.65)


def jackhammer(seconds: float = 6, seed: int = 13) -> Wave:
    """A pneumatic drill that breaks up a road."""
    rng = np.random.default_rng(seed)
    hits: list[tuple[float, Curve]] = []
    clock = 0.1
    while clock < seconds - 0.1:
        ring = struck(
            rng.uniform(900, 1000),
            [(1, 0.6, 0.012), (2.3, 0.7, 0.009), (3.7, 0.6, 0.006), (5.1, 0.4, 0.005)],
            0.06,
            0.0005,
        )
        thud = band(rng.standard_normal(1440), 60, 4500, 0.7) * decay(0.06, 0.008, 0.0005) * 1.6
        if not 2.9 < clock < 3.4:
            hits.append((clock, (ring + thud) * rng.uniform(0.7, 1)))
        clock += 1 / 24 * rng.uniform(0.93, 1.07)
    air = band(rng.standard_normal(len(span(seconds))), 600, 8000, 1.0) * 0.16
    return finished(room(place(hits, seconds) + air, 0.5, 0.2, seed), 0.7)


def gunshots(seconds: float = 5, seed: int = 14) -> Wave:
    """Four gunshots with their echo."""
    rng = np.random.default_rng(seed)
    shots: list[tuple[float, Curve]] = []
    for start in (0.4, 1.5, 2.5, 2.9):
        blast = rng.standard_normal(len(span(0.9))) * decay(0.9, 0.018, 0.0004)
        tail = band(rng.standard_normal(len(blast)), 80, 1400, 1.0) * decay(0.9, 0.09, 0.004) * 0.8
        shots.append((start, band(blast, 50, 8000, 0.7) * 2 + tail))
    return finished(np.tanh(2.5 * room(place(shots, seconds), 1.6, 0.3, seed, 2500)), 0.9)


def clock_ticking(seconds: float = 7, seed: int = 15) -> Wave:
    """A clock in a quiet room: tick, tock, tick, tock."""
    rng = np.random.default_rng(seed)
    ticks: list[tuple[float, Curve]] = []
    for k in range(int(seconds * 2.64)):
        wheel = [(1.0, 1.0, 0.0013), (1.6, 0.7, 0.001), (2.4, 0.6, 0.0007), (0.42, 0.43, 0.0026)]
        tick = struck(3660 if k % 2 else 2900, wheel, 0.1, 0.0004)
        tick += band(rng.standard_normal(len(tick)), 1590, 5220) * decay(0.1, 0.002, 0.0003) * 0.5
        ticks += [(0.15 + k / 2.64, tick), (0.162 + k / 2.64, 0.6 * tick)]
    hush = 0.015 * rng.standard_normal(len(span(seconds)))
    return finished(room(place(ticks, seconds), 0.35, 0.04, seed, 6000) + hush, 0.18)


def telephone(seconds: float = 7, seed: int = 16) -> Wave:
    """An old telephone that rings twice."""
    t = span(seconds)
    hammer = (t * 22) % 1 / 22
    ring = np.zeros_like(t)
    for f, a in ((1180, 1.0), (1410, 0.9), (2890, 0.8), (3350, 0.7), (5200, 0.4), (5900, 0.35)):
        ring += a * np.sin(2 * np.pi * f * t + seed)
    on = np.where((t % 3.4) < 1.9, 1.0, 0.0)
    smooth_on = np.convolve(on, np.ones(1200) / 1200, "same")
    return finished(room(ring * (0.35 + 0.65 * np.exp(-hammer * 55)) * smooth_on, 0.4, 0.15, seed), 0.5)


def alarm_clock(seconds: float = 5, seed: int = 17) -> Wave:
    """The beeps of an electronic alarm clock."""
    t = span(seconds)
    four = ((t % 1.0) < 0.56) & ((t % 0.14) < 0.075)
    gate = np.convolve(four.astype(float), np.ones(48) / 48, "same")
    tone = np.sign(np.sin(2 * np.pi * 2050 * t)) * 0.5 + np.sin(2 * np.pi * 2050 * t)
    return finished(room(band(tone, 800, 9000, 2.0) * gate, 0.25, 0.1, seed), 0.45)


def applause(seconds: float = 7, seed: int = 18) -> Wave:
    """A large hall of people who clap."""
    rng = np.random.default_rng(seed)
    claps: list[tuple[float, Curve]] = []
    for _ in range(107):
        clock, pace = rng.uniform(0, 0.5), 0.207 * rng.uniform(0.75, 1.3)
        tone, loud = rng.uniform(995, 1730), rng.uniform(0.15, 1) ** 0.61
        hand = band(rng.standard_normal(1200), tone * 0.848, tone * 1.13, 1.5) * decay(0.05, 0.0221, 0.0006) * loud
        while clock < seconds:
            claps.append((clock, hand * rng.uniform(0.6, 1)))
            clock += pace * rng.uniform(0.85, 1.15)
    return finished(room(place(claps, seconds), 1.0, 0.16, seed, 5000), 0.64)


def train_pass(seconds: float = 8, seed: int = 20) -> Wave:
    """A train: it blows its horn twice and clatters over the joints of the rails."""
    rng = np.random.default_rng(seed)
    t = span(seconds)
    chord = [(348 * f * k, k) for f in (1, 1.19, 1.335, 1.588) for k in range(1, 11)]
    horn = sum((np.sin(2 * np.pi * f * t + k) / k**0.93 for f, k in chord), np.zeros_like(t))
    blow = np.interp(t, [0.3, 0.4, 1.5, 1.65, 2.0, 2.1, 3.1, 3.3], [0, 1, 1, 0, 0, 1, 0.9, 0])
    clack: list[tuple[float, Curve]] = []
    for start in np.arange(0.2, seconds, 0.91):
        for offset in (0, 0.11):
            hit = band(rng.standard_normal(2400), 90, 2600, 1.0) * decay(0.1, 0.023)
            clack.append((start + offset, hit + 0.36 * struck(480, [(1, 1, 0.03), (2.7, 0.6, 0.02)], 0.1)))
    roll = band(rumble(rng, seconds, 0.4), 50, 3600, 1.0) * np.interp(t, [0, seconds / 2, seconds], [0.3, 1, 0.6])
    low = band(rumble(rng, seconds, 1.0), 30, 200, 1.0)
    wheels = 0.3 * place(clack, seconds) + 0.18 * roll / roll.std() + 0.05 * low / low.std()
    return finished(room(0.38 * horn / horn.std() * blow + wheels, 1.2, 0.45, seed), 0.7)


def footsteps(seconds: float = 6, seed: int = 21) -> Wave:
    """Somebody who walks through a room."""
    rng = np.random.default_rng(seed)
    steps: list[tuple[float, Curve]] = []
    for start in np.arange(0.2, seconds - 0.3, 0.48):
        n = len(span(0.3))
        grit = np.where(rng.random(n) < 0.03, rng.standard_normal(n), 0)
        crunch = band(grit, 1550, 8400, 1.0) * envelope(0.3, [(0, 0), (0.01, 1), (0.08, 0.5), (0.14, 0.8), (0.3, 0)])
        thud = band(rng.standard_normal(n), 50, 900) * decay(0.3, 0.03)
        steps.append((start + rng.uniform(-0.02, 0.02), crunch * 0.47 + thud * 1.16))
    hush = 0.01 * rng.standard_normal(len(span(seconds)))
    return finished(room(place(steps, seconds), 0.3, 0.17, seed) + hush, 0.12)


def fireworks(seconds: float = 6, seed: int = 22) -> Wave:
    """Rockets that whistle up, bang and crackle."""
    rng = np.random.default_rng(seed)
    parts: list[tuple[float, Curve]] = []
    clock = 0.0
    while clock < seconds - 0.4:
        bang = band(rng.standard_normal(len(span(1.2))), 40, 3000, 0.7) * decay(1.2, 0.06, 0.001)
        parts.append((clock + 0.3, bang * rng.uniform(0.7, 1.3) * 3))
        t = span(0.3)
        parts.append((clock, 0.12 * np.sin(2 * np.pi * np.cumsum(1500 + 3500 * t) / RATE) * np.sin(np.pi * t / 0.3)))
        for _ in range(40):
            spark = band(rng.standard_normal(480), 1500, 9000, 1.0) * decay(0.02, 0.003, 0.0004)
            parts.append((clock + 0.45 + rng.exponential(0.3), spark * rng.uniform(0.2, 0.9)))
        clock += rng.uniform(0.5, 0.8)
    return finished(room(place(parts, seconds), 1.8, 0.35, seed, 3000), 0.8)
