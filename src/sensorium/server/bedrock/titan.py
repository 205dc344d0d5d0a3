"""InvokeModel for Amazon Titan embeddings, and for the body of the legacy alias, which resembles them."""

from __future__ import annotations

from sensorium.errors import Invalid
from sensorium.fusion import weighted
from sensorium.media.image import Header, header
from sensorium.server.bedrock import decoding
from sensorium.server.bedrock.installed import Model
from sensorium.server.bedrock.reply import Reply, count
from sensorium.server.bedrock.sources import Sources
from sensorium.types import Payload, Purpose, Vector
from sensorium.wire import legacy, nova, titan
from sensorium.wire.mediasource import MediaSource
from sensorium.wire.titan import TextRequest

_PURPOSE = Purpose.GENERIC_INDEX
"""Titan's bodies name no purpose."""


def invoke_text_1(document: object, model: Model, sources: Sources, lenient: bool = False) -> Reply:
    """A text to 1,536 components. Raises AwsFault for a bad body, like the others."""
    return _text(titan.parse_text_1(document), model)


def invoke_text_2(document: object, model: Model, sources: Sources, lenient: bool = False) -> Reply:
    """A text to 256, 512 or 1,024 components, as floats and as signs. Always unit length."""
    return _text(titan.parse_text_2(document), model)


def invoke_image(document: object, model: Model, sources: Sources, lenient: bool = False) -> Reply:
    """A text, an image, or the unit vector between both. Raises as ``decoding`` for a bad image."""
    request = titan.parse_image(document)
    tokens = count([] if request.text is None else [request.text])
    payloads: list[Payload] = [] if request.text is None else [request.text]
    if request.image is not None:
        fetched = sources.fetch(MediaSource(data=request.image), "#/inputImage", titan.MAX_IMAGE_BYTES)
        payloads.append(decoding.picture(fetched, titan.IMAGE_FORMATS, model.spec))
        _check_side(header(fetched))
    rows = model.embed(payloads, _PURPOSE, request.dimension)
    return Reply(titan.image_answer(weighted(list(rows)), tokens), tokens)


def invoke_legacy(document: object, model: Model, sources: Sources, lenient: bool = False) -> Reply:
    """A text or an image to 768 components, or another length."""
    request = legacy.parse(document)
    if request.image is None:
        assert request.text is not None
        payload: Payload = request.text
    else:
        fetched = sources.fetch(MediaSource(data=request.image), "#/inputImage", nova.SINGLE_SIZES.image)
        payload = decoding.picture(fetched, nova.IMAGE_FORMATS, model.spec)
    tokens = count([payload] if isinstance(payload, str) else [])
    return Reply(legacy.answer(_one(model, payload, request.dimension), tokens), tokens)


def _check_side(shown: Header) -> None:
    if max(shown.width, shown.height) > titan.MAX_IMAGE_SIDE:
        side = titan.MAX_IMAGE_SIDE
        message = f"#/inputImage: {shown.width} x {shown.height} pixels; at most {side} x {side} are accepted"
        raise Invalid(message, code="too_large", path="#/inputImage")


def _text(request: TextRequest, model: Model) -> Reply:
    tokens = count([request.text])
    return Reply(titan.text_answer(request, _one(model, request.text, request.dimension), tokens), tokens)


def _one(model: Model, payload: Payload, dim: int) -> Vector:
    row: Vector = model.embed([payload], _PURPOSE, dim)[0]
    return row
