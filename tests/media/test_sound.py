"""The sound track as one stream of samples."""

from __future__ import annotations

import io
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest

from sensorium.media.sound import Sound
from sensorium.types import Samples, Source

Make = Callable[..., Path]


def sound(container: Any, rate: int = 16_000, origin: float | None = None) -> Sound:
    return Sound(container, container.streams.audio[0], Source("test sound"), rate, origin)


def encoded(pieces: list[tuple[int, str, int]], codec: str = "aac", container: str = "adts") -> bytes:
    """Seconds of a 1 kHz tone, each piece (rate, layout, seconds) a file of its own, one after the other."""
    whole = b""
    for rate, layout, seconds in pieces:
        out = io.BytesIO()
        with av.open(out, "w", format=container) as made:
            stream: Any = made.add_stream(codec, rate=rate, layout=layout)
            tone = (0.5 * np.sin(2 * np.pi * 1000 * np.arange(rate * seconds) / rate)).astype(np.float32)
            every = np.repeat(tone, av.AudioLayout(layout).nb_channels).reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(every, "flt", layout)
            frame.sample_rate = rate
            for each in av.AudioResampler(stream.codec_context.format, layout, rate).resample(frame):
                made.mux(stream.encode(each))
            made.mux(stream.encode(None))
        whole += out.getvalue()
    return whole


def test_takes_add_up_whatever_their_size(film: Make) -> None:
    path = film("a.wav", pictures=None, sound="pcm_s16le", seconds=2.0, rate=44_100)
    with av.open(str(path)) as container:
        whole = sound(container).take(10**6)
    assert len(whole) == 32_000
    with av.open(str(path)) as container:
        found = sound(container)
        parts: list[Samples] = []
        for count in (0, 1, 15_999, 7, 3_000, 10**6):
            parts.append(found.take(count))
        assert found.ended
        assert found.position == 32_000
        assert len(found.take(5)) == 0
    assert [len(part) for part in parts[:5]] == [0, 1, 15_999, 7, 3_000]
    assert np.array_equal(np.concatenate(parts), whole)


def test_ahead_reads_without_taking(film: Make) -> None:
    path = film("a.wav", pictures=None, sound="pcm_s16le", seconds=2.0)
    with av.open(str(path)) as container:
        found = sound(container)
        assert found.ahead(8_000) >= 8_000
        assert found.position == 0
        assert found.end >= 0.5
        assert found.ahead(10**6) == 32_000
        assert found.ended
        assert found.end == 2.0


def test_skip_passes_over(film: Make) -> None:
    path = film("a.wav", pictures=None, sound="pcm_s16le", seconds=3.0)
    with av.open(str(path)) as container:
        whole = sound(container).take(10**6)
    with av.open(str(path)) as container:
        found = sound(container)
        found.skip(30_000)
        assert found.position == 30_000
        assert np.array_equal(found.take(100), whole[30_000:30_100])
        found.skip(10**9)
        assert found.position == 48_000


def test_a_stream_may_change_its_rate_and_channels() -> None:
    data = encoded([(44_100, "stereo", 1), (22_050, "mono", 1), (44_100, "stereo", 1)])
    with av.open(io.BytesIO(data)) as container:
        samples = sound(container).take(10**6)
    assert len(samples) / 16_000 == pytest.approx(3.0, abs=0.5)  # the clock of such a file is a guess
    for middle in (8_000, 25_000, len(samples) - 5_000):
        piece = samples[middle - 2_000 : middle + 2_000]
        spectrum = np.abs(np.fft.rfft(piece * np.hanning(4_000)))
        assert np.argmax(spectrum) * 4 == pytest.approx(1000, abs=8)


@pytest.mark.parametrize("layout", ["mono", "stereo", "2.1", "quad", "5.1", "7.1"])
def test_equal_channels_mix_to_their_own_loudness(layout: str) -> None:
    with av.open(io.BytesIO(encoded([(16_000, layout, 1)], "pcm_s16le", "wav"))) as container:
        samples = sound(container).take(10**6)
    assert np.abs(samples).max() == pytest.approx(0.5, abs=0.03)


def timed(starts: tuple[float, ...], codec: str = "pcm_s16le") -> bytes:
    """Half seconds of a tone at the given seconds in Matroska."""
    out = io.BytesIO()
    with av.open(out, "w", format="matroska") as made:
        stream: Any = made.add_stream(codec, rate=16_000, layout="mono")
        tone = (np.sin(2 * np.pi * 1000 * np.arange(8_000) / 16_000) * 16_000).astype(np.int16).reshape(1, -1)
        if codec == "pcm_u8":
            tone = (tone // 256 + 128).astype(np.uint8)
        for start in starts:
            frame = av.AudioFrame.from_ndarray(tone, "u8" if codec == "pcm_u8" else "s16", "mono")
            frame.sample_rate, frame.pts = 16_000, round(start * 16_000)
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    return out.getvalue()


def loud(samples: Samples) -> list[bool]:
    """For each half second, whether its middle holds sound."""
    return [bool(np.abs(samples[at + 2_000 : at + 6_000]).max() > 0.1) for at in range(0, len(samples), 8_000)]


@pytest.mark.parametrize("codec", ["pcm_s16le", "pcm_u8"])
def test_gaps_are_silence(codec: str) -> None:
    with av.open(io.BytesIO(timed((0.0, 0.5, 2.0, 4.5), codec))) as container:
        samples = sound(container).take(10**6)
    assert loud(samples) == [True, True, False, False, True, False, False, False, False, True]


def test_the_origin_decides_what_is_second_zero() -> None:
    data = timed((1.0, 1.5, 3.0))
    for origin, expected in ((None, 5), (0.0, 7), (0.5, 6), (1.25, 4.5), (1.5, 4)):
        with av.open(io.BytesIO(data)) as container:
            samples = sound(container, origin=origin).take(10**6)
        assert len(samples) == expected * 8_000, origin


def test_a_leap_of_the_clock_is_a_new_clock() -> None:
    with av.open(io.BytesIO(timed((0.0, 0.5, 5_000.0, 5_000.5)))) as container:
        samples = sound(container).take(10**8)
    assert loud(samples) == [True] * 4


@pytest.mark.parametrize("channels", [3, 9, 12, 32])
def test_channels_that_nobody_names_count_alike(channels: int) -> None:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(2)
        file.setframerate(16_000)
        tone = (np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000) * 16_000).astype("<i2")
        file.writeframes(tone.repeat(channels).tobytes())
    with av.open(io.BytesIO(out.getvalue())) as container:
        samples = sound(container).take(10**6)
    assert len(samples) == 16_000
    assert np.abs(samples).max() == pytest.approx(16_000 / 32_768, abs=0.02)
