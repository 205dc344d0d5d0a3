"""InvokeModel for Titan, and for the alias of one article."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.server.bedrock.conftest import NOVA, Door, cosine, picture, single, text64

from sensorium.wire.fault import AwsFault

TEXT_1, TEXT_2, IMAGE = "amazon.titan-embed-text-v1", "amazon.titan-embed-text-v2:0", "amazon.titan-embed-image-v1"
LEGACY = "amazon.nova-multimodal-embedding-v1:0"


def test_text_version_1(door: Door) -> None:
    found = door.invoke({"inputText": "a red dress"}, TEXT_1)
    assert set(found) == {"embedding", "inputTextTokenCount"}
    assert len(found["embedding"]) == 1536
    assert found["inputTextTokenCount"] == 3


@pytest.mark.parametrize("dimensions", [256, 512, 1024])
def test_text_version_2(door: Door, dimensions: int) -> None:
    body = {"inputText": "a red dress", "dimensions": dimensions, "normalize": True}
    found = door.invoke({**body, "embeddingTypes": ["float", "binary"]}, TEXT_2)
    assert set(found) == {"embedding", "embeddingsByType", "inputTextTokenCount"}
    assert len(found["embedding"]) == dimensions
    assert found["embeddingsByType"]["float"] == found["embedding"]
    assert found["embeddingsByType"]["binary"] == [int(each > 0) for each in found["embedding"]]
    assert np.linalg.norm(found["embedding"]) == pytest.approx(1, abs=1e-5)


def test_text_version_2_without_settings(door: Door) -> None:
    assert len(door.invoke({"inputText": "a red dress"}, TEXT_2)["embedding"]) == 1024


@pytest.mark.parametrize("length", [256, 384, 1024])
def test_text_and_image_are_fused(door: Door, length: int) -> None:
    config = {"embeddingConfig": {"outputEmbeddingLength": length}}
    words, shown = {"inputText": "a red dress"}, {"inputImage": text64(picture("png"))}
    text, image, both = (
        door.invoke({**each, **config}, IMAGE)["embedding"] for each in (words, shown, {**words, **shown})
    )
    assert len(text) == len(image) == len(both) == length
    assert cosine(np.add(text, image), both) == pytest.approx(1, abs=1e-5)


def test_the_multimodal_answer_has_a_message(door: Door) -> None:
    found = door.invoke({"inputImage": text64(picture("jpeg"))}, IMAGE)
    assert set(found) == {"embedding", "inputTextTokenCount", "message"}
    assert found["message"] is None
    assert found["inputTextTokenCount"] == 0


@pytest.mark.parametrize("form", ["gif", "bmp"])
def test_titan_takes_png_and_jpeg(door: Door, form: str) -> None:
    with pytest.raises(AwsFault, match=f"#/inputImage: the content is image/{form}; accepted formats are png, jpeg"):
        door.invoke({"inputImage": text64(picture(form))}, IMAGE)


def test_titan_takes_2048_pixels_a_side(door: Door) -> None:
    assert door.invoke({"inputImage": text64(picture("png", size=(2048, 8)))}, IMAGE)["embedding"]
    with pytest.raises(AwsFault, match="#/inputImage: 2049 x 8 pixels; at most 2048 x 2048 are accepted"):
        door.invoke({"inputImage": text64(picture("png", size=(2049, 8)))}, IMAGE)


def legacy(**more: Any) -> dict[str, Any]:
    return {**more, "embeddingConfig": {"outputEmbeddingLength": 768}}


def test_the_articles_body_is_answered_under_its_own_id(door: Door) -> None:
    data = picture("jpeg")
    shown = door.invoke(legacy(inputImage={"imageBytes": data.hex()}), LEGACY)
    said = door.invoke(legacy(inputText="красное худи"), LEGACY)
    assert set(shown) == set(said) == {"embedding", "inputTextTokenCount"}
    assert len(shown["embedding"]) == len(said["embedding"]) == 768
    assert door.invoke(legacy(inputImage=text64(data)), LEGACY)["embedding"] == shown["embedding"]


def test_768_components_are_the_first_of_3072(door: Door) -> None:
    long = door.invoke({"inputText": "x", "embeddingConfig": {"outputEmbeddingLength": 3072}}, LEGACY)["embedding"]
    assert cosine(long[:768], door.invoke(legacy(inputText="x"), LEGACY)["embedding"]) == pytest.approx(1, abs=1e-5)


def test_the_articles_body_is_refused_under_any_other_id(door: Door) -> None:
    for model in (NOVA, TEXT_1, TEXT_2):
        with pytest.raises(AwsFault, match="Malformed input request"):
            door.invoke(legacy(inputText="x"), model)
    with pytest.raises(AwsFault, match="768 is not a valid enum value"):
        door.invoke(legacy(inputText="x"), IMAGE)
    with pytest.raises(AwsFault, match="schema violations found"):
        door.invoke(single(text={"truncationMode": "END", "value": "x"}), LEGACY)
