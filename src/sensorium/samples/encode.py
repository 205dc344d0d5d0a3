"""Pictures, sounds and clips to bytes; the same input gives the same bytes."""

from __future__ import annotations

import io
from collections.abc import Iterable
from fractions import Fraction
from typing import cast

import av
import numpy as np
from av.audio.resampler import AudioResampler
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
from numpy.typing import NDArray
from PIL import Image

from sensorium.samples.synthesis import RATE, Wave

# Format of the container, codec, samples a second.
_SOUND = {
    ".wav": ("wav", "pcm_s16le", 24_000),
    ".flac": ("flac", "flac", 24_000),
    ".mp3": ("mp3", "libmp3lame", 24_000),
    ".ogg": ("ogg", "libopus", 24_000),
    ".m4a": ("ipod", "aac", 24_000),
}
_CLIP = {".mp4": ("mp4", ("libx264", "mpeg4"), "aac", 24_000), ".webm": ("webm", ("libvpx",), "libopus", 24_000)}
_QUIET = {"fflags": "bitexact"}


def picture(image: Image.Image, suffix: str, orientation: int = 1) -> bytes:
    """A JPEG, PNG or WebP file; ``orientation`` 6 stores the JPEG lying on its side with the EXIF note to turn it."""
    out = io.BytesIO()
    if suffix == ".jpg":
        exif = Image.Exif()
        if orientation == 6:
            image = image.transpose(Image.Transpose.ROTATE_90)
            exif[0x0112] = 6
        image.save(out, "JPEG", quality=88, exif=exif)
    elif suffix == ".png":
        image.save(out, "PNG", compress_level=4)
    else:
        image.save(out, "WEBP", quality=84, method=2)
    return out.getvalue()


def sound(wave: Wave, suffix: str) -> bytes:
    """A sound file in the format of its suffix (.wav .flac .mp3 .ogg .m4a)."""
    container, codec, rate = _SOUND[suffix]
    out = io.BytesIO()
    with av.open(out, "w", format=container, container_options=_QUIET) as box:
        stream = _sound_stream(box, codec, rate)
        _write_sound(box, stream, wave, rate)
    return out.getvalue()


def clip(frames: Iterable[NDArray[np.uint8]], fps: int, size: tuple[int, int], wave: Wave | None, suffix: str) -> bytes:
    """A video file (.mp4 .webm) of RGB frames ``(height, width, 3)``, with sound unless ``wave`` is None."""
    container, codecs, sound_codec, rate = _CLIP[suffix]
    name = next(c for c in codecs if c in av.codecs_available)
    options = {
        "libx264": {"preset": "superfast", "crf": "27"},
        "libvpx": {"deadline": "realtime", "cpu-used": "16", "crf": "20"},
    }
    out = io.BytesIO()
    with av.open(out, "w", format=container, container_options=_QUIET) as box:
        stream = cast(VideoStream, box.add_stream(name, rate=fps, options=options.get(name, {})))
        stream.width, stream.height = size
        stream.pix_fmt = "yuv420p"
        stream.bit_rate = 500_000
        stream.codec_context.thread_count = 1
        stream.codec_context.flags |= av.codec.context.Flags.bitexact
        track = None if wave is None else _sound_stream(box, sound_codec, rate)
        for i, pixels in enumerate(frames):
            frame = av.VideoFrame.from_ndarray(np.ascontiguousarray(pixels), format="rgb24")
            frame.pts, frame.time_base = i, Fraction(1, fps)
            box.mux(stream.encode(frame))
        box.mux(stream.encode(None))
        if track is not None and wave is not None:
            _write_sound(box, track, wave, rate)
    return out.getvalue()


def _sound_stream(box: OutputContainer, codec: str, rate: int) -> AudioStream:
    speed = {
        "libopus": {"compression_level": "2"},
        "aac": {"aac_coder": "fast"},
        "libmp3lame": {"compression_level": "8"},
    }
    stream = cast(AudioStream, box.add_stream(codec, rate=rate, options=speed.get(codec, {})))
    stream.codec_context.layout = "mono"
    if codec not in ("pcm_s16le", "flac"):
        stream.bit_rate = 64_000
    stream.codec_context.flags |= av.codec.context.Flags.bitexact
    return stream


def _write_sound(box: OutputContainer, stream: AudioStream, wave: Wave, rate: int) -> None:
    context = stream.codec_context
    resampler = AudioResampler(format=context.format, layout="mono", rate=rate, frame_size=context.frame_size or 4096)
    source = av.AudioFrame.from_ndarray(
        (np.clip(wave, -1, 1) * 32767).astype(np.int16)[None, :], format="s16", layout="mono"
    )
    source.sample_rate, source.pts, source.time_base = RATE, 0, Fraction(1, RATE)
    for piece in (source, None):
        for frame in resampler.resample(piece):
            box.mux(stream.encode(frame))
    box.mux(stream.encode(None))
