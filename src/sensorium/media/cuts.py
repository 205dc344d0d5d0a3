"""Where sound and video are cut: every ``seconds``, and a short tail goes with the piece before it."""

from __future__ import annotations

import math

from sensorium.errors import Invalid
from sensorium.types import Segmentation, Source, TimeSpan

SHORTEST, LONGEST = 1.0, 30.0
"""Seconds that a segment may be asked to last."""
TAIL = 1.0
"""The longest ``Segmentation.tail``: a piece that is shorter than that says too little alone."""
_EPSILON = 1e-6


def check(segmentation: Segmentation) -> None:
    """Raise Invalid unless a segment's seconds are within 1..30, the tail within 0..1, and the end after the start."""
    if not SHORTEST <= segmentation.seconds <= LONGEST:
        raise Invalid(
            f"segment seconds: {segmentation.seconds:g} given, {SHORTEST:g}..{LONGEST:g} are accepted",
            path="segmentation.seconds",
        )
    if not 0 <= segmentation.tail <= TAIL:
        message = f"segment tail: {segmentation.tail:g} s given, 0..{TAIL:g} are accepted"
        raise Invalid(message, path="segmentation.tail")
    end = limit(segmentation)
    if not 0 <= segmentation.start < end:
        message = f"seconds {segmentation.start:g} to {end:g}: the start is 0 or more, and the end after it"
        raise Invalid(message, path="segmentation.start")


def stop(start: float, end: float, segmentation: Segmentation) -> float | None:
    """Where the piece that begins at ``start`` stops, of a source that ends at ``end``; None when it is the last one.

    The last piece is up to ``seconds`` long, or up to a ``tail`` more when that stays within 30 s.
    """
    seconds = segmentation.seconds
    rest = end - start
    if rest <= seconds + _EPSILON or (rest < seconds + segmentation.tail - _EPSILON and rest <= LONGEST + _EPSILON):
        return None
    return start + seconds


def limit(segmentation: Segmentation) -> float:
    """The second at which reading ends at the latest."""
    return math.inf if segmentation.end is None else segmentation.end


def beyond(source: Source, start: float, end: float) -> Invalid:
    """The error for a start that comes after the end of the source."""
    message = f"{source.uri}: second {start:g} is asked for, its end is at {end:.1f} s"
    return Invalid(message, path="segmentation.start")


def span(start: float, end: float) -> TimeSpan:
    """A span to the microsecond, finer than any sample."""
    return TimeSpan(round(start, 6), round(end, 6))
