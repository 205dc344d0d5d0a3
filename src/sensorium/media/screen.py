"""A decoded video frame as it is seen: scaled, in square pixels, turned the way the camera was held."""

from __future__ import annotations

from typing import Any, cast

import numpy as np
from av.sidedata.sidedata import SideDataContainer
from av.video.frame import VideoFrame
from av.video.reformatter import Interpolation

from sensorium.types import Pixels

_HD = 720
"""Frames of this height or more that do not name their colours have those of BT.709."""
_UNNAMED, _BT709 = 2, 1


def picture(frame: VideoFrame, side: int | None, aspect: float = 1.0) -> Pixels:
    """Upright RGB, its shorter side ``side`` pixels where the frame has as many (None: all of them).

    ``aspect`` is the width of a stored pixel by its height. Scaling comes first: what follows is then cheap.
    """
    width, height = frame.width * max(aspect, 1.0), frame.height / min(aspect, 1.0)
    shrink = min(1.0, side / min(width, height)) if side else 1.0
    rgb = frame.reformat(
        width=max(1, round(width * shrink)),
        height=max(1, round(height * shrink)),
        format="rgb24",
        interpolation=Interpolation.AREA if shrink < 1 else Interpolation.BILINEAR,
        src_colorspace=_BT709 if frame.colorspace == _UNNAMED and frame.height >= _HD else None,
    )
    return _turned(rgb.to_ndarray().astype(np.uint8, copy=False), frame)


def _turned(pixels: Pixels, frame: VideoFrame) -> Pixels:
    """Apply the display matrix: a point (x, y) of the frame is seen at (a x + c y, b x + d y)."""
    found = cast(SideDataContainer, frame.side_data)  # PyAV's annotation has the wrong class
    if "DISPLAYMATRIX" not in found:
        return pixels
    a, b, _, c, d, *_ = np.frombuffer(cast(Any, found["DISPLAYMATRIX"]), np.int32).tolist()
    if abs(a) + abs(d) < abs(b) + abs(c):
        pixels, a, d = pixels.swapaxes(0, 1), c, b
    if a < 0:
        pixels = pixels[:, ::-1]
    if d < 0:
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
