"""TwelveLabs Marengo Embed: texts and pictures one a call; sound and video only as objects in S3 (async)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from sensorium.errors import Invalid, Unavailable
from sensorium.models.bedrock import picture
from sensorium.models.bedrock.dialect import words
from sensorium.types import Image, Matrix, Modality, Page, Payload, Purpose
from sensorium.wire import marengo, marengobody
from sensorium.wire.mediasource import MediaSource

IMAGES = frozenset(f"image/{name}" for name in marengo.IMAGE_FORMATS)
MAX_CHARS = {2: 300, 3: 2_000}
"""By version: 77 and 500 tokens."""
_ROOM = picture.Room(IMAGES, marengo.MAX_IMAGE_BYTES)


class Marengo:
    """``version`` 2 (2.7) or 3 (3.0). A page goes as its picture, or as its text where it has none."""

    def __init__(self, version: int) -> None:
        self._version = version

    def size(self, modality: Modality) -> int:
        return 1

    def body(self, payloads: Sequence[Payload], purpose: Purpose, dim: int) -> dict[str, Any]:
        (payload,) = payloads
        most = MAX_CHARS[self._version]
        content: marengo.Content
        match payload:
            case str():
                content = marengo.TextInput(payload[:most])
            case Image():
                content = marengo.ImageInput(MediaSource(picture.encoded(payload, _ROOM)[1]))
            case Page(picture=Image() as shown, encoded=encoded):
                content = marengo.ImageInput(MediaSource(picture.encoded(shown, _ROOM, encoded)[1]))
            case Page():
                content = marengo.TextInput(words(payload)[:most])
            case _:
                raise Invalid("Marengo takes sound and video only as objects in S3 (s3://…)", path="payload")
        request = marengo.Request(content)
        return marengobody.body_3(request) if self._version == 3 else marengobody.body_2(request)

    def rows(self, document: object) -> Matrix:
        found = marengo.parse_answer(document)
        if len(found) != 1:
            raise Unavailable(f"an answer of Marengo with {len(found)} embeddings where one was asked for", path="data")
        return np.stack([found[0].vector])
