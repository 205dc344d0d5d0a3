"""Sound and video made on the spot, in which every second has its own tone and its own colour."""

from __future__ import annotations

import io
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image as Pillow

COLOURS = ((230, 20, 20), (20, 200, 20), (30, 30, 230), (230, 220, 20), (200, 30, 200), (20, 210, 210), (240, 240, 240))


def tone_of(second: int) -> float:
    """The tone in Hz of a second."""
    return 400.0 + 100.0 * (second % 20)


@dataclass(frozen=True)
class Film:
    """What to make. ``at`` are the frames' seconds (None: ``fps`` frames a second); None as a codec leaves it out."""

    seconds: float = 6.0
    pictures: str | None = "libx264"
    sound: str | None = "aac"
    format: str | None = None
    fps: int = 12
    size: tuple[int, int] = (176, 144)
    gop: int = 12
    rate: int = 48_000
    layout: str = "mono"
    sound_seconds: float | None = None
    pictures_late: float = 0.0
    sound_late: float = 0.0
    rotation: int | None = None
    at: tuple[float, ...] | None = None
    cover: bool = False
    options: tuple[tuple[str, str], ...] = ()
    sample_format: str | None = None


def tones(seconds: float, rate: int) -> NDArray[np.float32]:
    """Mono samples, each second with its own tone."""
    time = np.arange(round(seconds * rate)) / rate
    pitch = np.array([tone_of(second) for second in range(int(seconds) + 2)])[time.astype(int)]
    return (0.5 * np.sin(2 * np.pi * pitch * (time % 1))).astype(np.float32)


def colour_at(second: float, size: tuple[int, int]) -> NDArray[np.uint8]:
    width, height = size
    return np.full((height, width, 3), COLOURS[int(second + 1e-6) % len(COLOURS)], np.uint8)


def make(path: Path, film: Film) -> Path:
    """Write the film, sound and pictures interleaved in quarter seconds."""
    options = dict(film.options)
    with av.open(str(path), "w", format=film.format, options=options) as out:
        steps: list[tuple[float, Callable[[], None]]] = []
        ends: list[Any] = []
        if film.pictures is not None:
            screen: Any = out.add_stream(film.pictures, rate=film.fps)
            screen.width, screen.height = film.size
            screen.pix_fmt = "yuvj420p" if film.pictures == "mjpeg" else "yuv420p"
            screen.gop_size = film.gop
            screen.bit_rate = 400_000
            if film.pictures == "libx264":
                screen.options = {"preset": "ultrafast", "bf": "2", "keyint_min": str(film.gop), "sc_threshold": "0"}
            if film.rotation is not None:
                screen.set_display_rotation(film.rotation)
            clock = Fraction(1, 1000) if film.at is not None else Fraction(1, film.fps)
            if film.at is not None:
                screen.codec_context.time_base = clock
            times = film.at or [index / film.fps for index in range(round(film.seconds * film.fps))]

            def show(at: float) -> None:
                frame = av.VideoFrame.from_ndarray(colour_at(at, film.size), "rgb24")
                frame.pts, frame.time_base = round((at + film.pictures_late) / clock), clock
                out.mux(screen.encode(frame))

            steps += [(at + film.pictures_late, lambda at=at: show(at)) for at in times]
            ends.append(screen)
        if film.sound is not None:
            voice: Any = out.add_stream(film.sound, rate=film.rate, layout=film.layout)
            if "pcm" not in film.sound and film.sound != "flac":
                voice.bit_rate = 12_200 if film.sound == "libopencore_amrnb" else 96_000
            if film.sound == "vorbis":
                voice.options = {"strict": "experimental"}
            if film.sample_format:
                voice.codec_context.format = film.sample_format
            samples = tones(film.sound_seconds or film.seconds, film.rate)
            resampler = av.AudioResampler(voice.codec_context.format, film.layout, film.rate)
            block = film.rate // 4

            def speak(begin: int) -> None:
                mono = samples[begin : begin + block].reshape(1, -1)
                every = np.repeat(mono, av.AudioLayout(film.layout).nb_channels, axis=0)
                frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(every), "fltp", film.layout)
                frame.sample_rate = film.rate
                frame.pts = begin + round(film.sound_late * film.rate)
                frame.time_base = Fraction(1, film.rate)
                for each in resampler.resample(frame):
                    out.mux(voice.encode(each))

            steps += [
                (begin / film.rate + film.sound_late, lambda begin=begin: speak(begin))
                for begin in range(0, len(samples), block)
            ]
            ends.append(voice)
        if film.cover:
            art: Any = out.add_stream("mjpeg", rate=1)
            art.width, art.height, art.pix_fmt = 64, 64, "yuvj420p"
            art.disposition = av.stream.Disposition.attached_pic
            packet = av.Packet(jpeg(64, 64))
            packet.stream, packet.pts, packet.dts = art, 0, 0
            out.start_encoding()
            out.mux(packet)
        for _, step in sorted(steps, key=lambda each: each[0]):
            step()
        for stream in ends:
            out.mux(stream.encode(None))
    if sys.platform == "linux":  # as root SVT-AV1 makes its caller a real-time process, which starves all others
        os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))
    return path


def jpeg(width: int, height: int) -> bytes:
    out = io.BytesIO()
    Pillow.new("RGB", (width, height), (250, 120, 10)).save(out, "JPEG")
    return out.getvalue()


@pytest.fixture
def film(tmp_path: Path) -> Callable[..., Path]:
    """Make a file: ``film("a.mp4", seconds=3, sound=None)``."""

    def made(name: str, **what: Any) -> Path:
        return make(tmp_path / name, Film(**what))

    return made


@pytest.fixture
def heard() -> Callable[[NDArray[np.float32], int], float]:
    """The loudest tone, in Hz, of samples at a rate."""

    def loudest(samples: NDArray[np.float32], rate: int) -> float:
        spectrum = np.abs(np.fft.rfft(samples * np.hanning(len(samples))))
        return float(np.argmax(spectrum)) * rate / len(samples)

    return loudest


@pytest.fixture
def seen() -> Callable[[NDArray[np.uint8]], int]:
    """The second (modulo seven) whose colour a picture has."""

    def second(pixels: NDArray[np.uint8]) -> int:
        middle = pixels[pixels.shape[0] // 4 : -pixels.shape[0] // 4, pixels.shape[1] // 4 : -pixels.shape[1] // 4]
        mean = middle.reshape(-1, 3).mean(axis=0)
        return int(np.argmin([np.abs(mean - np.array(colour)).sum() for colour in COLOURS]))

    return second
