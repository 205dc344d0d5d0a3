"""The JSON of Marengo Embed 3.0 (an object a kind) and 2.7 (flat), to the types of ``marengo`` and back."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from sensorium.wire import marengo, mediasource
from sensorium.wire.marengo import Dynamic, Fixed, ImageInput, MediaInput, MultiInput, Request, TextInput
from sensorium.wire.mediasource import S3_LOCATION
from sensorium.wire.schema import Items, Object, Real, Schema, Text, check, malformed

_SYNC, _MEDIA = ("text", "image", "text_image", "multi_input"), ("audio", "video")
_MENTION = re.compile(r"<@([^<>]+)>")
_TEXT = Text(low=1)
_SOURCE = mediasource.schema("base64String")


def _media(options: tuple[str, ...]) -> Object:
    fixed = Object({"durationSec": Real(*marengo.FIXED_SECONDS)}, required=("durationSec",))
    dynamic = Object({"minDurationSec": Real(*marengo.DYNAMIC_SECONDS)}, required=("minDurationSec",))
    segmentation = Object(
        {"method": Text(values=("fixed", "dynamic")), "fixed": fixed, "dynamic": dynamic}, required=("method",)
    )
    return Object(
        {
            "mediaSource": _SOURCE,
            "startSec": Real(0),
            "endSec": Real(0),
            "segmentation": segmentation,
            "embeddingOption": Items(Text(values=options), 1),
            "embeddingType": Items(Text(values=marengo.TYPES), 1),
            "embeddingScope": Items(Text(values=marengo.SCOPES), 1),
        },
        required=("mediaSource",),
    )


_NAMED = Object(
    {"name": Text(1), "mediaType": Text(values=("image",)), "base64String": Text(1), "s3Location": S3_LOCATION},
    required=("name", "mediaType"),
    choices=(("base64String", "s3Location"),),
)
_KINDS: dict[str, Schema] = {
    "text": Object({"inputText": _TEXT}, required=("inputText",)),
    "image": Object({"mediaSource": _SOURCE}, required=("mediaSource",)),
    "text_image": Object({"inputText": _TEXT, "mediaSource": _SOURCE}, required=("inputText", "mediaSource")),
    "multi_input": Object(
        {"inputText": _TEXT, "mediaSources": Items(_NAMED, 1)}, required=("inputText", "mediaSources")
    ),
    "audio": _media(marengo.AUDIO_OPTIONS),
    "video": _media(marengo.VIDEO_OPTIONS),
}


def _schema_3(kinds: tuple[str, ...]) -> Object:
    members = {"inputType": Text(values=kinds), "inferenceId": Text(), **{kind: _KINDS[kind] for kind in kinds}}
    return Object(members, required=("inputType",), choices=(kinds,))


def _schema_2(kinds: tuple[str, ...]) -> Object:
    media: dict[str, Schema] = {
        "startSec": Real(0),
        "lengthSec": Real(0),
        "useFixedLengthSec": Real(*marengo.FIXED_SECONDS_2),
        "minClipSec": Real(*marengo.DYNAMIC_SECONDS),
        "embeddingOption": Items(Text(values=marengo.VIDEO_OPTIONS_2), 1),
    }
    return Object(
        {
            "inputType": Text(values=kinds),
            "inputText": _TEXT,
            "textTruncate": Text(values=("end", "none")),
            "mediaSource": _SOURCE,
            **(media if "video" in kinds else {}),
        },
        required=("inputType",),
    )


_SCHEMAS_3 = {"InvokeModel": _schema_3(_SYNC), "StartAsyncInvoke": _schema_3(_SYNC + _MEDIA)}
_SCHEMAS_2 = {
    "InvokeModel": _schema_2(("text", "image")),
    "StartAsyncInvoke": _schema_2(("text", "image", *_MEDIA)),
}


def parse_3(document: object, operation: str) -> Request:
    """A body of 3.0 for InvokeModel or StartAsyncInvoke (which alone takes audio and video). Raises AwsFault."""
    found = check(_SCHEMAS_3[operation], document)
    kind = found["inputType"]
    if kind not in found:
        raise malformed(("#", f"required key [{kind}] not found"))
    given, path = found[kind], f"#/{kind}"
    return Request(_content_3(kind, given, path), found.get("inferenceId"))


def parse_2(document: object, operation: str) -> Request:
    """A body of 2.7, as :func:`parse_3`."""
    found = check(_SCHEMAS_2[operation], document)
    kind = found["inputType"]
    needed = "inputText" if kind == "text" else "mediaSource"
    if needed not in found:
        raise malformed(("#", f"required key [{needed}] not found"))
    if kind == "text":
        return Request(TextInput(found["inputText"], found.get("textTruncate", "end") == "end"))
    source = mediasource.parse(found["mediaSource"], "base64String", "#/mediaSource")
    if kind == "image":
        return Request(ImageInput(source))
    start = float(found.get("startSec", 0))
    end = start + found["lengthSec"] if "lengthSec" in found else None
    fixed, least = found.get("useFixedLengthSec"), found.get("minClipSec", marengo.DEFAULT_DYNAMIC_SECONDS)
    options = tuple(found.get("embeddingOption", marengo.VIDEO_OPTIONS_2)) if kind == "video" else ("audio",)
    segmentation = Dynamic(least) if fixed is None else Fixed(fixed)
    return Request(MediaInput(kind, source, start, end, segmentation, options, marengo.TYPES[:1], ("clip",)))


def body_3(request: Request) -> dict[str, Any]:
    """The body that :func:`parse_3` reads."""
    mark = {} if request.inference_id is None else {"inferenceId": request.inference_id}
    kind, member = _member_3(request.content)
    return {"inputType": kind, kind: member, **mark}


def body_2(request: Request) -> dict[str, Any]:
    """The body that :func:`parse_2` reads, of a text or an image, or of sound or video without options."""
    match request.content:
        case TextInput(text, truncate):
            return {"inputType": "text", "inputText": text, "textTruncate": "end" if truncate else "none"}
        case ImageInput(source, None):
            return {"inputType": "image", "mediaSource": mediasource.body(source, "base64String")}
        case MediaInput() as media:
            length = {} if media.end_s is None else {"lengthSec": media.end_s - media.start_s}
            cuts = _cuts_2(media.segmentation)
            options = {"embeddingOption": list(media.options)} if media.kind == "video" else {}
            whole = {"mediaSource": mediasource.body(media.source, "base64String"), "startSec": media.start_s}
            return {"inputType": media.kind, **whole, **length, **cuts, **options}
        case _:
            raise malformed(("#/inputType", "Marengo 2.7 takes text, image, audio or video, each alone"))


def _content_3(kind: str, given: Mapping[str, Any], path: str) -> marengo.Content:
    if kind == "text":
        return TextInput(given["inputText"])
    if kind == "multi_input":
        return _multi(given, path)
    source = mediasource.parse(given["mediaSource"], "base64String", f"{path}/mediaSource")
    if kind not in _MEDIA:
        return ImageInput(source, given.get("inputText"))
    start, end = float(given.get("startSec", 0)), given.get("endSec")
    if end is not None and end <= start:
        raise malformed((f"{path}/endSec", f"{end:g} is not greater than startSec {start:g}"))
    options = marengo.VIDEO_OPTIONS if kind == "video" else marengo.AUDIO_OPTIONS
    return MediaInput(
        kind,
        source,
        start,
        end,
        _segmentation(given.get("segmentation"), f"{path}/segmentation"),
        tuple(given.get("embeddingOption", options)),
        tuple(given.get("embeddingType", marengo.TYPES[:1])),
        tuple(given.get("embeddingScope", marengo.SCOPES)),
    )


def _segmentation(given: Mapping[str, Any] | None, path: str) -> Fixed | Dynamic | None:
    if given is None:
        return None
    method = given["method"]
    if method not in given:
        raise malformed((path, f"required key [{method}] not found"))
    return Fixed(given["fixed"]["durationSec"]) if method == "fixed" else Dynamic(given["dynamic"]["minDurationSec"])


def _multi(given: Mapping[str, Any], path: str) -> MultiInput:
    images = []
    for place, named in enumerate(given["mediaSources"]):
        images.append((named["name"], mediasource.parse(named, "base64String", f"{path}/mediaSources/{place}")))
    names = [name for name, _ in images]
    mentioned = set(_MENTION.findall(given["inputText"]))
    if len(set(names)) < len(names) or mentioned != set(names):
        found = f"the text names {sorted(mentioned)}, mediaSources {names}"
        raise malformed((path, f"inputText must name every media source once as <@name>: {found}"))
    return MultiInput(given["inputText"], tuple(images))


def _member_3(content: marengo.Content) -> tuple[str, dict[str, Any]]:
    match content:
        case TextInput(text):
            return "text", {"inputText": text}
        case ImageInput(source, text):
            media = {"mediaSource": mediasource.body(source, "base64String")}
            return ("image", media) if text is None else ("text_image", {"inputText": text, **media})
        case MultiInput(text, images):
            sources = [
                {"name": name, "mediaType": "image", **mediasource.body(source, "base64String")}
                for name, source in images
            ]
            return "multi_input", {"inputText": text, "mediaSources": sources}
        case MediaInput() as media:
            member = {"mediaSource": mediasource.body(media.source, "base64String"), "startSec": media.start_s}
            end = {} if media.end_s is None else {"endSec": media.end_s}
            wanted = {
                "embeddingOption": list(media.options),
                "embeddingType": list(media.types),
                "embeddingScope": list(media.scopes),
            }
            return media.kind, {**member, **end, **_cuts_3(media.segmentation), **wanted}


def _cuts_3(segmentation: Fixed | Dynamic | None) -> dict[str, Any]:
    match segmentation:
        case Fixed(seconds):
            return {"segmentation": {"method": "fixed", "fixed": {"durationSec": seconds}}}
        case Dynamic(least):
            return {"segmentation": {"method": "dynamic", "dynamic": {"minDurationSec": least}}}
        case None:
            return {}


def _cuts_2(segmentation: Fixed | Dynamic | None) -> dict[str, Any]:
    match segmentation:
        case Fixed(seconds):
            return {"useFixedLengthSec": seconds}
        case Dynamic(least):
            return {"minClipSec": least}
        case None:
            return {}
