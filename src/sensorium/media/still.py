"""One picture of a film: what is shown at a second, found by seeking and not by reading up to it."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

import av
from av.container import InputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from sensorium.errors import Unreadable
from sensorium.media.container import Tracks, opened, packets, tracks
from sensorium.media.screen import Screen
from sensorium.types import Pixels, Source

_MOST_FRAMES = 1_000
"""Frames that are decoded on the way from a key frame; what is reached then has to do."""


def still(source: Source, second: float | None = None, side: int | None = None) -> Pixels:
    """The frame shown at ``second`` (the middle for None), upright RGB, its shorter side ``side`` pixels at most.

    Raises Unreadable for a file without pictures (code ``no_picture``), or of which none can be decoded there.
    """
    with opened(source) as container:
        chosen = tracks(container, source)
        if chosen.pictures is None:
            raise Unreadable(f"{source.uri}: it has no pictures", code="no_picture", path=source.uri)
        at = chosen.origin + (chosen.estimated / 2 if second is None else second)
        _seek(container, at)
        chosen.pictures.codec_context.thread_type = "AUTO"
        frame = _reached(container, chosen, source, at)
        if frame is None:
            raise Unreadable(f"{source.uri}: nothing can be decoded at {at:.1f} s", path=source.uri)
        return Screen(chosen.pictures, side).show(frame)


def _seek(container: InputContainer, at: float) -> None:
    if at > 1:
        try:
            container.seek(int(at * av.time_base))
        except av.FFmpegError:  # a stream without an index is read from its beginning
            container.seek(0)


def _reached(container: InputContainer, chosen: Tracks, source: Source, at: float) -> VideoFrame | None:
    """The last frame at or before second ``at`` of the container's clock; the first one where all are later."""
    assert chosen.pictures is not None
    tick = float(chosen.pictures.time_base or Fraction(1, av.time_base))
    reached: VideoFrame | None = None
    for count, frame in enumerate(_decoded(container, chosen.pictures, source)):
        stamp = frame.dts if frame.pts is None else frame.pts
        if reached is not None and (count > _MOST_FRAMES or (stamp is not None and stamp * tick > at)):
            break
        reached = frame
    return reached


def _decoded(container: InputContainer, stream: VideoStream, source: Source) -> Iterator[VideoFrame]:
    """Frames; damaged packets are passed over."""
    for packet in packets(container, stream, source):
        try:
            yield from stream.codec_context.decode(packet)
        except av.InvalidDataError:
            continue
    yield from stream.codec_context.decode(None)
