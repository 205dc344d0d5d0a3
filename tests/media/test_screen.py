"""Frames as they are seen."""

from __future__ import annotations

import gc
import io
from fractions import Fraction
from types import SimpleNamespace
from typing import Any

import av
import numpy as np
import pytest
from av.sidedata.sidedata import SideDataContainer
from numpy.typing import NDArray

from sensorium.media.screen import Screen


def quarters() -> NDArray[np.uint8]:
    """Red, green / blue, white; 64 x 32."""
    pixels = np.full((32, 64, 3), 255, np.uint8)
    pixels[:16, :32] = [255, 0, 0]
    pixels[:16, 32:] = [0, 255, 0]
    pixels[16:, :32] = [0, 0, 255]
    return pixels


def track(aspect: float = 1.0) -> Any:
    """As much of a picture track as a screen looks at."""
    return SimpleNamespace(sample_aspect_ratio=Fraction(aspect).limit_denominator(100))


@pytest.mark.parametrize("degrees", [0, 90, 180, 270])
@pytest.mark.parametrize("hflip", [False, True])
@pytest.mark.parametrize("vflip", [False, True])
def test_every_display_matrix_is_applied(degrees: int, hflip: bool, vflip: bool) -> None:
    """Turned against the clock, then mirrored, as PyAV's writer defines it."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as made:
        stream: Any = made.add_stream("libx264", rate=10, options={"crf": "5"})
        stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv444p"
        stream.set_display_rotation(degrees, hflip=hflip, vflip=vflip)
        made.mux(stream.encode(av.VideoFrame.from_ndarray(quarters(), "rgb24")))
        made.mux(stream.encode(None))
    with av.open(io.BytesIO(out.getvalue())) as container:
        found = Screen(container.streams.video[0], None).show(next(container.decode(video=0)))
    expected = quarters()
    expected = expected[:, ::-1] if hflip else expected
    expected = expected[::-1] if vflip else expected
    expected = np.rot90(expected, degrees // 90)
    other = np.rot90(quarters(), degrees // 90)
    other = other[:, ::-1] if hflip else other
    other = other[::-1] if vflip else other
    assert found.shape == expected.shape
    assert found.flags.c_contiguous
    assert min(np.abs(found.astype(int) - each).mean() for each in (expected, other)) < 12


@pytest.mark.parametrize(
    ("size", "aspect", "side", "expected"),
    [
        ((1280, 720), 1.0, 224, (224, 398)),
        ((720, 1280), 1.0, 224, (398, 224)),
        ((100, 80), 1.0, 224, (80, 100)),
        ((720, 576), 64 / 45, None, (576, 1024)),
        ((100, 100), 0.5, None, (200, 100)),
        ((720, 576), 64 / 45, 288, (288, 512)),
        ((4000, 2), 1.0, 1, (1, 2000)),
    ],
)
def test_scaling_keeps_the_shape_that_is_seen(
    size: tuple[int, int], aspect: float, side: int | None, expected: tuple[int, int]
) -> None:
    frame = av.VideoFrame(*size, "yuv420p")
    assert Screen(track(aspect), side).show(frame).shape == (*expected, 3)


def test_ten_bits_and_grey_come_out_as_rgb() -> None:
    for name in ("gray", "gray10le", "yuv420p10le", "yuv444p", "rgba", "nv12"):
        frame = av.VideoFrame(64, 48, name).reformat(format=name)
        assert Screen(track(), 24).show(frame).shape == (24, 32, 3)


def test_shown_frames_are_freed_without_the_garbage_collector() -> None:
    screen = Screen(track(), 24)
    gc.collect()
    gc.disable()
    try:
        for _ in range(20):
            screen.show(av.VideoFrame(64, 48, "yuv420p"))
        left = [each for each in gc.get_objects() if type(each) is SideDataContainer]  # asks no proxy for its class
    finally:
        gc.enable()
    assert len(left) <= 1
