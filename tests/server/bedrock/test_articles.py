"""What the code of the five source articles sends, in our own words, and what it takes out of the answers."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from tests.server.bedrock.conftest import NOVA, Door, picture, single, text64

from sensorium.media import ocr
from sensorium.wire.fault import AwsFault

Read = Callable[[str], bytes]
JPEG = text64(picture("jpeg", size=(320, 240)))


def first(door: Door, document: Any, model: str = NOVA, **more: Any) -> list[float]:
    """As all of them read it: ``result["embeddings"][0]["embedding"]``."""
    found: list[float] = door.invoke(document, model, **more)["embeddings"][0]["embedding"]
    return found


def text(value: str, **params: Any) -> dict[str, Any]:
    return single(text={"truncationMode": "END", "value": value}, **params)


def image(data: str = JPEG, form: str = "jpeg", **more: Any) -> dict[str, Any]:
    return {"format": form, "source": {"bytes": data}, **more}


def test_the_shop_of_articles_000_and_002(door: Door) -> None:
    product = first(door, text("Sneaker. Some brand", embeddingDimension=1024))
    photograph = first(door, single(image=image(), embeddingDimension=1024))
    question = first(door, text("red shoes", embeddingDimension=1024, embeddingPurpose="GENERIC_RETRIEVAL"))
    assert len(product) == len(photograph) == len(question) == 1024
    fused = np.mean([product, photograph], axis=0)
    assert 0 < np.linalg.norm(fused) <= 1


def test_the_whole_payload_of_article_001(door: Door) -> None:
    document = {"schemaVersion": "nova-multimodal-embed-v1", **text("hello", embeddingDimension=3072)}
    data = json.dumps(document, indent=2).encode()
    headers = {"accept": "application/json", "contentType": "application/json"}
    found = door.invoke(data, "amazon.nova-embedding-v1:0", **headers)
    assert found == door.invoke(data)
    assert found["embeddings"][0]["embeddingType"] == "TEXT"


def test_article_001_prints_a_placeholder_that_is_no_source(door: Door) -> None:
    with pytest.raises(AwsFault, match="schema violations found") as caught:
        door.invoke(
            single(
                text={"truncationMode": "END", "value": "x", "source": "SourceObject"},
                audio={"format": "mp3", "source": "SourceObject"},
            )
        )
    assert ("#/singleEmbeddingParams/audio/source", "expected type: JSONObject, found: String") in caught.value.fields


def test_documents_of_article_001_are_embedded_for_text_retrieval_at_the_default_size(door: Door) -> None:
    assert len(first(door, text("机器学习基础 监督学习", embeddingPurpose="TEXT_RETRIEVAL"))) == 3072


def test_a_highlight_of_article_001(door: Door, film: Read) -> None:
    clip = {"format": "mp4", "embeddingMode": "AUDIO_VIDEO_COMBINED", "source": {"bytes": text64(film("mp4"))}}
    assert len(first(door, single(video=clip, embeddingDimension=1024))) == 1024


def test_goods_and_faces_of_article_001(door: Door) -> None:
    shown = single(image=image(detailLevel="STANDARD_IMAGE"), embeddingDimension=1024)
    assert len(first(door, shown)) == 1024


def test_pages_of_article_001(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    page = image(text64(picture("png", size=(400, 560))), "png", detailLevel="DOCUMENT_IMAGE")
    question = text("how much did the cloud earn", embeddingDimension=3072, embeddingPurpose="DOCUMENT_RETRIEVAL")
    assert len(first(door, single(image=page, embeddingDimension=3072))) == len(first(door, question)) == 3072


def test_songs_of_article_001(door: Door, film: Read) -> None:
    song = {"format": "mp3", "source": {"bytes": text64(film("mp3"))}}
    for purpose in ("GENERIC_INDEX", "AUDIO_RETRIEVAL"):
        assert len(first(door, single(audio=song, embeddingPurpose=purpose, embeddingDimension=1024))) == 1024


@pytest.mark.parametrize("form", ["flack", "m4a"])
def test_sounds_that_article_001_lists_and_aws_refuses(door: Door, film: Read, form: str) -> None:
    with pytest.raises(AwsFault, match=f"{form} is not a valid enum value"):
        door.invoke(single(audio={"format": form, "source": {"bytes": text64(film("mp3"))}}))


def test_hoodies_of_article_003(door: Door) -> None:
    config = {"embeddingConfig": {"outputEmbeddingLength": 768}}
    model = "amazon.nova-multimodal-embedding-v1:0"
    shown = door.invoke({"inputImage": {"imageBytes": picture("jpeg").hex()}, **config}, model)["embedding"]
    said = door.invoke({"inputText": "красное худи", **config}, model)["embedding"]
    assert np.array(shown).shape == np.array(said).shape == (768,)


def test_wind_turbines_of_article_004(door: Door) -> None:
    assert len(first(door, single(image=image(), embeddingDimension=3072))) == 3072
    question = text("Wind turbine", embeddingDimension=3072, embeddingPurpose="GENERIC_RETRIEVAL")
    assert len(first(door, question)) == 3072


@pytest.mark.parametrize("form", ["webp", "gif", "png"])
def test_article_004_calls_every_picture_a_jpeg(door: Door, form: str) -> None:
    claimed = single(image=image(text64(picture(form)), "jpeg"), embeddingDimension=256)
    honest = single(image=image(text64(picture(form)), form), embeddingDimension=256)
    assert first(door, claimed) == first(door, honest)


def test_article_004_sends_text_and_image_together_which_aws_refuses(door: Door) -> None:
    with pytest.raises(AwsFault, match=r"exactly one of .* is required, found \[text, image\]"):
        door.invoke(single(text={"truncationMode": "END", "value": "x"}, image=image()))


def test_the_other_model_of_article_004_is_read_by_data_0(door: Door) -> None:
    media = {"mediaSource": {"base64String": JPEG}}
    for model in ("twelvelabs.marengo-embed-3-0-v1:0", "us.twelvelabs.marengo-embed-3-0-v1:0"):
        assert len(door.invoke({"inputType": "image", "image": media}, model)["data"][0]["embedding"]) == 512
        found = door.invoke({"inputType": "text", "text": {"inputText": "Wind turbine"}}, model)
        assert len(found["data"][0]["embedding"]) == 512
