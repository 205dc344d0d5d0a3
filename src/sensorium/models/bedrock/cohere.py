"""Cohere Embed: up to 96 texts a call; pictures too, with v4 also a page's text and picture together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sensorium.errors import Invalid
from sensorium.models.bedrock import picture
from sensorium.models.bedrock.dialect import words
from sensorium.types import Image, Matrix, Modality, Page, Payload, Purpose
from sensorium.wire import cohere

IMAGES = {
    3: frozenset(f"image/{name}" for name in cohere.IMAGE_FORMATS),
    4: frozenset(f"image/{name}" for name in cohere.V4_IMAGE_FORMATS),
}
MAX_CHARS = {3: cohere.V3_MAX_CHARS, 4: 50_000}
"""By version."""
_DOCUMENT, _QUERY = "search_document", "search_query"
PURPOSES: Mapping[Purpose, str] = {
    Purpose.GENERIC_INDEX: _DOCUMENT,
    **{purpose: _QUERY for purpose in Purpose if purpose.value.endswith("_RETRIEVAL")},
    Purpose.CLASSIFICATION: "classification",
    Purpose.CLUSTERING: "clustering",
}
"""What each purpose is as ``input_type``."""


class Cohere:
    """``version`` 3 or 4. A text that is too long is cut at its end."""

    def __init__(self, version: int) -> None:
        self._version = version
        self._room = picture.Room(IMAGES[version], cohere.MAX_IMAGE_BYTES)

    def size(self, modality: Modality) -> int:
        return cohere.MAX_TEXTS if modality is Modality.TEXT else 1

    def body(self, payloads: Sequence[Payload], purpose: Purpose, dim: int) -> dict[str, Any]:
        inputs = tuple(self._parts(payload) for payload in payloads)
        if self._version == 4:
            return cohere.body_4(cohere.Request(inputs, PURPOSES[purpose], dim, truncate="RIGHT"))
        kind = PURPOSES[purpose] if isinstance(inputs[0][0], str) else "image"
        return cohere.body_3(cohere.Request(inputs, kind, dim, truncate="END"))

    def rows(self, document: object) -> Matrix:
        return cohere.parse_answer(document)

    def _parts(self, payload: Payload) -> tuple[cohere.Part, ...]:
        most = MAX_CHARS[self._version]
        match payload:
            case str():
                return (payload[:most],)
            case Image():
                return (cohere.DataUri(*picture.encoded(payload, self._room)),)
            case Page(text, Image() as shown, encoded):
                image = cohere.DataUri(*picture.encoded(shown, self._room, encoded))
                return (text[:most], image) if self._version == 4 and text.strip() else (image,)
            case Page():
                return (words(payload)[:most],)
            case _:
                raise Invalid("Cohere Embed takes texts and pictures only", path="payload")
