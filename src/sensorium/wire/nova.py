"""Amazon Nova Multimodal Embeddings: requests and answers as our types. The JSON itself is in ``novabody``.

``SINGLE_EMBEDDING`` is InvokeModel's task, ``SEGMENTED_EMBEDDING`` StartAsyncInvoke's.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass

from sensorium.types import Purpose, Vector
from sensorium.wire.mediasource import MediaSource

SCHEMA_VERSION = "nova-multimodal-embed-v1"
SCHEMA_VERSIONS = (SCHEMA_VERSION, "amazon.nova-embedding-v1:0")
"""The documentation knows the first alone; code in AWS's own blog sends the second."""
DIMENSIONS = (256, 384, 1024, 3072)
DEFAULT_DIMENSION = 3072
MAX_CHARS = 50_000
"""Characters of a text that is embedded at once."""
MAX_SECONDS = 30.0
"""Seconds of sound or video that are embedded at once."""
SEGMENT_CHARS = (800, 50_000)
DEFAULT_SEGMENT_CHARS = 32_000
SEGMENT_SECONDS = (1, 30)
DEFAULT_SEGMENT_SECONDS = 5

IMAGE_FORMATS = ("png", "jpeg", "gif", "webp")
AUDIO_FORMATS = ("mp3", "wav", "ogg")
VIDEO_FORMATS = ("mp4", "mov", "mkv", "webm", "flv", "mpeg", "mpg", "wmv", "3gp")
LENIENT_AUDIO_FORMATS = (*AUDIO_FORMATS, "flac", "m4a")
"""What source documents claim besides; AWS refuses them."""
MEDIA_TYPES = {
    **{name: f"image/{name}" for name in IMAGE_FORMATS},
    **{"mp3": "audio/mpeg", "wav": "audio/wav", "ogg": "audio/ogg", "flac": "audio/flac", "m4a": "audio/mp4"},
    **{"mp4": "video/mp4", "mov": "video/quicktime", "mkv": "video/x-matroska", "webm": "video/webm"},
    **{"flv": "video/x-flv", "mpeg": "video/mpeg", "mpg": "video/mpeg", "wmv": "video/x-ms-wmv", "3gp": "video/3gpp"},
}
"""The media type of every format name."""


class TruncationMode(enum.StrEnum):
    """Which end of a text that is too long is cut off; NONE refuses it."""

    START = "START"
    END = "END"
    NONE = "NONE"


class DetailLevel(enum.StrEnum):
    """STANDARD_IMAGE is an image, DOCUMENT_IMAGE a page of a document."""

    STANDARD_IMAGE = "STANDARD_IMAGE"
    DOCUMENT_IMAGE = "DOCUMENT_IMAGE"


class EmbeddingMode(enum.StrEnum):
    """One vector for a video's pictures and sound together, or one each."""

    AUDIO_VIDEO_COMBINED = "AUDIO_VIDEO_COMBINED"
    AUDIO_VIDEO_SEPARATE = "AUDIO_VIDEO_SEPARATE"


class EmbeddingType(enum.StrEnum):
    """What an answer's vector stands for."""

    TEXT = "TEXT"
    IMAGE = "IMAGE"
    AUDIO = "AUDIO"
    VIDEO = "VIDEO"
    AUDIO_VIDEO_COMBINED = "AUDIO_VIDEO_COMBINED"


@dataclass(frozen=True, slots=True)
class TextInput:
    """``text`` itself (1..50,000 characters), or an object in S3 that holds it."""

    text: str | MediaSource
    truncation: TruncationMode = TruncationMode.END


@dataclass(frozen=True, slots=True)
class ImageInput:
    """``format`` is one of IMAGE_FORMATS, as the caller claims."""

    source: MediaSource
    format: str
    detail: DetailLevel = DetailLevel.STANDARD_IMAGE


@dataclass(frozen=True, slots=True)
class AudioInput:
    """``format`` is one of AUDIO_FORMATS, as the caller claims."""

    source: MediaSource
    format: str


@dataclass(frozen=True, slots=True)
class VideoInput:
    """``format`` is one of VIDEO_FORMATS, as the caller claims."""

    source: MediaSource
    format: str
    mode: EmbeddingMode = EmbeddingMode.AUDIO_VIDEO_COMBINED


Content = TextInput | ImageInput | AudioInput | VideoInput


@dataclass(frozen=True, slots=True)
class SingleEmbedding:
    """One input, one vector (two for a video in AUDIO_VIDEO_SEPARATE)."""

    content: Content
    purpose: Purpose
    dimension: int = DEFAULT_DIMENSION


@dataclass(frozen=True, slots=True)
class SegmentedEmbedding:
    """One object in S3, a vector for each of its segments; an image is one segment.

    ``max_chars`` counts for text (800..50,000), ``seconds`` for audio and video (1..30).
    """

    content: Content
    purpose: Purpose
    dimension: int = DEFAULT_DIMENSION
    max_chars: int = DEFAULT_SEGMENT_CHARS
    seconds: int = DEFAULT_SEGMENT_SECONDS


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """One vector of an answer, shape ``(dimension,)``.

    ``truncated`` is the number of characters that were embedded of a text that was cut, else None.
    """

    type: EmbeddingType
    vector: Vector
    truncated: int | None = None


@dataclass(frozen=True, slots=True)
class Sizes:
    """The most bytes that an object in S3 may have."""

    text: int
    image: int
    audio: int
    video: int


_MB = 1 << 20
SINGLE_SIZES = Sizes(text=_MB, image=50 * _MB, audio=100 * _MB, video=100 * _MB)
SEGMENTED_SIZES = Sizes(text=634 * _MB, image=50 * _MB, audio=1024 * _MB, video=2048 * _MB)
SEGMENTED_SECONDS = 2 * 3600.0
"""The longest sound or video of a SEGMENTED_EMBEDDING."""
MAX_TEXT_SEGMENTS = 1900
MAX_TIME_SEGMENTS = 1434
