"""Amazon Titan embeddings: text v1 and v2 (``inputText``), and the multimodal model (``inputText``, ``inputImage``)."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

import numpy as np

from sensorium.errors import Unavailable
from sensorium.types import Vector
from sensorium.wire.mediasource import decoded
from sensorium.wire.schema import Flag, Items, Object, Text, Whole, check, malformed

TEXT_1_DIMENSION = 1536
TEXT_2_DIMENSIONS = (256, 512, 1024)
IMAGE_DIMENSIONS = (256, 384, 1024)
DEFAULT_DIMENSION = 1024
MAX_CHARS = 50_000
IMAGE_FORMATS = ("png", "jpeg")
MAX_IMAGE_BYTES = 25_000_000
MAX_IMAGE_SIDE = 2048

_INPUT_TEXT = Text(1, MAX_CHARS)
_TEXT_1 = Object({"inputText": _INPUT_TEXT}, required=("inputText",))
_TEXT_2 = Object(
    {
        "inputText": _INPUT_TEXT,
        "dimensions": Whole(values=TEXT_2_DIMENSIONS),
        "normalize": Flag(),
        "embeddingTypes": Items(Text(values=("float", "binary")), low=1, high=2),
    },
    required=("inputText",),
)
_IMAGE = Object(
    {
        "inputText": _INPUT_TEXT,
        "inputImage": Text(low=1),
        "embeddingConfig": Object({"outputEmbeddingLength": Whole(values=IMAGE_DIMENSIONS)}),
    }
)


@dataclass(frozen=True, slots=True)
class TextRequest:
    """``types`` are among ``float`` and ``binary``; None is version 1, which knows neither them nor dimensions.

    ``normalize`` False asks for the model's own length; models here only make unit vectors.
    """

    text: str
    dimension: int = DEFAULT_DIMENSION
    normalize: bool = True
    types: tuple[str, ...] | None = ("float",)


@dataclass(frozen=True, slots=True)
class ImageRequest:
    """A text, the bytes of an image, or both for one vector between them."""

    text: str | None = None
    image: bytes | None = None
    dimension: int = DEFAULT_DIMENSION


def parse_text_1(document: object) -> TextRequest:
    """A body of Titan Text v1. Raises AwsFault, like the others."""
    return TextRequest(check(_TEXT_1, document)["inputText"], TEXT_1_DIMENSION, types=None)


def parse_text_2(document: object) -> TextRequest:
    """A body of Titan Text v2."""
    found = check(_TEXT_2, document)
    types = tuple(dict.fromkeys(found.get("embeddingTypes", ("float",))))
    return TextRequest(
        found["inputText"], found.get("dimensions", DEFAULT_DIMENSION), found.get("normalize", True), types
    )


def parse_image(document: object) -> ImageRequest:
    """A body of Titan Multimodal v1."""
    found = check(_IMAGE, document)
    if "inputText" not in found and "inputImage" not in found:
        raise malformed(("#", "at least one of [inputText, inputImage] is required, found none"))
    image = decoded(found["inputImage"], "#/inputImage") if "inputImage" in found else None
    dimension = found.get("embeddingConfig", {}).get("outputEmbeddingLength", DEFAULT_DIMENSION)
    return ImageRequest(found.get("inputText"), image, dimension)


def text_body(request: TextRequest) -> dict[str, Any]:
    """The body that ``parse_text_1`` (``types`` None) or ``parse_text_2`` reads."""
    if request.types is None:
        return {"inputText": request.text}
    settings = {"dimensions": request.dimension, "normalize": request.normalize, "embeddingTypes": list(request.types)}
    return {"inputText": request.text, **settings}


def image_body(request: ImageRequest) -> dict[str, Any]:
    """The body that ``parse_image`` reads."""
    body: dict[str, Any] = {"embeddingConfig": {"outputEmbeddingLength": request.dimension}}
    if request.text is not None:
        body["inputText"] = request.text
    if request.image is not None:
        body["inputImage"] = base64.b64encode(request.image).decode("ascii")
    return body


def text_answer(request: TextRequest, vector: Vector, tokens: int) -> dict[str, Any]:
    """The answer to a text: ``binary`` is one 0 or 1 a component."""
    if request.types is None:
        return {"embedding": vector, "inputTextTokenCount": tokens}
    made = {"float": vector, "binary": (vector > 0).astype(np.uint8)}
    by_type = {name: made[name] for name in request.types}
    plain = {"embedding": vector} if "float" in by_type else {}
    return {**plain, "embeddingsByType": by_type, "inputTextTokenCount": tokens}


def image_answer(vector: Vector, tokens: int) -> dict[str, Any]:
    """The answer of the multimodal model."""
    return {"embedding": vector, "inputTextTokenCount": tokens, "message": None}


def parse_answer(document: object) -> Vector:
    """The float vector of any Titan answer. Raises Unavailable for a document that is none."""
    try:
        found = cast(Mapping[str, Any], document)
        vector = np.asarray(found["embedding"] if "embedding" in found else found["embeddingsByType"]["float"])
        if vector.ndim != 1 or not len(vector):
            raise ValueError(f"an embedding of shape {vector.shape}")
        return vector.astype(np.float32)
    except (KeyError, TypeError, ValueError) as error:
        raise Unavailable(f"an answer of Titan without a readable embedding ({error!r})", path="embedding") from error
