"""InvokeModel for Cohere Embed v3 and v4."""

from __future__ import annotations

import uuid

from sensorium.fusion import weighted
from sensorium.media.image import header
from sensorium.server.bedrock import decoding
from sensorium.server.bedrock.installed import Model
from sensorium.server.bedrock.reply import Reply, count
from sensorium.server.bedrock.sources import Sources
from sensorium.types import Payload, as_matrix
from sensorium.wire import cohere
from sensorium.wire.cohere import Picture, Request
from sensorium.wire.mediasource import MediaSource


def invoke_3(document: object, model: Model, sources: Sources, lenient: bool = False) -> Reply:
    """Up to 96 texts or one image. Raises AwsFault for a bad body and as ``decoding`` for a bad image."""
    return _reply(cohere.parse_3(document), model, sources, cohere.IMAGE_FORMATS)


def invoke_4(document: object, model: Model, sources: Sources, lenient: bool = False) -> Reply:
    """Up to 96 texts, images or mixed inputs; the parts of a mixed one make the unit vector between them."""
    return _reply(cohere.parse_4(document), model, sources, cohere.V4_IMAGE_FORMATS)


def _reply(request: Request, model: Model, sources: Sources, formats: tuple[str, ...]) -> Reply:
    parts = [part for given in request.inputs for part in given]
    payloads: list[Payload] = []
    pictures: list[Picture] = []
    for number, part in enumerate(parts):
        if isinstance(part, str):
            payloads.append(part)
            continue
        source = MediaSource(data=part.data)
        fetched = sources.fetch(source, f"image {number}", cohere.MAX_IMAGE_BYTES, part.media_type)
        payloads.append(decoding.picture(fetched, formats, model.spec))
        facts = header(fetched)
        pictures.append(Picture(facts.width, facts.height, facts.format, facts.bit_depth))
    embedded = iter(model.embed(payloads, cohere.PURPOSES[request.input_type], request.dimension))
    rows = [weighted([next(embedded) for _ in given]) for given in request.inputs]
    answer = cohere.answer(request, as_matrix(rows, request.dimension), str(uuid.uuid4()), pictures)
    return Reply(answer, count(part for part in parts if isinstance(part, str)))
