"""A sound or video file opened by FFmpeg: its two tracks, its clock, and its errors turned into ours.

Only self-contained formats are admitted: a playlist or a concat list could name other files or hosts, and what is
read here may come from a stranger. A container serves one thread; whoever opens it closes it (``with``), also when a
generator that reads it is dropped half way.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import av
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.packet import Packet
from av.stream import Disposition
from av.video.stream import VideoStream

from sensorium.errors import Unreadable
from sensorium.media import blob
from sensorium.media.stated import check_bytes
from sensorium.types import Source

_S = TypeVar("_S", VideoStream, AudioStream)

_FORMATS = (
    "mov,matroska,avi,flv,asf,mpeg,mpegts,mpegvideo,m4v,h264,hevc,av1,obu,ivf,dv,mxf,nut,rm,"
    "ogg,wav,w64,aiff,au,caf,mp3,flac,aac,loas,ac3,eac3,amr,amrnb,amrwb,ape,wv,tta,dts"
)
"""FFmpeg's names of the formats that hold all of their bytes themselves."""
_MAX_PIXELS = 100_000_000
"""A frame larger than this (8K has 33 million) is refused before it is decoded."""
_EXACT = ("mov", "matroska", "avi", "flv", "asf", "wav", "w64", "aiff", "caf", "flac", "ogg")
"""Formats whose header or index states the length; the length of others is an estimate from the bit rate."""
_TYPES = {
    "mov": ("video/mp4", "audio/mp4"),
    "matroska": ("video/x-matroska", "audio/x-matroska"),
    "avi": ("video/x-msvideo", "audio/x-msvideo"),
    "flv": ("video/x-flv", "audio/x-flv"),
    "asf": ("video/x-ms-wmv", "audio/x-ms-wma"),
    "mpeg": ("video/mpeg", "audio/mpeg"),
    "mpegvideo": ("video/mpeg", "audio/mpeg"),
    "mpegts": ("video/mp2t", "audio/mp2t"),
    "ogg": ("video/ogg", "audio/ogg"),
    "wav": ("video/x-msvideo", "audio/wav"),
    "mp3": ("video/mpeg", "audio/mpeg"),
    "flac": ("video/x-flac", "audio/flac"),
    "aac": ("video/mp4", "audio/aac"),
}


@dataclass(frozen=True, slots=True, eq=False)
class Tracks:
    """The picture and the sound track that stand for a file, and its clock.

    ``origin`` is the container's second that a player calls 0; ``declared`` the length in seconds that the file states
    for its pictures, or for its sound where it has none; None where it states none or only an estimate.
    ``estimated`` is the best that can be said without reading on, 0 for nothing. Cover art and chapter thumbnails are
    no picture track.
    """

    pictures: VideoStream | None
    sound: AudioStream | None
    origin: float
    declared: float | None
    estimated: float
    media_type: str
    notes: tuple[str, ...] = ()


@contextmanager
def opened(source: Source) -> Iterator[InputContainer]:
    """The source as an open container. Raises NotFound, Unreadable or (neither path nor data) Invalid."""
    if blob.size(source) == 0:
        raise Unreadable(f"{source.uri}: empty, 0 bytes", path=source.uri)
    check_bytes(source)
    with ExitStack() as stack:
        file: Any
        if source.data is None and source.path is not None and str(source.path.absolute()).isprintable():
            file = f"file:{source.path.absolute()}"
        else:  # bytes in memory, and the rare file name that is not UTF-8, which FFmpeg cannot take
            file = stack.enter_context(blob.opened(source))
        try:
            container = av.open(
                file,
                "r",
                options={"max_pixels": str(_MAX_PIXELS)},
                container_options={"format_whitelist": _FORMATS},
                metadata_errors="replace",
                buffer_size=1 << 20,
            )
        except (av.FFmpegError, ValueError) as error:
            raise Unreadable(f"{source.uri}: {_reason(source, error)}", path=source.uri) from error
        yield stack.enter_context(container)


def tracks(container: InputContainer, source: Source) -> Tracks:
    """Choose the tracks. Raises Unreadable for a file with neither sound nor pictures that can be decoded."""
    pictures = next((s for s in _ranked(container.streams.video) if not _is_art(s)), None)
    sound = next(iter(_ranked(container.streams.audio)), None)
    chosen = [stream for stream in (pictures, sound) if stream is not None]
    if not chosen:
        raise Unreadable(f"{source.uri}: no sound and no pictures that can be decoded in it", path=source.uri)
    starts = [float(s.start_time * s.time_base) for s in chosen if s.start_time is not None and s.time_base is not None]
    declared = _declared(container, chosen[0])
    return Tracks(
        pictures=pictures,
        sound=sound,
        origin=min(starts, default=0.0),
        declared=declared,
        estimated=declared or (container.duration or 0) / av.time_base,
        media_type=_media_type(container, source, film=pictures is not None),
        notes=tuple(
            f"its {what} are in a codec that cannot be decoded"
            for what, there, able in (
                ("pictures", [each for each in container.streams.video if not _is_art(each)], pictures),
                ("sounds", container.streams.audio, sound),
            )
            if there and able is None
        ),
    )


def packets(container: InputContainer, stream: VideoStream | AudioStream, source: Source) -> Iterator[Packet[Any]]:
    """The stream's packets in file order, without the empty one that PyAV appends.

    Raises Unreadable when the file breaks off in a way that its reader notices.
    """
    last = 0.0
    while True:
        try:
            for packet in container.demux(stream):
                if packet.size == 0:
                    continue
                if packet.dts is not None and packet.time_base is not None:
                    last = float(packet.dts * packet.time_base)
                yield packet
            return
        except IndexError:  # PyAV, of a track that turns up late and that it does not know: go on with the next packet
            continue
        except av.FFmpegError as error:
            raise Unreadable(
                f"{source.uri}: damaged at {last:.1f} s: {error.strerror or error}", path=source.uri
            ) from error


class Damage:
    """Packets that would not decode. A few are skipped and told; a file that is mostly damage is refused."""

    def __init__(self, source: Source, what: str) -> None:
        self._source = source
        self._what = what
        self._good = 0
        self._bad = 0
        self._first = 0.0

    def good(self) -> None:
        """One more packet decoded."""
        self._good += 1

    def bad(self, seconds: float, error: av.FFmpegError) -> None:
        """One more packet did not. Raises Unreadable once they are more than a few and over a quarter of all."""
        if not self._bad:
            self._first = seconds
        self._bad += 1
        if self._bad >= 8 and self._bad * 4 > self._good:
            reason = error.strerror or str(error)
            raise Unreadable(
                f"{self._source.uri}: its {self._what} are damaged from {self._first:.1f} s on: {reason}",
                path=self._source.uri,
            ) from error

    def check_any(self) -> None:
        """Raise Unreadable when packets failed and none decoded."""
        if self._bad and not self._good:
            raise Unreadable(f"{self._source.uri}: none of its {self._what} can be decoded", path=self._source.uri)

    @property
    def notes(self) -> tuple[str, ...]:
        """What to tell the reader, once something was skipped."""
        if not self._bad:
            return ()
        return (f"damaged parts of the {self._what} skipped: {self._bad}, the first at {self._first:.1f} s",)


def check_complete(source: Source, declared: float | None, read: float) -> None:
    """Raise Unreadable when a file ends well before (1 s and 1 %) the length that it states: it was cut short."""
    if declared is not None and declared - read > max(1.0, declared * 0.01):
        raise Unreadable(
            f"{source.uri}: cut short: it states {declared:.1f} s, its data end at {read:.1f} s", path=source.uri
        )


def _reason(source: Source, error: Exception) -> str:
    with blob.opened(source) as stream:
        head = stream.read(12)
    if head[4:8] == b"ftyp":
        return "its index (moov) is missing: the file is cut short or was never finished"
    return getattr(error, "strerror", None) or str(error)


def _is_art(stream: VideoStream) -> bool:
    return bool(stream.disposition & (Disposition.attached_pic | Disposition.timed_thumbnails))


def _ranked(streams: tuple[_S, ...]) -> list[_S]:
    """Those that can be decoded, the file's default one first."""
    able = [stream for stream in streams if stream.codec_context is not None]
    return sorted(able, key=lambda stream: not stream.disposition & Disposition.default)


def _declared(container: InputContainer, main: VideoStream | AudioStream) -> float | None:
    """The length of the main track, or of the whole file where the track has none of its own."""
    if container.format.name.split(",")[0] not in _EXACT:
        return None
    own = _stream_seconds(main)
    if own is None and container.duration:
        return container.duration / av.time_base
    return own


def _stream_seconds(stream: VideoStream | AudioStream) -> float | None:
    """The length that the stream's own header gives, in seconds; Matroska keeps it in a tag."""
    if stream.duration is not None and stream.time_base is not None:
        return float(stream.duration * stream.time_base)
    hours, _, rest = stream.metadata.get("DURATION", "").partition(":")
    minutes, _, seconds = rest.partition(":")
    try:
        return int(hours) * 3600 + int(minutes) * 60 + float(seconds)
    except ValueError:
        return None


def _media_type(container: InputContainer, source: Source, film: bool) -> str:
    """What the caller found in the bytes, unless it says video of a file that has only sound."""
    kind = "video/" if film else "audio/"
    if source.media_type is not None and source.media_type.startswith(kind):
        return source.media_type
    name = container.format.name.split(",")[0]
    return _TYPES.get(name, ("video/x-" + name, "audio/x-" + name))[0 if film else 1]
