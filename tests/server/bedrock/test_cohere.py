"""InvokeModel for Cohere."""

from __future__ import annotations

import numpy as np
import pytest
from tests.server.bedrock.conftest import Door, cosine, picture, text64

from sensorium.wire.fault import AwsFault

V3, V4 = "cohere.embed-multilingual-v3", "us.cohere.embed-v4:0"
PNG = f"data:image/png;base64,{text64(picture('png'))}"


def test_texts_come_back_with_their_vectors(door: Door) -> None:
    found = door.invoke({"texts": ["a shoe", "a hat", "a shoe"], "input_type": "search_document"}, V3)
    assert set(found) == {"id", "embeddings", "response_type", "texts"}
    assert found["response_type"] == "embeddings_floats"
    assert found["texts"] == ["a shoe", "a hat", "a shoe"]
    assert np.asarray(found["embeddings"]).shape == (3, 1024)
    assert found["embeddings"][0] == found["embeddings"][2] != found["embeddings"][1]


def test_a_full_batch_is_answered(door: Door) -> None:
    texts = [f"text {number}" for number in range(96)]
    found = door.invoke({"texts": texts, "input_type": "search_document", "truncate": "END"}, V3)
    alone = door.invoke({"texts": texts[95:], "input_type": "search_document"}, V3)
    assert found["embeddings"][95] == alone["embeddings"][0]


def test_types_come_by_name(door: Door) -> None:
    types = ["float", "int8", "uint8", "binary", "ubinary"]
    found = door.invoke({"texts": ["a shoe"], "input_type": "search_query", "embedding_types": types}, V3)
    assert found["response_type"] == "embeddings_by_type"
    assert {name: len(rows[0]) for name, rows in found["embeddings"].items()} == {
        "float": 1024,
        "int8": 1024,
        "uint8": 1024,
        "binary": 128,
        "ubinary": 128,
    }
    assert cosine(found["embeddings"]["float"][0], found["embeddings"]["int8"][0]) > 0.999


def test_an_image_is_a_data_uri(door: Door) -> None:
    found = door.invoke({"images": [PNG], "input_type": "image"}, V3)
    assert np.asarray(found["embeddings"]).shape == (1, 1024)
    assert found["texts"] == []
    assert found["images"] == [{"width": 64, "height": 48, "format": "png", "bit_depth": 24}]


def test_version_3_takes_png_and_jpeg_and_version_4_more(door: Door) -> None:
    body = {"images": [f"data:image/webp;base64,{text64(picture('webp'))}"], "input_type": "search_document"}
    with pytest.raises(AwsFault, match="image 0: the content is image/webp; accepted formats are png, jpeg"):
        door.invoke(body, V3)
    assert door.invoke(body, V4)["images"][0]["format"] == "webp"


@pytest.mark.parametrize("dimension", [256, 512, 1024, 1536])
def test_version_4_has_dimensions(door: Door, dimension: int) -> None:
    found = door.invoke({"texts": ["x"], "input_type": "search_query", "output_dimension": dimension}, V4)
    assert np.asarray(found["embeddings"]).shape == (1, dimension)


def test_the_parts_of_a_mixed_input_are_fused(door: Door) -> None:
    text = {"type": "text", "text": "a red shoe"}
    image = {"type": "image_url", "image_url": {"url": PNG}}
    body = {
        "inputs": [{"content": [text]}, {"content": [image]}, {"content": [text, image]}],
        "input_type": "clustering",
    }
    said, shown, both = np.asarray(door.invoke(body, V4)["embeddings"])
    assert both.shape == (1536,)
    assert cosine(said + shown, both) == pytest.approx(1, abs=1e-5)


def test_tokens_of_all_texts_are_counted(door: Door) -> None:
    answer = door.answer({"texts": ["four", "fives"], "input_type": "search_query"}, V3)
    assert answer.headers["x-amzn-bedrock-input-token-count"] == "3"


def test_a_damaged_image_is_told(door: Door) -> None:
    broken = f"data:image/png;base64,{text64(picture('png', size=(200, 200))[:120])}"
    with pytest.raises(AwsFault, match="image 0: the picture is damaged"):
        door.invoke({"images": [broken], "input_type": "image"}, V3)
