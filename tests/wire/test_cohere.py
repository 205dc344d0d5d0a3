"""Cohere's bodies in both directions."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from sensorium.errors import Unavailable
from sensorium.types import Purpose
from sensorium.wire import body, cohere
from sensorium.wire.cohere import DataUri, Picture, Request
from sensorium.wire.fault import AwsFault
from sensorium.wire.quantized import Quantity

PNG = DataUri("image/png", b"\x89PNG and so on")


def again(document: Any) -> Any:
    return json.loads(body.encode(document))


@pytest.mark.parametrize(
    "request_",
    [
        Request((("a",), ("b",)), "search_document"),
        Request((("a",),), "search_query", types=(Quantity.INT8, Quantity.FLOAT), truncate="END"),
        Request(((PNG,),), "image", types=tuple(Quantity)),
    ],
)
def test_a_request_of_version_3_is_read_back(request_: Request) -> None:
    assert cohere.parse_3(again(cohere.body_3(request_))) == request_


@pytest.mark.parametrize(
    "request_",
    [
        Request((("a",), ("b",)), "search_document", 256),
        Request((("a shoe", PNG), (PNG,), ("b", "c")), "clustering", 1536, (Quantity.UBINARY,), "RIGHT"),
    ],
)
def test_a_request_of_version_4_is_read_back(request_: Request) -> None:
    assert cohere.parse_4(again(cohere.body_4(request_))) == request_


def test_version_4_takes_the_lists_of_version_3() -> None:
    found = cohere.parse_4({"texts": ["a", "b"], "input_type": "search_query", "max_tokens": 128})
    assert found == Request((("a",), ("b",)), "search_query", 1536)
    assert cohere.parse_4({"images": [str(PNG)], "input_type": "search_document"}).inputs == ((PNG,),)


def test_input_types_are_purposes() -> None:
    assert cohere.PURPOSES["search_document"] is Purpose.GENERIC_INDEX
    assert cohere.PURPOSES["search_query"] is Purpose.GENERIC_RETRIEVAL
    assert cohere.PURPOSES["classification"] is Purpose.CLASSIFICATION
    assert cohere.PURPOSES["clustering"] is Purpose.CLUSTERING


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"texts": ["x"] * 97}, "#/texts: expected maximum item count: 96, found: 97"),
        ({"texts": []}, "#/texts: expected minimum item count: 1, found: 0"),
        ({"texts": ["x" * 2049]}, "#/texts/0: expected maxLength: 2048, actual: 2049"),
        ({"texts": "x"}, "#/texts: expected type: JSONArray, found: String"),
        ({"texts": ["a", 1]}, "#/texts/1: expected type: String, found: Integer"),
        ({"input_type": "query"}, "#/input_type: query is not a valid enum value"),
        ({"truncate": "LEFT"}, "#/truncate: LEFT is not a valid enum value"),
        ({"embedding_types": ["int4"]}, "#/embedding_types/0: int4 is not a valid enum value"),
        ({"images": [str(PNG)]}, "#: exactly one of [texts, images] is required, found [texts, images]"),
        ({"output_dimension": 256}, "#: extraneous key [output_dimension] is not permitted"),
    ],
)
def test_a_wrong_body_of_version_3_is_refused(change: dict[str, Any], reason: str) -> None:
    with pytest.raises(AwsFault) as caught:
        cohere.parse_3({"texts": ["x"], "input_type": "search_query", **change})
    assert caught.value.message == f"Malformed input request: {reason}, please reformat your input and try again."


def test_96_texts_of_2048_characters_fit() -> None:
    found = cohere.parse_3({"texts": ["ü" * 2048] * 96, "input_type": "search_document"})
    assert len(found.texts) == 96


def test_the_purpose_is_required() -> None:
    with pytest.raises(AwsFault, match=r"#: required key \[input_type\] not found"):
        cohere.parse_3({"texts": ["x"]})


@pytest.mark.parametrize(
    ("uri", "reason"),
    [
        ("https://example.org/a.png", "#/images/0: not a data URI of an image"),
        ("data:text/plain;base64,aGk=", "#/images/0: not a data URI of an image"),
        ("data:image/png,aGk=", "#/images/0: not a data URI of an image"),
        ("data:image/png;base64,aGk", "#/images/0: not valid base64"),
    ],
)
def test_an_image_is_a_data_uri(uri: str, reason: str) -> None:
    with pytest.raises(AwsFault) as caught:
        cohere.parse_3({"images": [uri], "input_type": "image"})
    assert reason in caught.value.message


def test_an_image_part_is_a_uri_or_an_object_that_holds_one() -> None:
    parts = [{"type": "image_url", "image_url": url} for url in (str(PNG), {"url": str(PNG)})]
    assert cohere.parse_4({"inputs": [{"content": parts}], "input_type": "search_query"}).inputs == ((PNG, PNG),)


def test_version_4_has_no_input_type_for_images() -> None:
    with pytest.raises(AwsFault, match="#/input_type: image is not a valid enum value"):
        cohere.parse_4({"images": [str(PNG)], "input_type": "image"})


def test_images_are_described() -> None:
    answer = cohere.answer(Request(((PNG,),), "image"), ROWS[:1], "id", [Picture(64, 48, "png", 24)])
    assert again(answer)["images"] == [{"width": 64, "height": 48, "format": "png", "bit_depth": 24}]


@pytest.mark.parametrize(
    ("part", "reason"),
    [
        ({"type": "text"}, "exactly one of [text, image_url] is required, found none"),
        ({"type": "image_url", "text": "x"}, "#/inputs/0/content/0: required key [image_url] not found"),
        ({"type": "image_url", "image_url": "x"}, "#/inputs/0/content/0/image_url: not a data URI"),
        ({"type": "image_url", "image_url": {}}, "#/inputs/0/content/0/image_url: required key [url] not found"),
        ({"type": "image_url", "image_url": {"url": "x"}}, "#/inputs/0/content/0/image_url/url: not a data URI"),
        ({"type": "audio", "text": "x"}, "audio is not a valid enum value"),
    ],
)
def test_a_wrong_part_is_refused(part: dict[str, Any], reason: str) -> None:
    with pytest.raises(AwsFault) as caught:
        cohere.parse_4({"inputs": [{"content": [part]}], "input_type": "search_query"})
    assert reason in caught.value.message


ROWS = np.array([[0.6, -0.8], [1, 0]], np.float32).repeat(4, axis=1)


def test_answers_have_the_documented_members() -> None:
    request = Request((("a",), ("b",)), "search_query")
    assert again(cohere.answer(request, ROWS, "id-1")) == {
        "id": "id-1",
        "embeddings": np.float64(ROWS.astype(str)).tolist(),
        "response_type": "embeddings_floats",
        "texts": ["a", "b"],
    }
    typed = Request(((PNG,), ("b",)), "image", types=(Quantity.FLOAT, Quantity.UBINARY))
    found = again(cohere.answer(typed, ROWS, "id-2"))
    assert found["response_type"] == "embeddings_by_type"
    assert found["texts"] == ["b"]
    assert set(found["embeddings"]) == {"float", "ubinary"}
    assert found["embeddings"]["ubinary"] == [[0b11110000], [0b11110000]]


def test_answers_are_read_back() -> None:
    for types in (None, (Quantity.INT8, Quantity.FLOAT)):
        answer = cohere.answer(Request((("a",), ("b",)), "search_query", types=types), ROWS, "id")
        assert np.array_equal(cohere.parse_answer(again(answer)), ROWS)


@pytest.mark.parametrize(
    "document", [None, [], {}, {"embeddings": []}, {"embeddings": [1]}, {"embeddings": {"int8": [[1]]}}]
)
def test_what_is_no_answer_is_told_as_a_remotes_fault(document: object) -> None:
    with pytest.raises(Unavailable, match="without readable embeddings"):
        cohere.parse_answer(document)
