"""Marengo's bodies in both directions."""

from __future__ import annotations

import json
from typing import Any

import pytest

from sensorium.wire import marengobody
from sensorium.wire.fault import AwsFault
from sensorium.wire.marengo import Dynamic, Fixed, ImageInput, MediaInput, MultiInput, Request, TextInput
from sensorium.wire.mediasource import MediaSource

SYNC, ASYNC = "InvokeModel", "StartAsyncInvoke"
INLINE = MediaSource(data=b"bytes of a picture")
IN_S3 = MediaSource(uri="s3://media/film.mp4", bucket_owner="123456789012")
S3 = {"s3Location": {"uri": "s3://media/film.mp4"}}

SYNC_REQUESTS = [
    Request(TextInput("a red dress")),
    Request(TextInput("a red dress"), "mine-1"),
    Request(ImageInput(INLINE)),
    Request(ImageInput(IN_S3, "a red dress")),
    Request(MultiInput("this <@shoe> in <@colour>", (("shoe", INLINE), ("colour", IN_S3)))),
]
ASYNC_REQUESTS = [
    *SYNC_REQUESTS,
    Request(MediaInput("video", IN_S3)),
    Request(MediaInput("audio", INLINE, 1.5, 9.0, Fixed(5), ("audio",), ("fused_embedding",), ("asset",))),
    Request(MediaInput("video", IN_S3, 0.0, None, Dynamic(2), ("visual", "transcription"))),
]


@pytest.mark.parametrize("request_", SYNC_REQUESTS)
def test_what_is_written_for_invoke_model_is_read_back(request_: Request) -> None:
    assert marengobody.parse_3(json.loads(json.dumps(marengobody.body_3(request_))), SYNC) == request_


@pytest.mark.parametrize("request_", ASYNC_REQUESTS)
def test_what_is_written_for_an_async_invoke_is_read_back(request_: Request) -> None:
    assert marengobody.parse_3(json.loads(json.dumps(marengobody.body_3(request_))), ASYNC) == request_


@pytest.mark.parametrize(
    "request_",
    [
        Request(TextInput("a red dress")),
        Request(TextInput("a red dress", truncate=False)),
        Request(ImageInput(INLINE)),
        Request(MediaInput("video", IN_S3, 2.0, 8.0, Fixed(5), ("visual-text",), scopes=("clip",))),
        Request(MediaInput("audio", IN_S3, 0.0, None, Dynamic(3), ("audio",), scopes=("clip",))),
    ],
)
def test_what_is_written_for_2_7_is_read_back(request_: Request) -> None:
    assert marengobody.parse_2(json.loads(json.dumps(marengobody.body_2(request_))), ASYNC) == request_


def test_2_7_writes_no_two_inputs_together() -> None:
    with pytest.raises(AwsFault, match="each alone"):
        marengobody.body_2(Request(ImageInput(INLINE, "and a text")))


def test_defaults_are_those_of_the_documentation() -> None:
    found = marengobody.parse_3({"inputType": "audio", "audio": {"mediaSource": S3}}, ASYNC).content
    assert found == MediaInput("audio", MediaSource(uri="s3://media/film.mp4"), options=("audio", "transcription"))
    flat = marengobody.parse_2({"inputType": "video", "mediaSource": S3}, ASYNC).content
    assert isinstance(flat, MediaInput)
    assert flat.segmentation == Dynamic(4)
    assert flat.options == ("visual-text", "visual-image", "audio")


def refused(document: object, operation: str, version: Any) -> tuple[tuple[str, str], ...]:
    with pytest.raises(AwsFault) as caught:
        version(document, operation)
    assert caught.value.name == "ValidationException"
    return caught.value.fields


NAMED = {"name": "a", "mediaType": "image", "base64String": "aGk="}
MULTI: dict[str, Any] = {"inputText": "<@a>", "mediaSources": [NAMED]}


@pytest.mark.parametrize(
    ("document", "path", "reason"),
    [
        ({}, "#", "required key [inputType] not found"),
        ({"inputType": "smell"}, "#/inputType", "smell is not a valid enum value"),
        ({"inputType": "text"}, "#", "is required, found none"),
        ({"inputType": "text", "image": {"mediaSource": S3}}, "#", "required key [text] not found"),
        ({"inputType": "text", "text": {}}, "#/text", "required key [inputText] not found"),
        ({"inputType": "text", "text": {"inputText": ""}}, "#/text/inputText", "expected minLength: 1, actual: 0"),
        ({"inputType": "text", "inputText": "flat"}, "#", "extraneous key [inputText] is not permitted"),
        ({"inputType": "image", "image": {}}, "#/image", "required key [mediaSource] not found"),
        (
            {"inputType": "image", "image": {"mediaSource": {"s3Location": {"bucketName": "b", "objectKey": "k"}}}},
            "#/image/mediaSource/s3Location",
            "required key [uri] not found",
        ),
        (
            {"inputType": "image", "image": {"mediaSource": {"base64String": "a"}}},
            "#/image/mediaSource/base64String",
            "not valid base64",
        ),
        ({"inputType": "video", "video": {"mediaSource": S3}}, "#/inputType", "video is not a valid enum value"),
        (
            {"inputType": "multi_input", "multi_input": {**MULTI, "inputText": "<@b>"}},
            "#/multi_input",
            "inputText must name every media source once",
        ),
        (
            {"inputType": "multi_input", "multi_input": {**MULTI, "mediaSources": [NAMED, NAMED]}},
            "#/multi_input",
            "inputText must name every media source once",
        ),
        (
            {
                "inputType": "multi_input",
                "multi_input": {**MULTI, "mediaSources": [{**NAMED, "mediaType": "video"}]},
            },
            "#/multi_input/mediaSources/0/mediaType",
            "video is not a valid enum value",
        ),
    ],
)
def test_a_wrong_body_is_refused(document: dict[str, Any], path: str, reason: str) -> None:
    fields = refused(document, SYNC, marengobody.parse_3)
    assert any(found == path and reason in said for found, said in fields), fields


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"segmentation": {"method": "fixed"}}, "#/video/segmentation", "required key [fixed] not found"),
        ({"segmentation": {"method": "shots"}}, "#/video/segmentation/method", "shots is not a valid enum value"),
        (
            {"segmentation": {"method": "fixed", "fixed": {"durationSec": 11}}},
            "#/video/segmentation/fixed/durationSec",
            "11 is not less or equal to 10",
        ),
        (
            {"segmentation": {"method": "dynamic", "dynamic": {"minDurationSec": 0.5}}},
            "#/video/segmentation/dynamic/minDurationSec",
            "0.5 is not greater or equal to 1",
        ),
        ({"startSec": -1}, "#/video/startSec", "-1 is not greater or equal to 0"),
        ({"startSec": 5, "endSec": 5}, "#/video/endSec", "5 is not greater than startSec 5"),
        ({"embeddingOption": ["visual-text"]}, "#/video/embeddingOption/0", "visual-text is not a valid enum value"),
        ({"embeddingType": ["both"]}, "#/video/embeddingType/0", "both is not a valid enum value"),
        ({"embeddingScope": []}, "#/video/embeddingScope", "expected minimum item count: 1, found: 0"),
    ],
)
def test_a_wrong_video_is_refused(change: dict[str, Any], path: str, reason: str) -> None:
    document = {"inputType": "video", "video": {"mediaSource": S3, **change}}
    assert (path, reason) in refused(document, ASYNC, marengobody.parse_3)


@pytest.mark.parametrize(
    ("document", "operation", "path", "reason"),
    [
        ({"inputType": "text"}, SYNC, "#", "required key [inputText] not found"),
        ({"inputType": "image", "inputText": "x"}, SYNC, "#", "required key [mediaSource] not found"),
        ({"inputType": "video", "mediaSource": S3}, SYNC, "#/inputType", "video is not a valid enum value"),
        (
            {"inputType": "video", "mediaSource": S3, "useFixedLengthSec": 1},
            ASYNC,
            "#/useFixedLengthSec",
            "1 is not greater or equal to 2",
        ),
        (
            {"inputType": "text", "inputText": "x", "textTruncate": "start"},
            SYNC,
            "#/textTruncate",
            "start is not a valid enum value",
        ),
        ({"inputType": "text", "text": {"inputText": "x"}}, SYNC, "#", "extraneous key [text] is not permitted"),
    ],
)
def test_a_wrong_flat_body_is_refused(document: dict[str, Any], operation: str, path: str, reason: str) -> None:
    assert (path, reason) in refused(document, operation, marengobody.parse_2)
