"""The audio encoder's front end: samples -> log-mel patches, in numpy."""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.typing import NDArray

from sensorium.types import Samples

RATE = 16_000
FRAME, HOP, BINS, BANDS = 400, 160, 257, 64
"""Samples a window, samples between windows, bins of the 512-point transform, mel bands (125-7500 Hz)."""
PATCH, STEP = 96, 48
"""Frames a patch (0.96 s) and between two patches."""
LEAST = FRAME + (PATCH - 1) * HOP
"""Samples of one patch; shorter sounds are filled up with silence."""
PEAK, FAINTEST = 0.8, 0.01
"""The peak that a sound is brought to, and the peak below which it is only raised as much as one of this peak."""
CHUNK = 6_000
"""Frames transformed at once (a minute), which bounds the memory of a long sound."""


@cache
def mel_weights() -> NDArray[np.float32]:
    """(257, 64): triangles evenly spaced in mel = 1127 ln(1 + f / 700); bin 0 counts for nothing."""

    def mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
        return 1127.0 * np.log1p(hertz / 700.0)

    low, high = mel(np.array([125.0, 7500.0]))
    edges = np.linspace(low, high, BANDS + 2)
    bins = mel(np.linspace(0.0, RATE / 2, BINS))[:, None]
    rising = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    weights: NDArray[np.float32] = np.maximum(0.0, np.minimum(rising, falling)).astype(np.float32)
    weights[0] = 0.0
    return weights


@cache
def window() -> NDArray[np.float32]:
    """The periodic Hann window, (400,)."""
    return np.hanning(FRAME + 1)[:FRAME].astype(np.float32)


def levelled(samples: Samples) -> Samples:
    """The sound with its peak at 0.8, so that the level of a recording does not matter; raised by 38 dB at most."""
    peak = float(np.abs(samples).max(initial=0.0))
    return samples * np.float32(PEAK / max(peak, FAINTEST))


def log_mel(samples: Samples) -> NDArray[np.float32]:
    """(frames, 64) float32 of mono 16 kHz samples; at least one patch's worth of frames."""
    if len(samples) < LEAST:
        samples = np.pad(samples, (0, LEAST - len(samples)))
    frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
    parts = []
    for start in range(0, len(frames), CHUNK):
        magnitude = np.abs(np.fft.rfft(frames[start : start + CHUNK] * window(), 512, axis=1)).astype(np.float32)
        parts.append(np.log(magnitude @ mel_weights() + np.float32(1e-3)))
    return np.concatenate(parts)


def patches(samples: Samples) -> NDArray[np.float32]:
    """(n, 96, 64) float32 of the levelled sound, one patch every 0.48 s; n is at least 1."""
    mel = log_mel(levelled(samples))
    starts = range(0, len(mel) - PATCH + 1, STEP)
    return np.stack([mel[start : start + PATCH] for start in starts])
