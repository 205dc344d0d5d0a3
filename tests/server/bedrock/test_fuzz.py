"""Bodies that are broken anyhow: an answer or a modelled error, and nothing else."""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from tests.server.bedrock.conftest import NOVA, Door, picture, single, text64

from sensorium.media import ocr
from sensorium.wire.fault import AwsFault

PNG = text64(picture("png"))
URI = f"data:image/png;base64,{PNG}"
NAMED = {"name": "a", "mediaType": "image", "base64String": PNG}
S3 = {"s3Location": {"uri": "s3://media/a.png", "bucketOwner": "000000000000"}}
SEEDS: list[tuple[str, dict[str, Any]]] = [
    (NOVA, single(text={"truncationMode": "END", "value": "a red dress"}, embeddingDimension=256)),
    (NOVA, single(text={"truncationMode": "NONE", "source": S3})),
    (NOVA, single(image={"format": "png", "source": {"bytes": PNG}, "detailLevel": "DOCUMENT_IMAGE"})),
    (NOVA, single(image={"format": "png", "source": S3})),
    (NOVA, single(audio={"format": "mp3", "source": {"bytes": PNG}})),
    (NOVA, single(video={"format": "mp4", "source": {"bytes": PNG}, "embeddingMode": "AUDIO_VIDEO_SEPARATE"})),
    ("amazon.titan-embed-text-v1", {"inputText": "a red dress"}),
    (
        "amazon.titan-embed-text-v2:0",
        {"inputText": "a", "dimensions": 256, "normalize": True, "embeddingTypes": ["binary"]},
    ),
    (
        "amazon.titan-embed-image-v1",
        {"inputText": "a", "inputImage": PNG, "embeddingConfig": {"outputEmbeddingLength": 256}},
    ),
    ("amazon.nova-multimodal-embedding-v1:0", {"inputImage": {"imageBytes": picture("png").hex()}}),
    ("cohere.embed-english-v3", {"texts": ["a", "b"], "input_type": "image", "embedding_types": ["int8"]}),
    ("cohere.embed-english-v3", {"images": [URI], "input_type": "image", "truncate": "END"}),
    (
        "cohere.embed-v4:0",
        {
            "inputs": [{"content": [{"type": "text", "text": "a"}, {"type": "image_url", "image_url": {"url": URI}}]}],
            "input_type": "clustering",
            "output_dimension": 256,
            "max_tokens": 9,
        },
    ),
    (
        "twelvelabs.marengo-embed-3-0-v1:0",
        {"inputType": "text_image", "text_image": {"inputText": "a", "mediaSource": S3}},
    ),
    (
        "twelvelabs.marengo-embed-3-0-v1:0",
        {"inputType": "multi_input", "multi_input": {"inputText": "<@a>", "mediaSources": [NAMED]}},
    ),
    ("twelvelabs.marengo-embed-2-7-v1:0", {"inputType": "image", "mediaSource": {"base64String": PNG}}),
]
ODD: list[Any] = [
    *(
        None,
        True,
        0,
        -1,
        1.5,
        1e308,
        2**63,
        "",
        "x",
        "\0",
        "ü" * 3000,
        [],
        {},
        [[]],
        [None],
        {"": None},
        {"a": {"b": 1}},
    ),
    *("\u202e", "s3://", "data:image/png;base64,", "<@a>", "END", "GENERIC_INDEX", ["float"], [{"content": []}]),
]


def places(value: Any) -> Iterator[tuple[Any, Any]]:
    """(container, key) of everything inside."""
    keys = list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ()
    for key in keys:
        yield value, key
        yield from places(value[key])


def mutated(document: dict[str, Any], rng: random.Random) -> dict[str, Any]:
    document = copy.deepcopy(document)
    for _ in range(rng.randint(1, 3)):
        container, key = rng.choice([*places(document), (document, "extra")])
        match rng.randrange(4):
            case 0:
                container[key] = copy.deepcopy(rng.choice(ODD))
            case 1 if isinstance(container, dict):
                container.pop(key, None)
            case 2 if isinstance(container, dict):
                container[rng.choice(["extra", "text", "image", "source", "bytes", "inputText"])] = copy.deepcopy(
                    rng.choice(ODD)
                )
            case _ if isinstance(key, str) and isinstance(container.get(key), str):
                text = container[key]
                cut = rng.randrange(len(text) + 1)
                container[key] = text[:cut] + rng.choice(["", "A", "=", "é", " "]) + text[cut + rng.randrange(3) :]
    return document


def tried(door: Door, model: str, document: Any) -> str:
    try:
        door.answer(document, model)
    except AwsFault as fault:
        return fault.name
    return "answered"


@pytest.mark.parametrize(("model", "seed"), SEEDS)
def test_mutated_bodies(door: Door, model: str, seed: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    door.shelf.held["s3://media/a.png"] = picture("png")
    rng = random.Random(json.dumps(seed))
    outcomes = {tried(door, model, mutated(seed, rng)) for _ in range(120)}
    assert outcomes <= {"answered", "ValidationException", "AccessDeniedException"}
    assert "ValidationException" in outcomes


@pytest.mark.parametrize(
    "name", ["png", "jpeg", "gif", "webp", "mp3", "wav", "ogg", "mp4", "webm", "flv", "mpeg", "wmv"]
)
def test_damaged_media(door: Door, film: Callable[[str], bytes], name: str) -> None:
    rng = random.Random(name)
    kind = "image" if name in ("png", "jpeg", "gif", "webp") else "audio" if name in ("mp3", "wav", "ogg") else "video"
    whole = picture(name) if kind == "image" else film(name)
    more = {"embeddingMode": "AUDIO_VIDEO_SEPARATE"} if kind == "video" else {}
    outcomes = []
    for _ in range(40 if kind == "image" else 12):
        data = bytearray(whole[: rng.randrange(1, len(whole))] if rng.random() < 0.3 else whole)
        for _ in range(rng.choice([0, 1, 5, 50])):
            data[rng.randrange(len(data))] = rng.randrange(256)
        media = {"format": name, "source": {"bytes": text64(bytes(data))}, **more}
        outcomes.append(tried(door, NOVA, single(**{kind: media}, embeddingDimension=256)))
    assert set(outcomes) <= {"answered", "ValidationException"}
