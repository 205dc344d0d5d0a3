"""Building blocks of sound: filtered noise, harmonic voices, strings, envelopes, rooms. 24 kHz, mono, float32."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

RATE = 24_000
"""Samples a second of everything that is synthesised here."""
Wave = NDArray[np.float32]
"""Mono sound, shape ``(n,)``."""
Curve = NDArray[np.floating[Any]]


def span(seconds: float) -> Curve:
    """The times of a stretch of samples, in seconds."""
    return np.arange(int(seconds * RATE)) / RATE


def shaped(noise: Curve, gain: Callable[[Curve], Curve]) -> Curve:
    """Filter by ``gain``, a function of frequency in Hz."""
    spectrum = np.fft.rfft(noise)
    return np.asarray(np.fft.irfft(spectrum * gain(np.fft.rfftfreq(len(noise), 1 / RATE)), len(noise)))


def band(noise: Curve, low: float, high: float, slope: float = 4.0) -> Curve:
    """Keep about ``low``..``high`` Hz, with soft edges of the given steepness."""

    def gain(f: Curve) -> Curve:
        g = np.maximum(f, 1e-3)
        return 1 / np.sqrt((1 + (low / g) ** (2 * slope)) * (1 + (g / high) ** (2 * slope)))

    return shaped(noise, gain)


def rumble(rng: np.random.Generator, seconds: float, tilt: float) -> Curve:
    """Noise whose amplitude falls as 1 / f ** ``tilt``, deviation 1."""
    wave = shaped(rng.standard_normal(len(span(seconds))), lambda f: np.maximum(f, 20.0) ** -tilt * (f > 12))
    return np.asarray(wave / wave.std())


def wander(rng: np.random.Generator, seconds: float, hertz: float, low: float = 0.0, high: float = 1.0) -> Curve:
    """A slow random curve that changes about ``hertz`` times a second, between ``low`` and ``high``."""
    t = span(seconds)
    knots = rng.uniform(low, high, int(seconds * hertz) + 4)
    x = t * hertz
    i = x.astype(int)
    f = x - i
    f = f * f * (3 - 2 * f)
    return np.asarray(knots[i] * (1 - f) + knots[i + 1] * f)


def envelope(seconds: float, points: Sequence[tuple[float, float]]) -> Curve:
    """Straight lines through (second, level) points."""
    return np.interp(span(seconds), [p[0] for p in points], [p[1] for p in points])


def decay(seconds: float, half: float, attack: float = 0.002) -> Curve:
    """A stroke: a rise of ``attack`` seconds, then halved every ``half`` seconds."""
    t = span(seconds)
    return np.asarray(np.minimum(t / attack, 1) * 0.5 ** (np.maximum(t - attack, 0) / half))


def voice(
    pitch: Curve,
    formants: Sequence[tuple[float, float, float]],
    tilt: float = 1.0,
    breath: float = 0.0,
    rng: np.random.Generator | None = None,
) -> Curve:
    """Vocal folds and a throat: harmonics of ``pitch`` (Hz, a value a sample) through resonances (Hz, width, gain).

    ``tilt`` is how fast the harmonics fall; ``breath`` adds noise through the same throat.
    """
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    out = np.zeros_like(pitch)
    for k in range(1, int(RATE * 0.47 / max(60.0, float(pitch.min()))) + 1):
        f = k * pitch
        if f.min() > RATE * 0.47:
            break
        out += throat(f, formants) * (f < RATE * 0.47) * k**-tilt * np.sin(k * phase)
    if breath > 0 and rng is not None:
        out = out / (np.abs(out).max() + 1e-9)
        out += breath * shaped(rng.standard_normal(len(pitch)), lambda f: throat(f, formants)) * 0.5
    return out


def throat(f: Curve, formants: Sequence[tuple[float, float, float]]) -> Curve:
    """The gain of a row of resonances at frequencies ``f``."""
    gain = np.full_like(f, 0.02)
    for centre, width, level in formants:
        gain += level / (1 + ((f - centre) / width) ** 2)
    return gain


def string(
    rng: np.random.Generator, pitch: float, seconds: float, bright: float = 0.5, damping: float = 0.996
) -> Curve:
    """A plucked string (Karplus and Strong), a block of one period at a time."""
    period = max(2, round(RATE / pitch))
    loop = band(rng.uniform(-1, 1, period * 4), 60, 1500 + 7000 * bright, 1.0)[:period]
    loop = loop - loop.mean()
    blocks = []
    for _ in range(int(seconds * RATE / period) + 1):
        blocks.append(loop)
        loop = damping * 0.5 * (loop + np.roll(loop, 1))
    return np.concatenate(blocks)[: len(span(seconds))] * decay(seconds, 10, 0.001)


def struck(
    pitch: float, partials: Sequence[tuple[float, float, float]], seconds: float, attack: float = 0.002
) -> Curve:
    """A bell, bar or key: (ratio, level, half-life in seconds) for each partial."""
    t = span(seconds)
    out = np.zeros_like(t)
    for ratio, level, half in partials:
        if pitch * ratio < RATE * 0.47:
            out += level * np.sin(2 * np.pi * pitch * ratio * t) * decay(seconds, half, attack)
    return out


def room(wave: Curve, seconds: float = 0.6, wet: float = 0.25, seed: int = 1, bright: float = 4000) -> Curve:
    """Reverberation of about ``seconds`` (time to fall by 60 dB)."""
    rng = np.random.default_rng(seed)
    t = span(seconds)
    answer = band(rng.standard_normal(len(t)), 120, bright, 1.0) * 10 ** (-3 * t / seconds)
    answer /= np.sqrt((answer**2).sum())
    size = len(wave) + len(answer)
    echo = np.fft.irfft(np.fft.rfft(wave, size) * np.fft.rfft(answer, size), size)[: len(wave)]
    return wave * (1 - wet) + echo * wet


def place(parts: Sequence[tuple[float, Curve]], seconds: float) -> Curve:
    """Mix waves that start at given seconds into one of ``seconds``; what hangs over is cut."""
    out = np.zeros(len(span(seconds)))
    for start, wave in parts:
        a = int(start * RATE)
        b = min(len(out), a + len(wave))
        if b > a >= 0:
            out[a:b] += wave[: b - a]
    return out


def finished(wave: Curve, peak: float = 0.7, fade: float = 0.02) -> Wave:
    """Scale to ``peak`` and fade the ends in and out."""
    t = np.arange(len(wave)) / RATE
    edge = np.clip(np.minimum(t, t[-1] - t) / fade, 0, 1)
    out = wave * edge
    return np.asarray(out / (np.abs(out).max() + 1e-9) * peak, np.float32)
