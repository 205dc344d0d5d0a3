"""A stretch of a video as a file of its own, made only when a remote model asks for it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from fractions import Fraction
from itertools import chain

import av
from av.audio.frame import AudioFrame
from av.audio.resampler import AudioResampler
from av.container import InputContainer, OutputContainer
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from sensorium.errors import Unreadable
from sensorium.media.container import opened, packets, tracks
from sensorium.media.screen import Screen
from sensorium.types import Audio, Encoded, Pixels, Source

_SIDE = 720
"""The shorter side, in pixels, that a clip has at most; remote models look at less."""
_CLOCK = Fraction(1, 90_000)
_RATE, _FRAMES = 48_000, 30
"""Samples and, nominally, frames a second."""
_SAME_AGAIN = "mbtree=0"
"""With its macroblock tree x264 makes the same clip a little different at times, and so would its vector be."""


def mp4(source: Source, start: float, stop: float, sound: Audio | None) -> Encoded:
    """Seconds ``start`` to ``stop`` of the source's pictures (H.264) with ``sound`` (AAC) as an MP4 file."""

    def read() -> bytes:
        out = io.BytesIO()
        with opened(source) as given:
            chosen = tracks(given, source)
            if chosen.pictures is None:
                raise Unreadable(f"{source.uri}: its pictures are gone; it was changed", path=source.uri)
            frames = _frames(given, chosen.pictures, source, start + chosen.origin, stop + chosen.origin)
            try:
                with av.open(out, "w", format="mp4") as made:
                    _write(made, frames, sound, stop - start)
            except av.FFmpegError as error:
                raise Unreadable(
                    f"{source.uri}: seconds {start:g} to {stop:g} cannot be cut out: {error}", path=source.uri
                ) from error
        return out.getvalue()

    return Encoded("video/mp4", read)


def _frames(
    container: InputContainer, stream: VideoStream, source: Source, start: float, stop: float
) -> Iterator[tuple[float, Pixels]]:
    """Pictures with their seconds from ``start``; the first is what is shown at ``start``."""
    if start > 1:
        container.seek(int(start * av.time_base))
    screen = Screen(stream, _SIDE)
    tick = float(stream.time_base or Fraction(1, av.time_base))  # frames that were drained name none of their own
    before: VideoFrame | None = None
    for frame in _decoded(container, stream, source):
        stamp = frame.dts if frame.pts is None else frame.pts
        if stamp is None:
            continue
        seconds = stamp * tick - start
        if seconds >= stop - start:
            break
        if seconds <= 0:
            before = frame
            continue
        if before is not None:
            yield 0.0, screen.show(before)
            before = None
        yield seconds, screen.show(frame)
    if before is not None:
        yield 0.0, screen.show(before)


def _decoded(container: InputContainer, stream: VideoStream, source: Source) -> Iterator[VideoFrame]:
    for packet in packets(container, stream, source):
        yield from stream.codec_context.decode(packet)
    yield from stream.codec_context.decode(None)


def _write(made: OutputContainer, frames: Iterator[tuple[float, Pixels]], sound: Audio | None, seconds: float) -> None:
    first = next(frames, None)
    film = None if first is None else _film(made, first[1])
    track = None if sound is None else made.add_stream("aac", rate=_RATE, layout="mono")
    if track is not None and sound is not None:
        for frame in _spoken(sound):
            made.mux(track.encode(frame))
        made.mux(track.encode(None))
    if film is None or first is None:
        return
    last = first
    for at, pixels in chain([first], frames):
        made.mux(film.encode(_shown(at, pixels, film)))
        last = at, pixels
    if (end := seconds - 1 / _FRAMES) > last[0]:  # what is shown last stays to the end
        made.mux(film.encode(_shown(end, last[1], film)))
    made.mux(film.encode(None))


def _film(made: OutputContainer, pixels: Pixels) -> VideoStream:
    """An H.264 track of the pictures' size; its sides must be even."""
    options = {"preset": "veryfast", "crf": "23", "x264-params": _SAME_AGAIN}
    film = made.add_stream("libx264", rate=_FRAMES, options=options)
    film.height, film.width = (max(2, side // 2 * 2) for side in pixels.shape[:2])
    film.pix_fmt = "yuv420p"
    film.codec_context.time_base = _CLOCK
    return film


def _shown(at: float, pixels: Pixels, film: VideoStream) -> VideoFrame:
    frame = VideoFrame.from_ndarray(pixels, "rgb24")
    if (frame.width, frame.height) != (film.width, film.height):
        frame = frame.reformat(width=film.width, height=film.height)
    frame.pts, frame.time_base = round(at / _CLOCK), _CLOCK
    return frame


def _spoken(sound: Audio) -> Iterator[AudioFrame]:
    frame = AudioFrame.from_ndarray(sound.samples.reshape(1, -1), "fltp", "mono")
    frame.sample_rate = sound.rate
    resampler = AudioResampler(format="fltp", layout="mono", rate=_RATE)
    yield from resampler.resample(frame)
    yield from resampler.resample(None)
