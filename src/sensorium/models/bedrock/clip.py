"""Clips as bytes that a model takes: the file itself where it can be, else MP4 (H.264 and AAC) made of it.

A clip that comes without a file is drawn from its frames, each shown until the next.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from sensorium.errors import Invalid, Unreadable
from sensorium.types import Audio, Pixels, Video

MP4 = "video/mp4"
_SIDE = 720
"""The shorter side, in pixels, that a clip has at most; remote models look at less."""
_CLOCK = Fraction(1, 90_000)
_FRAMES = 30
_RATE = 48_000
_QUALITIES = (23, 32)
"""Constant rate factors to try, the better one first."""
_SAME_AGAIN = "mbtree=0"
"""With its macroblock tree x264 makes the same clip a little different at times, and so would its vector be."""


def encoded(clip: Video, media_types: frozenset[str], max_bytes: int) -> tuple[str, bytes]:
    """(media type, bytes). Raises Invalid where the clip cannot be made to fit ``max_bytes``."""
    own = clip.encoded
    given = own.read() if own is not None else None
    if own is not None and given is not None and own.media_type in media_types and len(given) <= max_bytes:
        return own.media_type, given
    for quality in _QUALITIES:
        data = drawn(clip, quality) if given is None else smaller(given, quality)
        if len(data) <= max_bytes:
            return MP4, data
    message = f"{clip.seconds:.1f} seconds of video take {len(data):,} bytes; at most {max_bytes:,} fit one call"
    raise Invalid(f"{message}; cut it shorter (--segment-seconds)", code="too_large", path="payload")


def smaller(data: bytes, quality: int = _QUALITIES[0]) -> bytes:
    """A video file made anew as MP4. Raises Unreadable for one that cannot be decoded."""
    out = io.BytesIO()
    try:
        with av.open(io.BytesIO(data), "r") as given, av.open(out, "w", format="mp4") as made:
            pictures, sounds = given.streams.best("video"), given.streams.best("audio")
            if not isinstance(pictures, VideoStream):
                raise Unreadable("a clip without pictures", path="payload")
            film: VideoStream | None = None
            track = made.add_stream("aac", rate=_RATE, layout="mono") if isinstance(sounds, AudioStream) else None
            resampler = AudioResampler(format="fltp", layout="mono", rate=_RATE)
            for frame in given.decode(*(stream for stream in (pictures, sounds) if stream is not None)):
                if isinstance(frame, VideoFrame) and frame.time is not None:
                    pixels = _upright(frame)
                    film = film or _film(made, pixels, quality)
                    made.mux(film.encode(_shown(frame.time, pixels, film, _seconds(frame))))
                elif isinstance(frame, AudioFrame) and track is not None:
                    for piece in resampler.resample(frame):
                        made.mux(track.encode(piece))
            _end(made, film, track)
    except av.FFmpegError as error:
        raise Unreadable(f"a clip that cannot be decoded: {error}", path="payload") from error
    return out.getvalue()


def drawn(clip: Video, quality: int = _QUALITIES[0]) -> bytes:
    """An MP4 of a clip's frames and sound."""
    out = io.BytesIO()
    with av.open(out, "w", format="mp4") as made:
        film = _film(made, clip.frames[0].pixels, quality)
        track = made.add_stream("aac", rate=_RATE, layout="mono") if clip.sound is not None else None
        if track is not None and clip.sound is not None:
            for piece in _spoken(clip.sound):
                made.mux(track.encode(piece))
        times = [0.0, *clip.times[1:]]
        times.append(max(clip.seconds, times[-1] + 1 / _FRAMES))
        for frame, (at, until) in zip(clip.frames, pairwise(times), strict=True):
            if until > at:  # a picture that stays is given again
                made.mux(film.encode(_shown(at, frame.pixels, film, until - at)))
        _end(made, film, track)
    return out.getvalue()


def _film(made: OutputContainer, pixels: Pixels, quality: int) -> VideoStream:
    """An H.264 track; its sides are even, as the format needs."""
    options = {"preset": "veryfast", "crf": str(quality), "x264-params": _SAME_AGAIN}
    film = made.add_stream("libx264", rate=_FRAMES, options=options)
    height, width = pixels.shape[:2]
    scale = min(1.0, _SIDE / min(height, width))
    film.height, film.width = (max(2, round(side * scale) // 2 * 2) for side in (height, width))
    film.pix_fmt = "yuv420p"
    film.codec_context.time_base = _CLOCK
    return film


def _shown(at: float, pixels: Pixels, film: VideoStream, seconds: float) -> VideoFrame:
    frame = VideoFrame.from_ndarray(np.ascontiguousarray(pixels), "rgb24")
    if (frame.width, frame.height) != (film.width, film.height):
        frame = frame.reformat(width=film.width, height=film.height)
    frame.pts, frame.time_base, frame.duration = round(at / _CLOCK), _CLOCK, round(seconds / _CLOCK)
    return frame


def _seconds(frame: VideoFrame) -> float:
    """How long a decoded frame says that it is shown; 0 where it does not say."""
    return float(frame.duration * frame.time_base) if frame.duration and frame.time_base else 0.0


def _upright(frame: VideoFrame) -> Pixels:
    """RGB as a player shows it: phones write which way up they were held."""
    pixels = frame.to_ndarray(format="rgb24").astype(np.uint8, copy=False)
    return np.rot90(pixels, round(frame.rotation / 90) % 4)


def _spoken(sound: Audio) -> Iterator[AudioFrame]:
    frame = AudioFrame.from_ndarray(np.ascontiguousarray(sound.samples).reshape(1, -1), "fltp", "mono")
    frame.sample_rate = sound.rate
    yield from AudioResampler(format="fltp", layout="mono", rate=_RATE).resample(frame)


def _end(made: OutputContainer, film: VideoStream | None, track: AudioStream | None) -> None:
    for stream in (film, track):
        if stream is not None:
            made.mux(stream.encode(None))
