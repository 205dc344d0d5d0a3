"""Clips as bytes that a model takes."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import av
import numpy as np
import pytest

from sensorium.errors import Invalid, Unreadable
from sensorium.media.read import read_one
from sensorium.models.bedrock.clip import MP4, drawn, encoded, smaller
from sensorium.testing import payloads
from sensorium.types import Encoded, Image, Reading, Source, Video

TYPES = frozenset((MP4, "video/webm"))


def seen(data: bytes) -> Video:
    """The clip as media reads it."""
    payload = read_one(Source("memory:clip", data=data), Reading(frames=4)).payload
    assert isinstance(payload, Video)
    return payload


def test_a_file_goes_as_it_is() -> None:
    clip = replace(payloads.video(1), encoded=Encoded("video/webm", lambda: b"webm"))
    assert encoded(clip, TYPES, 100) == ("video/webm", b"webm")


def test_a_clip_without_a_file_is_drawn() -> None:
    clip = payloads.video(1, frames=4, seconds=2.0)
    media_type, data = encoded(clip, TYPES, 1 << 20)
    shown = seen(data)
    assert media_type == MP4
    assert shown.seconds == pytest.approx(2.0, abs=0.1)
    assert shown.sound is not None
    for frame, original in zip(shown.frames, clip.frames, strict=True):
        assert np.abs(frame.pixels.astype(int) - original.pixels).mean() < 20


def test_the_same_clip_is_the_same_bytes_in_every_thread() -> None:
    clip = payloads.video(3)
    with ThreadPoolExecutor(4) as pool:
        assert len(set(pool.map(lambda _: drawn(clip), range(40)))) == 1


@pytest.mark.parametrize("size", [(1, 1), (31, 47), (2000, 1500)])
def test_frames_of_any_size_are_drawn(size: tuple[int, int]) -> None:
    clip = Video((Image(np.full((*size, 3), 90, np.uint8)),), (0.5,), 1.0)
    height, width = seen(drawn(clip)).frames[0].pixels.shape[:2]
    assert height % 2 == width % 2 == 0
    assert min(height, width) <= 720


def test_another_format_is_made_anew() -> None:
    clip = payloads.video(3, frames=4, seconds=2.0)
    data = avi(clip)
    media_type, made = encoded(replace(clip, encoded=Encoded("video/x-msvideo", lambda: data)), TYPES, 1 << 20)
    shown = seen(made)
    assert media_type == MP4
    assert shown.seconds == pytest.approx(2.0, abs=0.1)
    for frame, original in zip(shown.frames, clip.frames, strict=True):
        assert np.abs(frame.pixels.astype(int) - original.pixels).mean() < 25


def test_too_large_a_file_is_made_smaller() -> None:
    clip = payloads.video(3)
    data = drawn(clip)
    padded = data + (100_008).to_bytes(4, "big") + b"free" + bytes(100_000)
    media_type, made = encoded(replace(clip, encoded=Encoded(MP4, lambda: padded)), TYPES, 100_000)
    shown, original = seen(made), seen(data)
    assert media_type == MP4
    assert shown.seconds == pytest.approx(original.seconds, abs=0.1)
    assert shown.sound is not None
    assert np.abs(shown.frames[0].pixels.astype(int) - original.frames[0].pixels).mean() < 10


def test_what_does_not_fit_or_is_no_clip_is_refused() -> None:
    with pytest.raises(Invalid, match=r"2.0 seconds of video take [\d,]+ bytes; at most 100 fit one call; cut it"):
        encoded(payloads.video(1), TYPES, 100)
    with pytest.raises(Unreadable, match="cannot be decoded"):
        smaller(b"no clip at all")


def avi(clip: Video) -> bytes:
    """The frames in an AVI container, each for half a second."""
    out = io.BytesIO()
    with av.open(out, "w", format="avi") as made:
        film = made.add_stream("mpeg4", rate=20)
        film.height, film.width = clip.frames[0].pixels.shape[:2]
        film.pix_fmt = "yuv420p"
        for frame in (frame for frame in clip.frames for _ in range(10)):
            made.mux(film.encode(av.VideoFrame.from_ndarray(frame.pixels, "rgb24")))
        made.mux(film.encode(None))
    return out.getvalue()
