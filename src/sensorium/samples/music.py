"""Instruments: each function plays a few bars."""

from __future__ import annotations

import functools

import numpy as np

from sensorium.samples.synthesis import (
    RATE,
    Curve,
    Wave,
    band,
    decay,
    finished,
    place,
    room,
    span,
    string,
    struck,
    wander,
)


def hertz(note: float) -> float:
    """The frequency of a MIDI note number (69 is the A of 440 Hz)."""
    return float(440 * 2 ** ((note - 69) / 12))


@functools.lru_cache(maxsize=64)
def _key(note: float, seconds: float, loud: float) -> Curve:
    rng = np.random.default_rng(int(note))
    f = hertz(note)
    partials = []
    for k in range(1, 12):
        stiff = k * np.sqrt(1 + 0.0004 * k * k)
        level = (
            float(np.exp(-0.26 * k * (f / 330) ** 0.45))
            * (0.35 + 0.65 * abs(np.sin(np.pi * k / 8.2)))
            * (0.6 + 0.4 * loud)
        )
        half = 1.1 / (1 + 0.28 * k) * (330 / f) ** 0.5
        partials += [(float(stiff), level, half), (float(stiff) * 1.0007, level * 0.6, half * 1.9)]
    tone = struck(f, partials, seconds, 0.003)
    knock = band(rng.standard_normal(len(tone)), 80, 2500, 1.0) * decay(seconds, 0.01) * 0.12
    return (tone + knock) * loud


def piano(seconds: float = 9, seed: int = 31) -> Wave:
    """A piano: broken chords and a melody above."""
    notes: list[tuple[float, Curve]] = []
    chords = [(48, 55, 60, 64), (45, 52, 57, 60), (41, 48, 53, 57), (43, 50, 55, 59)]
    tune = [72, 76, 79, 76, 72, 69, 72, 76, 77, 76, 74, 72, 74, 71, 67, 71]
    for bar in range(int(seconds / 2) + 1):
        for i, note in enumerate(chords[bar % 4]):
            notes.append((bar * 2 + i * 0.25, _key(note, 2.6, 0.55)))
        for i in range(4):
            notes.append((bar * 2 + i * 0.5, _key(tune[(bar * 4 + i) % 16], 1.8, 0.8)))
    return finished(room(place(notes, seconds), 1.2, 0.22, seed, 5000), 0.7)


def guitar(seconds: float = 9, seed: int = 32) -> Wave:
    """An acoustic guitar, picked and strummed."""
    rng = np.random.default_rng(seed)
    plucks: list[tuple[float, Curve]] = []
    chords = [(40, 47, 52, 55, 59, 64), (43, 47, 50, 55, 59, 67), (48, 52, 55, 60, 64), (50, 57, 62, 66)]
    for bar in range(int(seconds / 2.2) + 1):
        chord = chords[bar % 4]
        for i, step in enumerate((0, 2, 3, 1, 3, 2)):
            plucks.append(
                (bar * 2.2 + 0.2 * i, string(rng, hertz(chord[min(step + (i % 2), len(chord) - 1)]), 1.6, 0.55))
            )
        for i, note in enumerate(chord):
            plucks.append((bar * 2.2 + 1.3 + 0.018 * i, 0.8 * string(rng, hertz(note), 1.4, 0.7)))
    dry = place(plucks, seconds)
    body = band(dry, 90, 240, 2.0) * 0.6
    return finished(room(dry + body, 0.7, 0.18, seed), 0.7)


def flute(seconds: float = 8, seed: int = 33) -> Wave:
    """A flute that plays a slow tune."""
    rng = np.random.default_rng(seed)
    notes: list[tuple[float, Curve]] = []
    clock = 0.1
    for note, long in (
        (74, 0.7),
        (76, 0.35),
        (78, 0.35),
        (81, 1.1),
        (79, 0.5),
        (78, 0.5),
        (76, 1.2),
        (74, 0.5),
        (71, 0.5),
        (74, 1.6),
    ):
        t = span(long + 0.12)
        trembling = 1 + 0.006 * np.sin(2 * np.pi * 5.2 * t) * np.clip(t / 0.4, 0, 1)
        phase = 2 * np.pi * np.cumsum(hertz(note) * trembling) / RATE
        tone = (
            np.sin(phase)
            + 0.42 * np.sin(2 * phase)
            + 0.16 * np.sin(3 * phase)
            + 0.06 * np.sin(4 * phase)
            + 0.02 * np.sin(5 * phase)
        )
        air = band(rng.standard_normal(len(t)), hertz(note) * 0.9, hertz(note) * 4, 1.0)
        shape = (
            np.clip(t / 0.07, 0, 1)
            * np.clip((long + 0.12 - t) / 0.1, 0, 1)
            * (0.85 + 0.15 * np.sin(2 * np.pi * 5.2 * t))
        )
        notes.append((clock, (tone + 0.09 * air) * shape))
        clock += long
    return finished(room(place(notes, seconds), 1.4, 0.3, seed, 5000), 0.6)


def violin(seconds: float = 8, seed: int = 34) -> Wave:
    """A violin, bowed with vibrato."""
    rng = np.random.default_rng(seed)
    notes: list[tuple[float, Curve]] = []
    clock = 0.1
    for note, long in (
        (67, 0.9),
        (71, 0.45),
        (74, 0.45),
        (79, 1.3),
        (78, 0.45),
        (76, 0.45),
        (74, 1.2),
        (71, 0.6),
        (69, 0.6),
        (67, 1.5),
    ):
        t = span(long + 0.08)
        pitch = hertz(note) * (
            1
            + 0.009 * np.sin(2 * np.pi * 5.8 * t) * np.clip(t / 0.3, 0, 1)
            + 0.002 * wander(rng, long + 0.08, 30, -1, 1)[: len(t)]
        )
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        tone = np.zeros_like(t)
        for k in range(1, 22):
            f = hertz(note) * k
            body = (
                0.5
                + np.exp(-(((f - 480) / 160) ** 2))
                + 0.9 * np.exp(-(((f - 2600) / 900) ** 2))
                + 0.5 * np.exp(-(((f - 1100) / 250) ** 2))
            )
            tone += body / k * np.sin(k * phase + 0.1 * k * k)
        scrape = band(rng.standard_normal(len(t)), 1500, 7000, 1.0) * 0.06
        notes.append((clock, (tone + scrape) * np.clip(t / 0.06, 0, 1) * np.clip((long + 0.08 - t) / 0.07, 0, 1)))
        clock += long
    return finished(room(place(notes, seconds), 1.2, 0.25, seed, 5000), 0.6)


def drums(seconds: float = 8, seed: int = 35) -> Wave:
    """A drum kit: bass drum, snare, hi-hat and a roll at the end."""
    rng = np.random.default_rng(seed)
    hits: list[tuple[float, Curve]] = []

    def kick() -> Curve:
        t = span(0.4)
        return (
            np.sin(2 * np.pi * np.cumsum(48 + 90 * np.exp(-t * 30)) / RATE) * decay(0.4, 0.07) * 1.5
            + band(rng.standard_normal(len(t)), 1000, 5000) * decay(0.4, 0.004) * 0.3
        )

    def snare(loud: float = 1.0) -> Curve:
        wires = band(rng.standard_normal(len(span(0.3))), 1200, 9500, 1.0) * decay(0.3, 0.035)
        skin = struck(190, [(1, 0.9, 0.03), (1.6, 0.6, 0.022), (2.2, 0.4, 0.015)], 0.3)
        return (wires * 1.1 + skin * 0.7) * loud

    def hat(loud: float = 1.0) -> Curve:
        return shaped_hat(rng) * loud

    beat = 0.27
    for k in range(int(seconds * 0.72 / beat)):
        hits.append((k * beat, hat(0.5 if k % 2 else 0.75)))
        if k % 8 in (0, 3, 6):
            hits.append((k * beat, kick()))
        if k % 8 in (2, 6):
            hits.append((k * beat, snare()))
    clock = seconds * 0.72
    while clock < seconds - 0.5:
        hits.append((clock, snare(0.35 + 0.6 * (clock / seconds - 0.72) / 0.2)))
        clock += 0.062
    crash = band(rng.standard_normal(len(span(1.0))), 2500, 11000, 1.0) * decay(1.0, 0.22) * 0.9
    hits += [(seconds - 0.5, kick()), (seconds - 0.5, crash)]
    return finished(room(place(hits, seconds), 0.4, 0.15, seed), 0.8)


def shaped_hat(rng: np.random.Generator) -> Curve:
    """One stroke of a closed hi-hat."""
    return band(rng.standard_normal(len(span(0.12))), 6000, 11500, 2.0) * decay(0.12, 0.018) * 0.8
