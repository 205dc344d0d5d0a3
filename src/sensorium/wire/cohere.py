"""Cohere Embed v3 and v4 as Bedrock takes them: lists of texts, images as data URIs, mixed inputs (v4)."""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, cast

import numpy as np

from sensorium.errors import Unavailable
from sensorium.types import Matrix, Purpose
from sensorium.wire.mediasource import decoded
from sensorium.wire.quantized import Quantity, quantized
from sensorium.wire.schema import Items, Object, Schema, Text, TextOr, Whole, check, malformed

V3_DIMENSION = 1024
V4_DIMENSIONS = (256, 512, 1024, 1536)
V4_DEFAULT_DIMENSION = 1536
MAX_TEXTS = 96
V3_MAX_CHARS = 2048
MAX_IMAGE_BYTES = 5 << 20
IMAGE_FORMATS = ("png", "jpeg")
V4_IMAGE_FORMATS = ("png", "jpeg", "gif", "webp")
PURPOSES: Mapping[str, Purpose] = {
    "search_document": Purpose.GENERIC_INDEX,
    "search_query": Purpose.GENERIC_RETRIEVAL,
    "classification": Purpose.CLASSIFICATION,
    "clustering": Purpose.CLUSTERING,
    "image": Purpose.GENERIC_INDEX,
}
"""What ``input_type`` means."""

_DATA_URI = re.compile(r"data:(image/[a-z0-9.+-]+);base64,(.*)", re.DOTALL)
_V3_INPUT_TYPE = Text(values=tuple(PURPOSES))
_V4_INPUT_TYPE = Text(values=tuple(name for name in PURPOSES if name != "image"))
_TYPES = Items(Text(values=tuple(Quantity)), low=1, high=len(Quantity))
_V3 = Object(
    {
        "texts": Items(Text(high=V3_MAX_CHARS), 1, MAX_TEXTS),
        "images": Items(Text(low=1), 1, 1),
        "input_type": _V3_INPUT_TYPE,
        "truncate": Text(values=("NONE", "START", "END")),
        "embedding_types": _TYPES,
    },
    required=("input_type",),
    choices=(("texts", "images"),),
)
_PART: Schema = Object(
    {
        "type": Text(values=("text", "image_url")),
        "text": Text(low=1),
        "image_url": TextOr(Text(low=1), Object({"url": Text(low=1), "detail": Text()}, required=("url",))),
    },
    required=("type",),
    choices=(("text", "image_url"),),
)
_V4 = Object(
    {
        "texts": Items(Text(low=1), 1, MAX_TEXTS),
        "images": Items(Text(low=1), 1, MAX_TEXTS),
        "inputs": Items(Object({"content": Items(_PART, 1)}, required=("content",)), 1, MAX_TEXTS),
        "input_type": _V4_INPUT_TYPE,
        "truncate": Text(values=("NONE", "LEFT", "RIGHT")),
        "embedding_types": _TYPES,
        "output_dimension": Whole(values=V4_DIMENSIONS),
        "max_tokens": Whole(low=0, high=128_000),
    },
    required=("input_type",),
    choices=(("texts", "images", "inputs"),),
)


@dataclass(frozen=True, slots=True)
class DataUri:
    """An image and the media type that its URI claims."""

    media_type: str
    data: bytes

    def __str__(self) -> str:
        return f"data:{self.media_type};base64,{base64.b64encode(self.data).decode('ascii')}"


Part = str | DataUri


@dataclass(frozen=True, slots=True)
class Picture:
    """How an answer describes an image that came in: pixels, format name, bits a pixel."""

    width: int
    height: int
    format: str
    bit_depth: int


@dataclass(frozen=True, slots=True)
class Request:
    """``inputs`` become a vector each, from their parts together.

    ``types`` None asks for plain floats. ``truncate`` says which end of a text goes, NONE that it must fit: every text
    that the body admits does.
    """

    inputs: tuple[tuple[Part, ...], ...]
    input_type: str
    dimension: int = V3_DIMENSION
    types: tuple[Quantity, ...] | None = None
    truncate: str = "NONE"

    @property
    def texts(self) -> list[str]:
        """Inputs that are one text, in order."""
        return [parts[0] for parts in self.inputs if len(parts) == 1 and isinstance(parts[0], str)]


def parse_3(document: object) -> Request:
    """A body of Embed v3 (English, Multilingual). Raises AwsFault."""
    return _request(check(_V3, document), V3_DIMENSION)


def parse_4(document: object) -> Request:
    """A body of Embed v4. Raises AwsFault."""
    found = check(_V4, document)
    return _request(found, found.get("output_dimension", V4_DEFAULT_DIMENSION))


def body_3(request: Request) -> dict[str, Any]:
    """The body that :func:`parse_3` reads, for inputs that are all texts or all images."""
    member = "texts" if isinstance(request.inputs[0][0], str) else "images"
    return {member: [str(parts[0]) for parts in request.inputs], **_settings(request)}


def body_4(request: Request) -> dict[str, Any]:
    """The body that :func:`parse_4` reads."""
    inputs = [{"content": [_part(part) for part in parts]} for parts in request.inputs]
    return {"inputs": inputs, "output_dimension": request.dimension, **_settings(request)}


def answer(request: Request, rows: Matrix, request_id: str, pictures: Sequence[Picture] = ()) -> dict[str, Any]:
    """A list of vectors, or lists by type where types were asked for; ``pictures`` describe the images."""
    embeddings: Any = rows
    if request.types is not None:
        embeddings = {quantity.value: quantized(rows, quantity) for quantity in request.types}
    kind = "embeddings_floats" if request.types is None else "embeddings_by_type"
    described = {"images": [asdict(picture) for picture in pictures]} if pictures else {}
    return {"id": request_id, "embeddings": embeddings, "response_type": kind, "texts": request.texts, **described}


def parse_answer(document: object) -> Matrix:
    """The float vectors ``(n, dim)`` of an answer. Raises Unavailable for a document that is none."""
    try:
        found = cast(Mapping[str, Any], document)["embeddings"]
        rows = np.asarray(found["float"] if isinstance(found, dict) else found, np.float32)
        if rows.ndim != 2 or not rows.size:
            raise ValueError(f"embeddings of shape {rows.shape}")
        return rows
    except (KeyError, TypeError, ValueError) as error:
        raise Unavailable(f"an answer of Cohere without readable embeddings ({error!r})", path="embeddings") from error


def _request(found: Mapping[str, Any], dimension: int) -> Request:
    inputs: list[tuple[Part, ...]] = [(text,) for text in found.get("texts", ())]
    inputs += [(_data_uri(uri, f"#/images/{place}"),) for place, uri in enumerate(found.get("images", ()))]
    for place, given in enumerate(found.get("inputs", ())):
        parts = enumerate(given["content"])
        inputs.append(tuple(_parsed(part, f"#/inputs/{place}/content/{number}") for number, part in parts))
    types = found.get("embedding_types")
    wanted = None if types is None else tuple(dict.fromkeys(Quantity(name) for name in types))
    return Request(tuple(inputs), found["input_type"], dimension, wanted, found.get("truncate", "NONE"))


def _parsed(part: Mapping[str, Any], path: str) -> Part:
    kind = part["type"]
    if kind not in part:
        raise malformed((path, f"required key [{kind}] not found"))
    if kind == "text":
        return str(part["text"])
    given = part["image_url"]
    return (
        _data_uri(given, f"{path}/image_url")
        if isinstance(given, str)
        else _data_uri(given["url"], f"{path}/image_url/url")
    )


def _data_uri(uri: str, path: str) -> DataUri:
    found = _DATA_URI.fullmatch(uri)
    if found is None:
        raise malformed((path, "not a data URI of an image (data:image/png;base64,…)"))
    return DataUri(found[1], decoded(found[2], path))


def _part(part: Part) -> dict[str, Any]:
    if isinstance(part, str):
        return {"type": "text", "text": part}
    return {"type": "image_url", "image_url": str(part)}


def _settings(request: Request) -> dict[str, Any]:
    settings: dict[str, Any] = {"input_type": request.input_type, "truncate": request.truncate}
    if request.types is not None:
        settings["embedding_types"] = [quantity.value for quantity in request.types]
    return settings
