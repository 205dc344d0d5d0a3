"""The body that one article prints."""

from __future__ import annotations

import base64
from typing import Any

import numpy as np
import pytest

from sensorium.wire import legacy
from sensorium.wire.fault import AwsFault
from sensorium.wire.legacy import Request

JPEG = b"\xff\xd8\xff\xe0 a picture"


@pytest.mark.parametrize(
    "image",
    [
        {"imageBytes": JPEG.hex()},
        {"imageBytes": JPEG.hex().upper()},
        {"imageBytes": base64.b64encode(JPEG).decode()},
        JPEG.hex(),
        base64.b64encode(JPEG).decode(),
    ],
)
def test_an_image_is_hexadecimal_or_base64_in_an_object_or_not(image: Any) -> None:
    document = {"inputImage": image, "embeddingConfig": {"outputEmbeddingLength": 768}}
    assert legacy.parse(document) == Request(None, JPEG, 768)


def test_a_text_has_768_components_unless_told() -> None:
    assert legacy.parse({"inputText": "красное платье"}) == Request("красное платье", None, 768)
    assert legacy.parse({"inputText": "x", "embeddingConfig": {"outputEmbeddingLength": 3072}}).dimension == 3072


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "#: exactly one of [inputText, inputImage] is required, found none"),
        ([], "#: expected type: JSONObject, found: JSONArray"),
        ({"inputText": "x", "inputImage": "00"}, "found [inputText, inputImage]"),
        ({"inputImage": {}}, "#/inputImage: required key [imageBytes] not found"),
        ({"inputImage": {"imageBytes": "xyz"}}, "#/inputImage/imageBytes: not valid base64"),
        ({"inputImage": 5}, "#/inputImage: expected type: JSONObject, found: Integer"),
        ({"inputText": "x", "embeddingConfig": {"outputEmbeddingLength": 512}}, "512 is not a valid enum value"),
        ({"taskType": "SINGLE_EMBEDDING", "inputText": "x"}, "extraneous key [taskType] is not permitted"),
    ],
)
def test_a_wrong_body_is_refused(document: Any, reason: str) -> None:
    with pytest.raises(AwsFault) as caught:
        legacy.parse(document)
    assert reason in caught.value.message


def test_an_answer_is_the_vector_and_a_count() -> None:
    assert set(legacy.answer(np.ones(2, np.float32), 4)) == {"embedding", "inputTextTokenCount"}
