"""Calls to Bedrock: what goes out, and what is made of the answers that are no vectors."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np
import pytest
from PIL import Image as Pillow
from tests.scripted import Said, Scripted, fault, scripted

from sensorium.errors import Invalid, NotFound, SensoriumError, Unavailable, Unreadable
from sensorium.models.base import ModelSpec
from sensorium.models.bedrock import known
from sensorium.models.bedrock.embedder import BedrockEmbedder
from sensorium.models.bedrock.quota import Quota
from sensorium.testing import payloads
from sensorium.types import Audio, Encoded, Image, Page, Payload, Purpose

NOVA = known.DEFAULT
INDEX = Purpose.GENERIC_INDEX
Make = Callable[..., BedrockEmbedder]


def nova_answer(*vectors: list[float]) -> Said:
    return Said({"embeddings": [{"embeddingType": "TEXT", "embedding": vector} for vector in vectors]})


@pytest.fixture
def make() -> Iterator[Make]:
    with ThreadPoolExecutor(2) as pool:

        def embedder(script: Scripted, name: str = NOVA, dim: int | None = 256, attempts: int = 1) -> BedrockEmbedder:
            found = known.find(name)
            client = script.client("bedrock-runtime", attempts)
            made = BedrockEmbedder(found.spec, name, found.dialect, client, pool, Quota())
            return made if dim is None else made.at(dim)

        yield embedder


def asked(script: Scripted) -> list[dict[str, Any]]:
    return [json.loads(body) for _, body in script.asked]


ROW = [3.0, 4.0, *([0.0] * 254)]


def test_rows_become_unit_vectors(make: Make) -> None:
    with scripted(nova_answer(ROW)) as script:
        rows = make(script).embed(["a word"], INDEX)
    assert rows.dtype == np.float32
    assert rows[0, :3] == pytest.approx([0.6, 0.8, 0])


def test_the_id_and_the_purpose_go_as_they_are(make: Make) -> None:
    with scripted(nova_answer(ROW)) as script:
        make(script).embed(["a word"], Purpose.DOCUMENT_RETRIEVAL)
        assert script.asked[0][0] == "/model/amazon.nova-2-multimodal-embeddings-v1%3A0/invoke"
        (body,) = asked(script)
    assert body["singleEmbeddingParams"] == {
        "embeddingPurpose": "DOCUMENT_RETRIEVAL",
        "embeddingDimension": 256,
        "text": {"truncationMode": "END", "value": "a word"},
    }


def test_whole_files_go_as_their_own_bytes(make: Make) -> None:
    mp3 = Audio(payloads.audio(1).samples, 16_000, Encoded("audio/mpeg", lambda: b"the file"))
    with scripted(nova_answer(ROW)) as script:
        make(script).embed([mp3], INDEX)
        (body,) = asked(script)
    sound = body["singleEmbeddingParams"]["audio"]
    assert (sound["format"], base64.b64decode(sound["source"]["bytes"])) == ("mp3", b"the file")


def test_a_page_is_an_image_of_a_document_and_its_text_where_it_has_no_picture(make: Make) -> None:
    with scripted(nova_answer(ROW)) as script:
        make(script).embed([Page("its words", payloads.image(1)), Page("its words", None)], INDEX)
        bodies = [body["singleEmbeddingParams"] for body in asked(script)]
    (shown,) = (body["image"] for body in bodies if "image" in body)
    (read,) = (body["text"] for body in bodies if "text" in body)
    assert (shown["detailLevel"], shown["format"]) == ("DOCUMENT_IMAGE", "png")
    assert read["value"] == "its words"
    with scripted(nova_answer(ROW)) as script, pytest.raises(Invalid, match="neither a picture nor a text"):
        make(script).embed([Page(" ", None)], INDEX)


def test_an_image_that_no_model_takes_goes_as_png(make: Make) -> None:
    plain = payloads.image(5)
    with scripted(nova_answer(ROW)) as script:
        make(script).embed([Image(plain.pixels, Encoded("image/heic", lambda: b"heic"))], INDEX)
        (body,) = asked(script)
    image = body["singleEmbeddingParams"]["image"]
    assert (image["format"], image["detailLevel"]) == ("png", "STANDARD_IMAGE")
    with Pillow.open(io.BytesIO(base64.b64decode(image["source"]["bytes"]))) as picture:
        assert np.array_equal(np.asarray(picture), plain.pixels)


def test_cohere_takes_many_texts_a_call_in_order(make: Make) -> None:
    def rows(count: int) -> Said:
        return Said({"embeddings": [[float(place + 1), 1.0, *([0.0] * 1022)] for place in range(count)]})

    with scripted(rows(96), rows(4)) as script:
        embedder = make(script, "cohere.embed-english-v3", None)
        embedder._pool.submit(lambda: None).result()
        found = embedder.embed([f"text {place}" for place in range(96)], Purpose.TEXT_RETRIEVAL)
        assert found.shape == (96, 1024)
        assert np.all(np.diff(found[:, 0]) > 0)
        (body,) = asked(script)
    assert body["input_type"] == "search_query"
    assert body["texts"][95] == "text 95"


@pytest.mark.parametrize(
    ("said", "kind", "message"),
    [
        (fault("ValidationException", 400, "Malformed input request"), Invalid, "Malformed input request"),
        (fault("ValidationException", 400, "The provided model identifier is invalid."), NotFound, "identifier"),
        (fault("ModelErrorException", 424, "it broke"), Unreadable, "it broke"),
        (fault("ThrottlingException", 429, "Too many requests"), Unavailable, "Too many requests"),
        (fault("ServiceQuotaExceededException", 400, "quota"), Unavailable, "quota"),
        (fault("AccessDeniedException", 403, "no access to the model"), Unavailable, "no access to the model"),
        (Said(b"<html>"), Unavailable, "no JSON"),
        (Said({"embeddings": []}), Unavailable, "0 embeddings where one was asked for"),
        (nova_answer([1.0, 2.0]), Unavailable, "1 rows of 2 numbers; asked were 1 of 256"),
        (nova_answer([0.0] * 256), Unavailable, "without a direction"),
    ],
)
def test_what_is_no_vector_is_told(make: Make, said: Said, kind: type[SensoriumError], message: str) -> None:
    with scripted(said) as script, pytest.raises(kind, match=message):
        make(script).embed(["a word"], INDEX)


def test_throttled_calls_are_repeated(make: Make) -> None:
    busy = fault("ThrottlingException", 429)
    with scripted(busy, busy, nova_answer(ROW)) as script:
        assert make(script, attempts=4).embed(["a word"], INDEX).shape == (1, 256)
        assert len(script.asked) == 3


def test_one_bad_payload_stops_those_that_have_not_gone_out(make: Make) -> None:
    with scripted(fault("ValidationException", 400, "bad")) as script:
        with pytest.raises(Invalid, match="bad"):
            make(script).embed([f"word {place}" for place in range(16)], INDEX)
        assert len(script.asked) < 16


class _Slow:
    """A client that answers when told to, and counts who waits."""

    def __init__(self) -> None:
        self.inside = self.most = 0
        self.lock = threading.Lock()
        self.enough = threading.Barrier(2, timeout=10)

    def invoke_model(self, **_: Any) -> dict[str, Any]:
        with self.lock:
            self.inside += 1
            self.most = max(self.most, self.inside)
        self.enough.wait()
        with self.lock:
            self.inside -= 1
        return {"body": io.BytesIO(json.dumps(nova_answer(ROW).body).encode())}


def test_calls_go_out_together_but_no_more_than_the_pool_allows() -> None:
    found = known.find(NOVA)
    slow = _Slow()
    with ThreadPoolExecutor(2) as pool:
        embedder = BedrockEmbedder(found.spec, NOVA, found.dialect, slow, pool, Quota()).at(256)
        assert embedder.embed([f"word {place}" for place in range(8)], INDEX).shape == (8, 256)
    assert slow.most == 2


@pytest.mark.parametrize("spec", known.all_specs(), ids=lambda spec: spec.id)
def test_specs_are_whole(spec: ModelSpec) -> None:
    assert spec.licence
    assert spec.dims[-1] == spec.dim
    assert set(spec.purposes) in (set(), set(Purpose))
    text: Payload = "x" * ((spec.limits.max_chars or 0) + 10)
    assert spec.limits.max_chars is not None
    assert len(text) > spec.limits.max_chars >= spec.segmentation.max_chars
