"""Amazon Nova Multimodal Embeddings: every modality, one payload a call."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

import numpy as np

from sensorium.errors import Unavailable
from sensorium.models.bedrock import clip, picture, sound
from sensorium.models.bedrock.dialect import MAX_INLINE, words
from sensorium.types import Audio, Encoded, Image, Matrix, Modality, Page, Payload, Purpose, Segmentation, Video
from sensorium.wire import nova, novabody, novaoutput
from sensorium.wire.mediasource import MediaSource
from sensorium.wire.nova import (
    AudioInput,
    Content,
    DetailLevel,
    ImageInput,
    SegmentedEmbedding,
    SingleEmbedding,
    TextInput,
    VideoInput,
)
from sensorium.wire.novaoutput import Line

IMAGES = frozenset(nova.MEDIA_TYPES[name] for name in nova.IMAGE_FORMATS)
SOUNDS = frozenset(nova.MEDIA_TYPES[name] for name in nova.AUDIO_FORMATS)
VIDEOS = frozenset(nova.MEDIA_TYPES[name] for name in nova.VIDEO_FORMATS)
_FORMATS = {media_type: name for name, media_type in reversed(nova.MEDIA_TYPES.items())}
_ROOM = picture.Room(IMAGES, MAX_INLINE)


class Nova:
    """A text that is too long is cut at its end. A page goes as its picture, in the detail of documents."""

    def size(self, modality: Modality) -> int:
        return 1

    def body(self, payloads: Sequence[Payload], purpose: Purpose, dim: int) -> dict[str, Any]:
        (payload,) = payloads
        return novabody.single_body(SingleEmbedding(_content(payload), purpose, dim))

    def rows(self, document: object) -> Matrix:
        found = novabody.parse_answer(document)
        if len(found) != 1:
            raise Unavailable(f"an answer of Nova with {len(found)} embeddings where one was asked for", path="answer")
        return np.stack([found[0].vector])

    def job(self, uri: str, media_type: str, segmentation: Segmentation, purpose: Purpose, dim: int) -> dict[str, Any]:
        place, form = MediaSource(uri=uri), _FORMATS[media_type]
        content = VideoInput(place, form) if media_type in VIDEOS else AudioInput(place, form)
        shortest, longest = nova.SEGMENT_SECONDS
        seconds = min(max(round(segmentation.seconds), shortest), longest)
        return novabody.segmented_body(SegmentedEmbedding(content, purpose, dim, seconds=seconds))

    def segments(self, folder: str, read: Callable[[str], bytes]) -> Iterator[Line]:
        found = novaoutput.files(read(f"{folder}/{novaoutput.RESULT}"))
        lines = [line for uri in found for line in novaoutput.lines(read(uri), uri)]
        yield from sorted(lines, key=lambda line: line.start_s)


def _content(payload: Payload) -> Content:
    match payload:
        case str():
            return TextInput(payload[: nova.MAX_CHARS])
        case Image():
            return _image(payload, DetailLevel.STANDARD_IMAGE)
        case Page(picture=None):
            return TextInput(words(payload)[: nova.MAX_CHARS])
        case Page(picture=shown, encoded=encoded):
            assert shown is not None
            return _image(shown, DetailLevel.DOCUMENT_IMAGE, encoded)
        case Audio():
            media_type, data = sound.encoded(payload, SOUNDS, MAX_INLINE)
            return AudioInput(MediaSource(data), _FORMATS[media_type])
        case Video():
            media_type, data = clip.encoded(payload, VIDEOS, MAX_INLINE)
            return VideoInput(MediaSource(data), _FORMATS[media_type])


def _image(image: Image, detail: DetailLevel, encoded: Encoded | None = None) -> ImageInput:
    media_type, data = picture.encoded(image, _ROOM, encoded)
    return ImageInput(MediaSource(data), _FORMATS[media_type], detail)
