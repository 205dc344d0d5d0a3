"""A body that one article prints for a model id that AWS never had; accepted under that id alone.

It mixes Titan's names with its own: ``inputImage`` is an object with hexadecimal ``imageBytes``, and vectors have 768
components.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from sensorium.types import Vector
from sensorium.wire.mediasource import decoded
from sensorium.wire.schema import Object, Text, TextOr, Whole, check

DIMENSIONS = (256, 384, 768, 1024, 3072)
DEFAULT_DIMENSION = 768
_HEX = re.compile(r"(?:[0-9a-fA-F]{2})+")
_BODY = Object(
    {
        "inputText": Text(1, 50_000),
        "inputImage": TextOr(Text(low=1), Object({"imageBytes": Text(low=1)}, required=("imageBytes",))),
        "embeddingConfig": Object({"outputEmbeddingLength": Whole(values=DIMENSIONS)}),
    },
    choices=(("inputText", "inputImage"),),
)


@dataclass(frozen=True, slots=True)
class Request:
    """A text or the bytes of an image."""

    text: str | None
    image: bytes | None
    dimension: int = DEFAULT_DIMENSION


def parse(document: object) -> Request:
    """The body; the image is an object or a string, hexadecimal or base64. Raises AwsFault."""
    found = check(_BODY, document)
    dimension = found.get("embeddingConfig", {}).get("outputEmbeddingLength", DEFAULT_DIMENSION)
    given = found.get("inputImage")
    if given is None:
        return Request(found["inputText"], None, dimension)
    if isinstance(given, str):
        return Request(None, _bytes(given, "#/inputImage"), dimension)
    return Request(None, _bytes(given["imageBytes"], "#/inputImage/imageBytes"), dimension)


def answer(vector: Vector, tokens: int) -> dict[str, Any]:
    """The vector and the text's length."""
    return {"embedding": vector, "inputTextTokenCount": tokens}


def _bytes(text: str, path: str) -> bytes:
    """No image's base64 consists of hexadecimal digits alone: the first bytes of every format have others."""
    return bytes.fromhex(text) if _HEX.fullmatch(text) else decoded(text, path)
