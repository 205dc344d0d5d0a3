"""The nouns that every room of the house shares: payloads, spans, segments, records, hits.

Imports nothing of ours but the errors. Shapes and units stand with each field.
"""

from __future__ import annotations

import enum
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float32]
"""One embedding, shape ``(dim,)``."""
Matrix = NDArray[np.float32]
"""Embeddings in rows, shape ``(n, dim)``."""
Pixels = NDArray[np.uint8]
"""An RGB picture, shape ``(height, width, 3)``, upright."""
Samples = NDArray[np.float32]
"""Mono sound in [-1, 1], shape ``(n,)``."""

MetadataValue = str | int | float | bool | list[str | int | float]
Metadata = Mapping[str, MetadataValue]
"""What S3 Vectors can hold: strings, numbers, booleans, lists of strings and numbers."""


class Modality(enum.StrEnum):
    """The five kinds of thing that can be embedded. A document is a page: picture and text layer together."""

    TEXT = "text"
    DOCUMENT = "document"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"


class Purpose(enum.StrEnum):
    """Why a vector is made: the nine of Amazon Nova Multimodal Embeddings (``embeddingPurpose``)."""

    GENERIC_INDEX = "GENERIC_INDEX"
    GENERIC_RETRIEVAL = "GENERIC_RETRIEVAL"
    TEXT_RETRIEVAL = "TEXT_RETRIEVAL"
    IMAGE_RETRIEVAL = "IMAGE_RETRIEVAL"
    VIDEO_RETRIEVAL = "VIDEO_RETRIEVAL"
    DOCUMENT_RETRIEVAL = "DOCUMENT_RETRIEVAL"
    AUDIO_RETRIEVAL = "AUDIO_RETRIEVAL"
    CLASSIFICATION = "CLASSIFICATION"
    CLUSTERING = "CLUSTERING"


class Metric(enum.StrEnum):
    """How far apart two vectors are; smaller is nearer. Cosine is 1 - cos (0..2), euclidean the L2 norm."""

    COSINE = "cosine"
    EUCLIDEAN = "euclidean"


# --- payloads: one decoded thing to embed. A ``str`` is a payload too and is always text, never a path. ---


@dataclass(frozen=True, slots=True)
class Encoded:
    """The encoded bytes behind a payload, read only when a remote model wants the file and not our decoding."""

    media_type: str
    read: Callable[[], bytes]


@dataclass(frozen=True, slots=True, eq=False)
class Image:
    """A picture; ``pixels`` is upright RGB, perhaps decoded smaller than the file (see ``Reading.picture_side``)."""

    pixels: Pixels
    encoded: Encoded | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Audio:
    """Mono sound at ``rate`` samples a second."""

    samples: Samples
    rate: int
    encoded: Encoded | None = None

    @property
    def seconds(self) -> float:
        return len(self.samples) / self.rate


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """One page of a document: its text layer (or what OCR read) and its picture; None for a text-only reading."""

    text: str
    picture: Image | None = None
    encoded: Encoded | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Video:
    """A clip: frames in order, ``times[i]`` the second of frame i from the clip's start, and its sound or None.

    Media decodes as many frames as ``Reading.frames`` asks for, spread over the clip; one without pictures is an Audio.
    """

    frames: tuple[Image, ...]
    times: tuple[float, ...]
    seconds: float
    sound: Audio | None = None
    encoded: Encoded | None = None


Payload = str | Page | Image | Audio | Video


def modality_of(payload: Payload) -> Modality:
    """The modality that a payload's type stands for."""
    match payload:
        case str():
            return Modality.TEXT
        case Page():
            return Modality.DOCUMENT
        case Image():
            return Modality.IMAGE
        case Audio():
            return Modality.AUDIO
        case Video():
            return Modality.VIDEO


# --- where a payload came from ---


@dataclass(frozen=True, slots=True)
class PageSpan:
    """A page, 1-based."""

    page: int


@dataclass(frozen=True, slots=True)
class TimeSpan:
    """Seconds from the start of the source, half open."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class TextSpan:
    """Characters (Unicode code points) of the source's decoded text, half open."""

    start_char: int
    end_char: int


Span = PageSpan | TimeSpan | TextSpan


@dataclass(frozen=True, slots=True)
class Source:
    """A file or a blob to read: ``uri`` names it; the bytes are at ``path``, or in ``data``.

    ``media_type`` is what a caller claims (the wire's ``format``); bytes decide, the claim helps where they cannot.
    """

    uri: str
    path: Path | None = None
    data: bytes | None = None
    media_type: str | None = None


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model wants decoded, so that media decodes no more than that."""

    sample_rate: int = 16_000
    """Samples a second of the mono sound."""
    frames: int = 4
    """Frames a video segment, spread evenly."""
    picture_side: int | None = None
    """The shorter side, in pixels, that is enough; None keeps every pixel. Decoding stays at or above it."""


@dataclass(frozen=True, slots=True)
class Segmentation:
    """How a source is cut: text by characters at sentence ends (50..50,000), sound and video by seconds (1..30).

    A last piece of sound or video that is shorter than ``tail`` seconds (0..1) goes with the piece before it. Of sound
    and video only seconds ``start`` to ``end`` (None: to the end) are read.
    """

    max_chars: int = 400
    seconds: float = 5.0
    tail: float = 1.0
    start: float = 0.0
    end: float | None = None


@dataclass(frozen=True, slots=True)
class Segment:
    """A payload with its source and span: one segment, one vector; ``span`` is None for a source that is one segment.

    ``text`` is the segment's text where it has any (a passage, a page's text layer); ``notes`` say what a reader should
    know (a page without a text layer and no OCR installed, a document read as text only).
    """

    source: str
    modality: Modality
    media_type: str
    span: Span | None
    payload: Payload
    text: str | None = None
    notes: tuple[str, ...] = ()


# --- what a store keeps and gives back ---


@dataclass(frozen=True, slots=True, eq=False)
class Record:
    """Key (1..1024 UTF-8 bytes), float32 vector of the index's dimension, metadata."""

    key: str
    vector: Vector
    metadata: Metadata = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Scores:
    """Scores of a query with texts: reciprocal-rank-fused, and BM25 by metadata key. Higher is better for both."""

    fused: float | None = None
    bm25: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """One answer. The order of hits is the rank; ``distance`` is None when the query held no vector."""

    key: str
    distance: float | None
    metadata: Metadata = field(default_factory=dict)
    scores: Scores | None = None

    @property
    def source(self) -> str | None:
        """The URI that the record came from, also where another program wrote it under its own key."""
        return metadata_source(self.metadata)

    @property
    def modality(self) -> str | None:
        value = self.metadata.get("modality")
        return value if isinstance(value, str) else None

    @property
    def span(self) -> Span | None:
        return metadata_span(self.metadata)


SOURCE_KEYS = ("source", "S3VECTORS-EMBED-SRC-LOCATION", "s3_uri", "full_path", "image_path")
"""Where writers of records put the source: ours first, then those of other programs."""


def metadata_source(metadata: Metadata) -> str | None:
    """The source that a record's metadata names, or None."""
    for key in SOURCE_KEYS:
        value = metadata.get(key)
        if isinstance(value, str) and value:
            return value
    return None


def span_metadata(span: Span | None) -> dict[str, MetadataValue]:
    """The standard metadata keys of a span (DESIGN: page | start_s, end_s | start_char, end_char)."""
    match span:
        case PageSpan(page):
            return {"page": page}
        case TimeSpan(start, end):
            return {"start_s": start, "end_s": end}
        case TextSpan(start, end):
            return {"start_char": start, "end_char": end}
        case None:
            return {}


def metadata_span(metadata: Metadata) -> Span | None:
    """The span that a record's standard metadata names; the inverse of :func:`span_metadata`."""

    def number(name: str) -> float | None:
        value = metadata.get(name)
        return value if isinstance(value, int | float) and not isinstance(value, bool) else None

    if (page := number("page")) is not None:
        return PageSpan(int(page))
    if (start := number("start_s")) is not None and (end := number("end_s")) is not None:
        return TimeSpan(float(start), float(end))
    if (start := number("start_char")) is not None and (end := number("end_char")) is not None:
        return TextSpan(int(start), int(end))
    return None


def as_matrix(rows: Sequence[Vector], dim: int) -> Matrix:
    """Stack vectors into ``(n, dim)`` float32, also when there are none."""
    return np.stack(rows).astype(np.float32, copy=False) if rows else np.empty((0, dim), np.float32)
