"""A stretch of a video as a file of its own."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from sensorium.errors import NotFound
from sensorium.media import clip
from sensorium.types import Audio, Source

Make = Callable[..., Path]
Seen = Callable[[NDArray[np.uint8]], int]


def frames(data: bytes) -> list[tuple[float, NDArray[np.uint8]]]:
    with av.open(io.BytesIO(data)) as container:
        return [(frame.time, frame.to_ndarray(format="rgb24")) for frame in container.decode(video=0)]


def test_it_holds_the_pictures_of_its_span_and_the_given_sound(film: Make, seen: Seen) -> None:
    path = film("a.mkv", seconds=8.0)
    sound = Audio(np.full(32_000, 0.25, np.float32), 16_000)
    encoded = clip.mp4(Source("x", path), 3.0, 5.0, sound)
    assert encoded.media_type == "video/mp4"
    data = encoded.read()
    shown = frames(data)
    assert [seen(pixels) for _, pixels in shown] == [3] * 12 + [4] * (len(shown) - 12)
    assert shown[-1][0] == pytest.approx(2.0, abs=0.1)
    with av.open(io.BytesIO(data)) as container:
        assert [stream.type for stream in container.streams] == ["video", "audio"]
        heard = sum(frame.samples for frame in container.decode(audio=0)) / 48_000
    assert heard == pytest.approx(2.0, abs=0.1)


def test_it_may_be_silent_and_start_at_the_start(film: Make, seen: Seen) -> None:
    data = clip.mp4(Source("x", film("a.mp4", seconds=4.0)), 0.0, 1.0, None).read()
    assert {seen(pixels) for _, pixels in frames(data)} == {0}
    with av.open(io.BytesIO(data)) as container:
        assert not container.streams.audio


def test_a_picture_that_stands_fills_the_span(film: Make, seen: Seen) -> None:
    path = film("a.mp4", at=(0.0, 9.0, 9.5), sound=None, fps=10)
    shown = frames(clip.mp4(Source("x", path), 3.0, 8.0, None).read())
    assert {seen(pixels) for _, pixels in shown} == {0}
    assert shown[0][0] == pytest.approx(0.0, abs=0.05)
    assert shown[-1][0] == pytest.approx(5.0, abs=0.1)


def test_rotation_is_in_the_pixels_and_odd_sides_become_even(film: Make) -> None:
    path = film("a.mp4", seconds=2.0, rotation=90, size=(178, 98), sound=None)
    assert frames(clip.mp4(Source("x", path), 0.0, 1.0, None).read())[0][1].shape == (178, 98, 3)


def test_it_is_made_only_when_read(tmp_path: Path) -> None:
    encoded = clip.mp4(Source("x", tmp_path / "none.mp4"), 0.0, 1.0, None)
    with pytest.raises(NotFound):
        encoded.read()
