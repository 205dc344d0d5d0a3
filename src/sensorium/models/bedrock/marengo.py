"""TwelveLabs Marengo Embed: texts and pictures one a call; sound and video only as objects in S3 (async)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from sensorium.errors import Invalid, Unavailable
from sensorium.models.bedrock import picture
from sensorium.models.bedrock.dialect import words
from sensorium.types import Image, Matrix, Modality, Page, Payload, Purpose, Segmentation
from sensorium.wire import marengo, marengobody
from sensorium.wire.mediasource import MediaSource
from sensorium.wire.novaoutput import Line

IMAGES = frozenset(f"image/{name}" for name in marengo.IMAGE_FORMATS)
MAX_CHARS = {2: 300, 3: 2_000}
"""By version: 77 and 500 tokens."""
_FUSED = marengo.TYPES[1:]
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

    def job(self, uri: str, media_type: str, segmentation: Segmentation, purpose: Purpose, dim: int) -> dict[str, Any]:
        """3.0 fuses a clip's pictures, sound and speech; 2.7 gives what is seen, or heard where there is only sound."""
        kind = media_type.partition("/")[0]
        shortest, longest = marengo.FIXED_SECONDS if self._version == 3 else marengo.FIXED_SECONDS_2
        cut = marengo.Fixed(min(max(segmentation.seconds, shortest), longest))
        options: tuple[str, ...] = marengo.VIDEO_OPTIONS if kind == "video" else marengo.AUDIO_OPTIONS
        types = _FUSED
        if self._version == 2:
            options, types = ("visual-image",) if kind == "video" else ("audio",), marengo.TYPES[:1]
        content = marengo.MediaInput(
            kind, MediaSource(uri=uri), segmentation=cut, options=options, types=types, scopes=("clip",)
        )
        request = marengo.Request(content)
        return marengobody.body_3(request) if self._version == 3 else marengobody.body_2(request)

    def segments(self, folder: str, read: Callable[[str], bytes]) -> Iterator[Line]:
        uri = f"{folder}/output.json"
        try:
            document = json.loads(read(uri))
        except ValueError as error:
            raise Unavailable(f"{uri} cannot be read ({error})", path=uri) from error
        found = [Line(each.start_s or 0.0, each.end_s or 0.0, each.vector) for each in marengo.parse_answer(document)]
        yield from sorted(found, key=lambda line: line.start_s)
