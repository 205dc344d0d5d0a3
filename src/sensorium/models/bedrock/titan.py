"""Amazon Titan embeddings: texts (v1, v2), and texts and pictures in one space, one payload a call."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sensorium.errors import Invalid
from sensorium.models.bedrock import picture
from sensorium.models.bedrock.dialect import MAX_INLINE, words
from sensorium.types import Image, Matrix, Modality, Page, Payload, Purpose
from sensorium.wire import titan

IMAGES = frozenset(f"image/{name}" for name in titan.IMAGE_FORMATS)
MAX_TEXT = 8_000
"""Characters: the text models take 8,192 tokens."""
MAX_IMAGE_TEXT = 500
"""The multimodal model takes 256 tokens."""
ROOM = picture.Room(IMAGES, min(titan.MAX_IMAGE_BYTES, MAX_INLINE), max_side=titan.MAX_IMAGE_SIDE)


class TitanText:
    """``version`` 1 knows no dimensions; a text that is too long is cut at its end."""

    def __init__(self, version: int) -> None:
        self._version = version

    def size(self, modality: Modality) -> int:
        return 1

    def body(self, payloads: Sequence[Payload], purpose: Purpose, dim: int) -> dict[str, Any]:
        (payload,) = payloads
        if not isinstance(payload, str):
            raise Invalid("Titan Text takes texts only", path="payload")
        types = None if self._version == 1 else ("float",)
        return titan.text_body(titan.TextRequest(payload[:MAX_TEXT], dim, types=types))

    def rows(self, document: object) -> Matrix:
        return np.stack([titan.parse_answer(document)])


class TitanImage:
    """A page goes as its picture, or as its text where it has none."""

    def size(self, modality: Modality) -> int:
        return 1

    def body(self, payloads: Sequence[Payload], purpose: Purpose, dim: int) -> dict[str, Any]:
        (payload,) = payloads
        match payload:
            case str():
                request = titan.ImageRequest(text=payload[:MAX_IMAGE_TEXT], dimension=dim)
            case Image():
                request = titan.ImageRequest(image=picture.encoded(payload, ROOM)[1], dimension=dim)
            case Page(picture=Image() as shown, encoded=encoded):
                request = titan.ImageRequest(image=picture.encoded(shown, ROOM, encoded)[1], dimension=dim)
            case Page():
                request = titan.ImageRequest(text=words(payload)[:MAX_IMAGE_TEXT], dimension=dim)
            case _:
                raise Invalid("Titan Multimodal takes texts and pictures only", path="payload")
        return titan.image_body(request)

    def rows(self, document: object) -> Matrix:
        return np.stack([titan.parse_answer(document)])
