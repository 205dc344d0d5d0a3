"""InvokeModel for TwelveLabs Marengo Embed 3.0 and 2.7: text, images, and both together."""

from __future__ import annotations

from sensorium.errors import Invalid
from sensorium.fusion import weighted
from sensorium.server.bedrock import decoding
from sensorium.server.bedrock.installed import Model
from sensorium.server.bedrock.reply import Reply, count
from sensorium.server.bedrock.sources import Sources
from sensorium.types import Payload, Purpose
from sensorium.wire import marengo, marengobody
from sensorium.wire.marengo import Embedded, ImageInput, MediaInput, MultiInput, Request, TextInput
from sensorium.wire.mediasource import MediaSource

_OPERATION = "InvokeModel"


def invoke_3(document: object, model: Model, sources: Sources, lenient: bool = False) -> Reply:
    """512 components. Raises AwsFault for a bad body and as ``decoding`` for a bad image."""
    return _reply(marengobody.parse_3(document, _OPERATION), model, sources, marengo.DIMENSION_3)


def invoke_2(document: object, model: Model, sources: Sources, lenient: bool = False) -> Reply:
    """1,024 components; as :func:`invoke_3`."""
    return _reply(marengobody.parse_2(document, _OPERATION), model, sources, marengo.DIMENSION_2)


def payloads(request: Request, model: Model, sources: Sources) -> list[Payload]:
    """What a text, an image or both are made of, in one vector together. Raises as ``decoding``."""
    match request.content:
        case TextInput(text):
            return [text]
        case ImageInput(source, text):
            shown = _picture(source, "mediaSource", model, sources)
            return [shown] if text is None else [text, shown]
        case MultiInput(text, images):
            return [text, *(_picture(source, name, model, sources) for name, source in images)]
        case MediaInput(kind):
            raise Invalid(f"{kind} is embedded by StartAsyncInvoke alone", path="#/inputType")


def _reply(request: Request, model: Model, sources: Sources, dim: int) -> Reply:
    parts = payloads(request, model, sources)
    rows = model.embed(parts, Purpose.GENERIC_INDEX, dim)
    tokens = count(part for part in parts if isinstance(part, str))
    return Reply(marengo.answer([Embedded(weighted(list(rows)))]), tokens)


def _picture(source: MediaSource, name: str, model: Model, sources: Sources) -> Payload:
    fetched = sources.fetch(source, name, marengo.MAX_IMAGE_BYTES)
    return decoding.picture(fetched, marengo.IMAGE_FORMATS, model.spec)
