"""TwelveLabs Marengo Embed: requests and answers as our types. The JSON of 3.0 and 2.7 is in ``marengobody``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from sensorium.errors import Unavailable
from sensorium.types import Vector
from sensorium.wire.mediasource import MediaSource

DIMENSION_3 = 512
DIMENSION_2 = 1024
MAX_IMAGE_BYTES = 5 << 20
MAX_MEDIA_BYTES = 6 << 30
MAX_MEDIA_SECONDS = 4 * 3600.0
MAX_MEDIA_BYTES_2 = 2 << 30
MAX_MEDIA_SECONDS_2 = 2 * 3600.0
IMAGE_FORMATS = ("png", "jpeg", "gif", "webp")
FIXED_SECONDS = (1, 10)
DEFAULT_FIXED_SECONDS = 6.0
DYNAMIC_SECONDS = (1, 5)
DEFAULT_DYNAMIC_SECONDS = 4.0
FIXED_SECONDS_2 = (2, 10)

VIDEO_OPTIONS = ("visual", "audio", "transcription")
AUDIO_OPTIONS = ("audio", "transcription")
TYPES = ("separate_embedding", "fused_embedding")
SCOPES = ("clip", "asset")
VIDEO_OPTIONS_2 = ("visual-text", "visual-image", "audio")


@dataclass(frozen=True, slots=True)
class TextInput:
    """A text; ``truncate`` False (2.7 only) asks for an error where it is too long."""

    text: str
    truncate: bool = True


@dataclass(frozen=True, slots=True)
class ImageInput:
    """An image, and a text to be fused with it (3.0 only)."""

    source: MediaSource
    text: str | None = None


@dataclass(frozen=True, slots=True)
class MultiInput:
    """A text and named images for one vector (3.0); the text names each image as ``<@name>``."""

    text: str
    images: tuple[tuple[str, MediaSource], ...]


@dataclass(frozen=True, slots=True)
class Fixed:
    """Clips of so many seconds."""

    seconds: float = DEFAULT_FIXED_SECONDS


@dataclass(frozen=True, slots=True)
class Dynamic:
    """Clips that follow the shots, of at least so many seconds."""

    min_seconds: float = DEFAULT_DYNAMIC_SECONDS


@dataclass(frozen=True, slots=True)
class MediaInput:
    """A sound (``kind`` audio) or video file, cut into clips; StartAsyncInvoke only.

    ``start_s`` to ``end_s`` (None: to its end) is embedded. ``options``, ``types`` and ``scopes`` say which vectors are
    wanted: a clip's and the whole file's, apart or fused.
    """

    kind: str
    source: MediaSource
    start_s: float = 0.0
    end_s: float | None = None
    segmentation: Fixed | Dynamic | None = None
    options: tuple[str, ...] = VIDEO_OPTIONS
    types: tuple[str, ...] = TYPES[:1]
    scopes: tuple[str, ...] = SCOPES


Content = TextInput | ImageInput | MultiInput | MediaInput


@dataclass(frozen=True, slots=True)
class Request:
    """What to embed; ``inference_id`` is the caller's own mark (3.0)."""

    content: Content
    inference_id: str | None = None


@dataclass(frozen=True, slots=True, eq=False)
class Embedded:
    """One vector; of sound and video also what it stands for and the seconds that it covers."""

    vector: Vector
    option: str | None = None
    scope: str | None = None
    start_s: float | None = None
    end_s: float | None = None


def answer(embeddings: list[Embedded]) -> dict[str, Any]:
    """``{"data": [...]}``, of InvokeModel and of ``output.json`` alike; the vectors stay arrays."""
    return {"data": [_entry(each) for each in embeddings]}


def parse_answer(document: object) -> list[Embedded]:
    """The answer as types; ``data`` may be one object, as AWS's page prints it. Raises Unavailable for no answer."""
    try:
        data = cast(Mapping[str, Any], document)["data"]
        return [_embedded(entry) for entry in ([data] if isinstance(data, dict) else data)]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unavailable(f"an answer of Marengo without readable embeddings ({error!r})", path="data") from error


def _entry(embedded: Embedded) -> dict[str, Any]:
    facts = {
        "embeddingOption": embedded.option,
        "embeddingScope": embedded.scope,
        "startSec": embedded.start_s,
        "endSec": embedded.end_s,
    }
    return {"embedding": embedded.vector, **{name: fact for name, fact in facts.items() if fact is not None}}


def _embedded(entry: Mapping[str, Any]) -> Embedded:
    vector = np.asarray(entry["embedding"], np.float32)
    if vector.ndim != 1 or not len(vector):
        raise ValueError(f"an embedding of shape {vector.shape}")
    facts = (entry.get(name) for name in ("embeddingOption", "embeddingScope", "startSec", "endSec"))
    return Embedded(vector, *facts)
