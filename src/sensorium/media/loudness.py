"""How loud a sound is over time: what a drawing of its wave needs, at a few numbers a second."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from sensorium.errors import Unreadable
from sensorium.media.container import opened, tracks
from sensorium.media.sound import Sound
from sensorium.types import Samples, Source

PER_SECOND = 25
_RATE = 8_000
_STEP = _RATE // PER_SECOND
_LONGEST_S = 4 * 3600


@dataclass(frozen=True, slots=True, eq=False)
class Loudness:
    """Peaks in 0..1, ``PER_SECOND`` of them a second, and how long the sound is (at most four hours are read)."""

    peaks: Samples
    seconds: float


def loudness(source: Source) -> Loudness:
    """Read the sound of a sound or video file. Raises Unreadable where it has none (``no_sound``) or is damaged."""
    parts: list[Samples] = []
    with opened(source) as container:
        chosen = tracks(container, source)
        if chosen.sound is None:
            raise Unreadable(f"{source.uri}: it has no sound", code="no_sound", path=source.uri)
        origin = chosen.origin if chosen.pictures is not None else None
        sound = Sound(container, chosen.sound, source, _RATE, origin)
        try:
            while len(parts) < _LONGEST_S and len(samples := sound.take(_RATE)):
                parts.append(_peaks(samples))
        except Unreadable:
            if not parts:
                raise  # else what was heard before the damage is shown
        seconds = sound.position / _RATE
    return Loudness(np.concatenate(parts) if parts else np.zeros(1, np.float32), seconds)


def drawn(found: Loudness, start_s: float, end_s: float, count: int) -> list[float]:
    """``count`` peaks of the seconds between, the loudest of the whole sound being 1."""
    loudest = max(float(found.peaks.max()), 1e-6)
    edges = np.linspace(start_s * PER_SECOND, end_s * PER_SECOND, count + 1)
    lows = np.clip(edges[:-1].astype(int), 0, len(found.peaks) - 1)
    highs = np.clip(np.maximum(np.ceil(edges[1:]).astype(int), lows + 1), 1, len(found.peaks))
    return [
        round(float(found.peaks[low:high].max()) / loudest, 3)
        for low, high in zip(lows.tolist(), highs.tolist(), strict=True)
    ]


def _peaks(samples: Samples) -> Samples:
    whole = np.zeros(-(-len(samples) // _STEP) * _STEP, np.float32)
    whole[: len(samples)] = np.abs(samples)
    found: Samples = whole.reshape(-1, _STEP).max(axis=1)
    return found
