"""InvokeModel for Amazon Nova Multimodal Embeddings."""

from __future__ import annotations

from sensorium.errors import Invalid
from sensorium.server.bedrock import decoding
from sensorium.server.bedrock.installed import Model
from sensorium.server.bedrock.reply import Reply, count
from sensorium.server.bedrock.sources import Sources
from sensorium.types import Audio, Payload, Video
from sensorium.wire import nova, novabody
from sensorium.wire.nova import (
    AudioInput,
    DetailLevel,
    Embedded,
    EmbeddingMode,
    EmbeddingType,
    ImageInput,
    TextInput,
    TruncationMode,
    VideoInput,
)
from sensorium.wire.schema import malformed

_PATH = "#/singleEmbeddingParams"


def invoke(document: object, model: Model, sources: Sources, lenient: bool = False) -> Reply:
    """The answer to a SINGLE_EMBEDDING. Raises AwsFault for a bad body, and as ``decoding`` for bad media."""
    request = novabody.parse_single(document, lenient)
    truncated = None
    tokens = 0
    payloads: list[Payload]
    match request.content:
        case TextInput() as given:
            text = _text(given, sources)
            tokens = count([text])
            text, truncated = cut(text, model.spec.limits.max_chars, given.truncation)
            payloads, types = [text], [EmbeddingType.TEXT]
        case ImageInput(source, form, detail):
            fetched = sources.fetch(source, f"{_PATH}/image/source", nova.SINGLE_SIZES.image, nova.MEDIA_TYPES[form])
            read = decoding.page if detail is DetailLevel.DOCUMENT_IMAGE else decoding.picture
            payloads, types = [read(fetched, nova.IMAGE_FORMATS, model.spec)], [EmbeddingType.IMAGE]
        case AudioInput(source, form):
            fetched = sources.fetch(source, f"{_PATH}/audio/source", nova.SINGLE_SIZES.audio, nova.MEDIA_TYPES[form])
            formats = nova.LENIENT_AUDIO_FORMATS if lenient else nova.AUDIO_FORMATS
            payloads, types = [decoding.sound(fetched, formats, model.spec)], [EmbeddingType.AUDIO]
        case VideoInput(source, form, mode):
            fetched = sources.fetch(source, f"{_PATH}/video/source", nova.SINGLE_SIZES.video, nova.MEDIA_TYPES[form])
            clip = decoding.clip(fetched, nova.VIDEO_FORMATS, model.spec)
            if mode is EmbeddingMode.AUDIO_VIDEO_COMBINED:
                payloads, types = [clip], [EmbeddingType.AUDIO_VIDEO_COMBINED]
            else:
                payloads = decoding.separated(fetched, clip)
                types = [embedding_type(payload) for payload in payloads]
    rows = model.embed(payloads, request.purpose, request.dimension)
    return Reply(novabody.answer([Embedded(*each, truncated) for each in zip(types, rows, strict=True)]), tokens)


def embedding_type(payload: Payload) -> EmbeddingType:
    """What AUDIO_VIDEO_SEPARATE calls a part of a video."""
    match payload:
        case Video():
            return EmbeddingType.VIDEO
        case Audio():
            return EmbeddingType.AUDIO
        case _:
            raise Invalid(f"a part of a video is a Video or an Audio, not {type(payload).__name__}", path="payload")


def cut(text: str, limit: int | None, mode: TruncationMode) -> tuple[str, int | None]:
    """The text within a model's limit, and how many characters of it are left where it was cut (else None).

    Raises AwsFault for a text that is too long in the mode NONE.
    """
    if limit is None or len(text) <= limit:
        return text, None
    match mode:
        case TruncationMode.END:
            return text[:limit], limit
        case TruncationMode.START:
            return text[-limit:], limit
        case TruncationMode.NONE:
            raise malformed((f"{_PATH}/text/value", f"expected maxLength: {limit}, actual: {len(text)}"))


def _text(given: TextInput, sources: Sources) -> str:
    if isinstance(given.text, str):
        return given.text
    path = f"{_PATH}/text/source"
    text = decoding.text(sources.fetch(given.text, path, nova.SINGLE_SIZES.text))
    if not 1 <= len(text) <= nova.MAX_CHARS:
        limit = f"expected maxLength: {nova.MAX_CHARS}" if text else "expected minLength: 1"
        raise malformed((path, f"{limit}, actual: {len(text)}"))
    return text
