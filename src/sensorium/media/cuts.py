"""Where sound and video are cut: every ``seconds``, and a short tail goes with the piece before it."""

from __future__ import annotations

from sensorium.errors import Invalid
from sensorium.types import Segmentation, TimeSpan

SHORTEST, LONGEST = 1.0, 30.0
"""Seconds that a segment may be asked to last."""
TAIL = 1.0
"""A last piece shorter than this many seconds says too little alone and goes with the piece before it."""
_EPSILON = 1e-6


def check(segmentation: Segmentation) -> None:
    """Raise Invalid unless the segments' seconds are within 1..30."""
    if not SHORTEST <= segmentation.seconds <= LONGEST:
        raise Invalid(
            f"segment seconds: {segmentation.seconds:g} given, {SHORTEST:g}..{LONGEST:g} are accepted",
            path="segmentation.seconds",
        )


def stop(start: float, end: float, seconds: float) -> float | None:
    """Where the piece that begins at ``start`` stops, of a source that ends at ``end``; None when it is the last one.

    The last piece is up to ``seconds`` long, or up to a second more when that stays within 30 s.
    """
    rest = end - start
    if rest <= seconds + _EPSILON or (rest < seconds + TAIL - _EPSILON and rest <= LONGEST + _EPSILON):
        return None
    return start + seconds


def span(start: float, end: float) -> TimeSpan:
    """A span to the microsecond, finer than any sample."""
    return TimeSpan(round(start, 6), round(end, 6))
