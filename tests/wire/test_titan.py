"""Titan's bodies in both directions."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from sensorium.errors import Unavailable
from sensorium.wire import body, titan
from sensorium.wire.fault import AwsFault
from sensorium.wire.titan import ImageRequest, TextRequest


def again(document: Any) -> Any:
    return json.loads(body.encode(document))


@pytest.mark.parametrize("dimension", titan.TEXT_2_DIMENSIONS)
@pytest.mark.parametrize("types", [("float",), ("binary",), ("float", "binary")])
@pytest.mark.parametrize("normalize", [True, False])
def test_a_text_request_is_read_back(dimension: int, types: tuple[str, ...], normalize: bool) -> None:
    request = TextRequest("a red dress", dimension, normalize, types)
    assert titan.parse_text_2(again(titan.text_body(request))) == request


def test_version_1_knows_the_text_alone() -> None:
    request = TextRequest("a red dress", 1536, types=None)
    assert titan.text_body(request) == {"inputText": "a red dress"}
    assert titan.parse_text_1(titan.text_body(request)) == request
    with pytest.raises(AwsFault, match=r"extraneous key \[dimensions\] is not permitted"):
        titan.parse_text_1({"inputText": "x", "dimensions": 256})


@pytest.mark.parametrize(
    "request_", [ImageRequest("x"), ImageRequest(None, b"abc", 256), ImageRequest("x", b"\xff\x00", 384)]
)
def test_an_image_request_is_read_back(request_: ImageRequest) -> None:
    assert titan.parse_image(again(titan.image_body(request_))) == request_


def test_defaults_are_those_of_the_documentation() -> None:
    assert titan.parse_text_2({"inputText": "x"}) == TextRequest("x", 1024, True, ("float",))
    assert titan.parse_image({"inputText": "x"}).dimension == 1024


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "#: required key [inputText] not found"),
        ({"inputText": ""}, "#/inputText: expected minLength: 1, actual: 0"),
        ({"inputText": "x" * 50_001}, "#/inputText: expected maxLength: 50000, actual: 50001"),
        ({"inputText": ["x"]}, "#/inputText: expected type: String, found: JSONArray"),
        ({"inputText": "x", "dimensions": 384}, "#/dimensions: 384 is not a valid enum value"),
        ({"inputText": "x", "normalize": "yes"}, "#/normalize: expected type: Boolean, found: String"),
        ({"inputText": "x", "embeddingTypes": []}, "#/embeddingTypes: expected minimum item count: 1, found: 0"),
        ({"inputText": "x", "embeddingTypes": ["int8"]}, "#/embeddingTypes/0: int8 is not a valid enum value"),
    ],
)
def test_a_wrong_text_body_is_refused(document: Any, reason: str) -> None:
    with pytest.raises(AwsFault) as caught:
        titan.parse_text_2(document)
    assert caught.value.message == f"Malformed input request: {reason}, please reformat your input and try again."


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "at least one of [inputText, inputImage] is required, found none"),
        ({"inputImage": "%%%%"}, "#/inputImage: not valid base64"),
        ({"inputImage": {"imageBytes": "00"}}, "#/inputImage: expected type: String, found: JSONObject"),
        (
            {"inputText": "x", "embeddingConfig": {"outputEmbeddingLength": 768}},
            "#/embeddingConfig/outputEmbeddingLength: 768 is not a valid enum value",
        ),
    ],
)
def test_a_wrong_image_body_is_refused(document: Any, reason: str) -> None:
    with pytest.raises(AwsFault) as caught:
        titan.parse_image(document)
    assert reason in caught.value.message


VECTOR = np.array([0.6, -0.8, 0.0], np.float32)


def test_answers_have_the_documented_members() -> None:
    assert again(titan.text_answer(TextRequest("x", types=None), VECTOR, 3)) == {
        "embedding": [0.6, -0.8, 0.0],
        "inputTextTokenCount": 3,
    }
    assert again(titan.text_answer(TextRequest("x", types=("float", "binary")), VECTOR, 3)) == {
        "embedding": [0.6, -0.8, 0.0],
        "embeddingsByType": {"float": [0.6, -0.8, 0.0], "binary": [1, 0, 0]},
        "inputTextTokenCount": 3,
    }
    assert again(titan.text_answer(TextRequest("x", types=("binary",)), VECTOR, 3)) == {
        "embeddingsByType": {"binary": [1, 0, 0]},
        "inputTextTokenCount": 3,
    }
    assert again(titan.image_answer(VECTOR, 0)) == {
        "embedding": [0.6, -0.8, 0.0],
        "inputTextTokenCount": 0,
        "message": None,
    }


def test_any_answer_with_floats_is_read_back() -> None:
    answers = [
        titan.text_answer(TextRequest("x", types=None), VECTOR, 3),
        titan.text_answer(TextRequest("x", types=("float",)), VECTOR, 3),
        titan.image_answer(VECTOR, 3),
        {"embeddingsByType": {"float": VECTOR}},
    ]
    for answer in answers:
        assert np.array_equal(titan.parse_answer(again(answer)), VECTOR)


@pytest.mark.parametrize(
    "document", [None, [], {}, {"embedding": []}, {"embedding": None}, {"embedding": [[1]]}, {"embeddingsByType": {}}]
)
def test_what_is_no_answer_is_told_as_a_remotes_fault(document: object) -> None:
    with pytest.raises(Unavailable, match="without a readable embedding"):
        titan.parse_answer(document)
