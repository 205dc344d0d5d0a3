"""A decoded video frame as it is seen: scaled, in square pixels, turned the way the camera was held."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from av.sidedata.sidedata import SideDataContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation
from av.video.stream import VideoStream

from sensorium.types import Pixels

_HD = 720
"""Frames of this height or more that do not name their colours have those of BT.709."""
_UNNAMED, _BT709 = 2, 1
_UPRIGHT = (1, 0, 0, 1)


class Screen:
    """Shows the frames of one picture track as upright RGB.

    The shorter side is ``side`` pixels where the frames have as many (None: all of them). Scaling comes first: what
    follows is then cheap. The display matrix is that of the first frame: to ask each would also tie every frame into a
    cycle with its side data, which only the garbage collector ends.
    """

    def __init__(self, stream: VideoStream, side: int | None) -> None:
        self._side = side
        self._aspect = min(4.0, max(0.25, float(stream.sample_aspect_ratio or 1)))
        self._matrix: tuple[int, ...] | None = None

    def show(self, frame: VideoFrame) -> Pixels:
        """The frame's pixels."""
        width, height = frame.width * max(self._aspect, 1.0), frame.height / min(self._aspect, 1.0)
        shrink = min(1.0, self._side / min(width, height)) if self._side else 1.0
        rgb = frame.reformat(
            width=max(1, round(width * shrink)),
            height=max(1, round(height * shrink)),
            format="rgb24",
            interpolation=Interpolation.AREA if shrink < 1 else Interpolation.BILINEAR,
            src_colorspace=_BT709 if frame.colorspace == _UNNAMED and frame.height >= _HD else None,
        )
        if self._matrix is None:
            self._matrix = _display_matrix(frame)
        return _turned(rgb.to_ndarray().astype(np.uint8, copy=False), *self._matrix)


def _display_matrix(frame: VideoFrame) -> tuple[int, ...]:
    """(a, b, c, d): a point (x, y) of the frame is seen at (a x + c y, b x + d y)."""
    found = cast(SideDataContainer, frame.side_data)  # PyAV's annotation has the wrong class
    if "DISPLAYMATRIX" not in found:
        return _UPRIGHT
    a, b, _, c, d, *_ = np.frombuffer(cast(Any, found["DISPLAYMATRIX"]), np.int32).tolist()
    return a, b, c, d


def _turned(pixels: Pixels, a: int, b: int, c: int, d: int) -> Pixels:
    """Quarter turns and mirrorings; angles between are taken for the nearest."""
    if abs(a) + abs(d) < abs(b) + abs(c):
        pixels, a, d = pixels.swapaxes(0, 1), c, b
    if a < 0:
        pixels = pixels[:, ::-1]
    if d < 0:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
