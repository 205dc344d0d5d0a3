"""The wave of a sound as numbers, whole or around the matched seconds."""

from __future__ import annotations

import io
from typing import Any

import numpy as np

from sensorium.errors import Invalid
from sensorium.media.loudness import PER_SECOND, Loudness, drawn, loudness
from sensorium.server.api.diskcache import DiskCache
from sensorium.types import Source, Span, TimeSpan

LEAST, MOST = 8, 2_000


class Waves:
    """Listens to a source once and keeps its loudness on the disk. Thread-safe."""

    def __init__(self, cache: DiskCache) -> None:
        self._cache = cache

    def get(self, source: Source, content: str, span: Span | None, count: int, window: float | None) -> dict[str, Any]:
        """``count`` peaks of the window of so many seconds around the span, or of the whole.

        Raises Unreadable for what has no sound (``no_sound``) or is damaged, Invalid for a window of no length.
        """
        if window is not None and not 0.1 <= window <= 24 * 3600:
            raise Invalid(f"window {window:g}: from 0.1 to 86,400 seconds", path="window")
        path = self._cache.get(f"{content}.wave", lambda: _packed(loudness(source)))
        found = _unpacked(path.read_bytes())
        start, end = (span.start_s, span.end_s) if isinstance(span, TimeSpan) else (0.0, found.seconds)
        low, high = 0.0, found.seconds
        if window is not None and window < found.seconds:
            low = min(max(0.0, (start + end) / 2 - window / 2), found.seconds - window)
            high = low + window
        return {
            "seconds": round(found.seconds, 3),
            "start_s": start,
            "end_s": min(end, max(found.seconds, start)),
            "window_start_s": round(low, 3),
            "window_end_s": round(high, 3),
            "peaks": drawn(found, low, high, count),
        }


def _packed(found: Loudness) -> bytes:
    out = io.BytesIO()
    levels = np.rint(np.clip(found.peaks, 0, 1) * 65_535).astype("<u2")
    np.save(
        out, np.concatenate([np.array([round(found.seconds * 1000)], "<u4").view("<u2"), levels]), allow_pickle=False
    )
    return out.getvalue()


def _unpacked(data: bytes) -> Loudness:
    values = np.load(io.BytesIO(data), allow_pickle=False)
    peaks = (values[2:] / np.float32(65_535)).astype(np.float32)
    return Loudness(peaks if len(peaks) else np.zeros(1, np.float32), int(values[:2].view("<u4")[0]) / 1000)


__all__ = ["LEAST", "MOST", "PER_SECOND", "Waves"]
