"""The matched seconds of a film or sound as a file of their own, for browsers that cannot play the original."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sensorium.errors import NotFound
from sensorium.media.read import read
from sensorium.server.api.diskcache import DiskCache
from sensorium.types import Audio, Reading, Segmentation, Source, Span, TimeSpan, Video

_LONGEST_S = 30.0
_READING = Reading(sample_rate=44_100, frames=1, picture_side=64)
"""The clip is cut from the file itself; of the pictures read on the way only one small one is wanted."""


class Clips:
    """Cuts clips and keeps them on the disk. Thread-safe."""

    def __init__(self, cache: DiskCache) -> None:
        self._cache = cache

    def get(self, source: Source, content: str, span: Span | None) -> tuple[Path, str]:
        """(file, media type): an MP4, or a WAV where there are no pictures; at most the first 30 seconds of the span.

        Raises NotFound (``no_clip``) for what is neither sound nor film, Unreadable for what is damaged there.
        """
        start, end = (span.start_s, span.end_s) if isinstance(span, TimeSpan) else (0.0, _LONGEST_S)
        end = min(end, start + _LONGEST_S)
        name = hashlib.blake2b(f"clip {content} {start} {end}".encode(), digest_size=16).hexdigest()
        path = self._cache.get(f"{name}.clip", lambda: _cut(source, start, end))
        with path.open("rb") as file:
            return path, "audio/wav" if file.read(4) == b"RIFF" else "video/mp4"


def _cut(source: Source, start: float, end: float) -> bytes:
    from sensorium.media import audio, clip

    segment = next(read(source, Segmentation(seconds=_LONGEST_S, start=start, end=end), _READING))
    match segment.payload:
        case Video() as video:
            return clip.mp4(source, start, start + video.seconds, video.sound).read()
        case Audio() as sound:
            return audio.wav(sound.samples, sound.rate).read()
    raise NotFound(f"{source.uri}: {segment.modality} has no clip", code="no_clip", path=source.uri)
