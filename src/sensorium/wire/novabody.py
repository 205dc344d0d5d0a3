"""The JSON of Amazon Nova Multimodal Embeddings, to the types of ``nova`` and back.

The server reads requests and writes answers; the Bedrock back end writes requests and reads answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any, cast

import numpy as np

from sensorium.errors import Unavailable
from sensorium.types import Purpose
from sensorium.wire import mediasource, nova
from sensorium.wire.nova import (
    AudioInput,
    Content,
    DetailLevel,
    Embedded,
    EmbeddingMode,
    EmbeddingType,
    ImageInput,
    SegmentedEmbedding,
    SingleEmbedding,
    TextInput,
    TruncationMode,
    VideoInput,
)
from sensorium.wire.schema import Object, Schema, Text, Whole, check

_KINDS = ("text", "image", "audio", "video")
_SINGLE, _SEGMENTED = "SINGLE_EMBEDDING", "SEGMENTED_EMBEDDING"
_PARAMS = {_SINGLE: "singleEmbeddingParams", _SEGMENTED: "segmentedEmbeddingParams"}


def parse_single(document: object, lenient: bool = False) -> SingleEmbedding:
    """InvokeModel's body. ``lenient`` takes audio formats that AWS refuses. Raises AwsFault in Bedrock's wording."""
    params = check(_schema(_SINGLE, lenient), document)[_PARAMS[_SINGLE]]
    content = _content(params, f"#/{_PARAMS[_SINGLE]}")
    return SingleEmbedding(content, Purpose(params["embeddingPurpose"]), _dimension(params))


def parse_segmented(document: object, lenient: bool = False) -> SegmentedEmbedding:
    """StartAsyncInvoke's ``modelInput``; as :func:`parse_single`. Its sources are in S3."""
    params = check(_schema(_SEGMENTED, lenient), document)[_PARAMS[_SEGMENTED]]
    content = _content(params, f"#/{_PARAMS[_SEGMENTED]}")
    config = next(params[kind] for kind in _KINDS if kind in params).get("segmentationConfig", {})
    return SegmentedEmbedding(
        content,
        Purpose(params["embeddingPurpose"]),
        _dimension(params),
        config.get("maxLengthChars", nova.DEFAULT_SEGMENT_CHARS),
        config.get("durationSeconds", nova.DEFAULT_SEGMENT_SECONDS),
    )


def single_body(request: SingleEmbedding) -> dict[str, Any]:
    """The body that :func:`parse_single` reads."""
    return _body(_SINGLE, request, _member(request.content))


def segmented_body(request: SegmentedEmbedding) -> dict[str, Any]:
    """The ``modelInput`` that :func:`parse_segmented` reads."""
    (kind, member) = _member(request.content)
    if kind == "text":
        member["segmentationConfig"] = {"maxLengthChars": request.max_chars}
    elif kind != "image":
        member["segmentationConfig"] = {"durationSeconds": request.seconds}
    return _body(_SEGMENTED, request, (kind, member))


def answer(embeddings: Sequence[Embedded]) -> dict[str, Any]:
    """InvokeModel's answer; the vectors stay arrays, which ``body.encode`` writes."""
    return {"embeddings": [_entry(each) for each in embeddings]}


def parse_answer(document: object) -> list[Embedded]:
    """The answer as types. Raises Unavailable for a document that is no such answer."""
    try:
        return [_embedded(entry) for entry in cast(Mapping[str, Any], document)["embeddings"]]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Unavailable(f"an answer of Nova without readable embeddings ({error!r})", path="embeddings") from error


def _embedded(entry: Mapping[str, Any]) -> Embedded:
    vector = np.asarray(entry["embedding"], np.float32)
    if vector.ndim != 1 or not len(vector):
        raise ValueError(f"an embedding of shape {vector.shape}")
    return Embedded(EmbeddingType(entry["embeddingType"]), vector, entry.get("truncatedCharLength"))


def _entry(embedded: Embedded) -> dict[str, Any]:
    entry: dict[str, Any] = {"embeddingType": embedded.type.value, "embedding": embedded.vector}
    if embedded.truncated is not None:
        entry["truncatedCharLength"] = embedded.truncated
    return entry


def _body(
    task: str, request: SingleEmbedding | SegmentedEmbedding, member: tuple[str, dict[str, Any]]
) -> dict[str, Any]:
    params = {
        "embeddingPurpose": request.purpose.value,
        "embeddingDimension": request.dimension,
        member[0]: member[1],
    }
    return {"schemaVersion": nova.SCHEMA_VERSION, "taskType": task, _PARAMS[task]: params}


def _member(content: Content) -> tuple[str, dict[str, Any]]:
    match content:
        case TextInput(text, truncation):
            said = {"value": text} if isinstance(text, str) else {"source": mediasource.body(text, "bytes")}
            return "text", {"truncationMode": truncation.value, **said}
        case ImageInput(source, form, detail):
            media = {"format": form, "source": mediasource.body(source, "bytes")}
            return "image", {**media, "detailLevel": detail.value}
        case AudioInput(source, form):
            return "audio", {"format": form, "source": mediasource.body(source, "bytes")}
        case VideoInput(source, form, mode):
            media = {"format": form, "source": mediasource.body(source, "bytes")}
            return "video", {**media, "embeddingMode": mode.value}


def _content(params: Mapping[str, Any], path: str) -> Content:
    kind = next(kind for kind in _KINDS if kind in params)
    member = params[kind]
    source = mediasource.parse(member["source"], "bytes", f"{path}/{kind}/source") if "source" in member else None
    if source is None or kind == "text":
        return TextInput(source or member["value"], TruncationMode(member["truncationMode"]))
    if kind == "image":
        return ImageInput(source, member["format"], DetailLevel(member.get("detailLevel", "STANDARD_IMAGE")))
    if kind == "audio":
        return AudioInput(source, member["format"])
    return VideoInput(source, member["format"], EmbeddingMode(member["embeddingMode"]))


def _dimension(params: Mapping[str, Any]) -> int:
    return int(params.get("embeddingDimension", nova.DEFAULT_DIMENSION))


@cache
def _schema(task: str, lenient: bool) -> Object:
    inline = task == _SINGLE
    source = mediasource.schema("bytes") if inline else mediasource.S3_ONLY
    formats = {
        "image": nova.IMAGE_FORMATS,
        "audio": nova.LENIENT_AUDIO_FORMATS if lenient else nova.AUDIO_FORMATS,
        "video": nova.VIDEO_FORMATS,
    }
    own: dict[str, dict[str, Schema]] = {
        "image": {"detailLevel": Text(values=tuple(DetailLevel))},
        "audio": {},
        "video": {"embeddingMode": Text(values=tuple(EmbeddingMode))},
    }
    kinds: dict[str, Schema] = {"text": _text_schema(inline)}
    for kind, names in formats.items():
        members: dict[str, Schema] = {"format": Text(values=names), "source": source, **own[kind]}
        if not inline and kind != "image":
            low, high = nova.SEGMENT_SECONDS
            members["segmentationConfig"] = Object({"durationSeconds": Whole(low, high)})
        kinds[kind] = Object(members, required=tuple(name for name in members if name != "detailLevel"))
    params = Object(
        {
            "embeddingPurpose": Text(values=tuple(Purpose)),
            "embeddingDimension": Whole(values=nova.DIMENSIONS),
            **kinds,
        },
        required=("embeddingPurpose",),
        choices=(_KINDS,),
    )
    return Object(
        {"schemaVersion": Text(values=nova.SCHEMA_VERSIONS), "taskType": Text(values=(task,)), _PARAMS[task]: params},
        required=("taskType", _PARAMS[task]),
    )


def _text_schema(inline: bool) -> Object:
    members: dict[str, Schema] = {"truncationMode": Text(values=tuple(TruncationMode)), "source": mediasource.S3_ONLY}
    if inline:
        members["value"] = Text(1, nova.MAX_CHARS)
        return Object(members, ("truncationMode",), (("value", "source"),))
    low, high = nova.SEGMENT_CHARS
    members["segmentationConfig"] = Object({"maxLengthChars": Whole(low, high)})
    return Object(members, required=tuple(members))
