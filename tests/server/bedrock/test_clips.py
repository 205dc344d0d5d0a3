"""Async invokes of Marengo: clips of sound and video, and what InvokeModel takes, too."""

from __future__ import annotations

import base64
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.media.conftest import Film, make
from tests.pipeline.conftest import write_sound
from tests.server.bedrock.desk import Desk, opened

MARENGO_3 = "us.twelvelabs.marengo-embed-3-0-v1:0"
MARENGO_2 = "twelvelabs.marengo-embed-2-7-v1:0"


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path) as desk:
        yield desk


@pytest.fixture
def film(desk: Desk, tmp_path: Path) -> str:
    return desk.put("a.mp4", make(tmp_path / "a.mp4", Film(seconds=7)).read_bytes())


def place(uri: str) -> dict[str, Any]:
    return {"s3Location": {"uri": uri, "bucketOwner": "123456789012"}}


def data(desk: Desk, model: str, document: dict[str, Any]) -> list[dict[str, Any]]:
    out = desk.done(model, document)
    assert desk.files(out) == ["output.json"]
    found = desk.document(f"{out}/output.json")
    assert set(found) == {"data"}
    dimension = 512 if model == MARENGO_3 else 1024
    for item in found["data"]:
        assert len(item["embedding"]) == dimension
        assert np.linalg.norm(item["embedding"]) == pytest.approx(1, abs=1e-5)
    return list(found["data"])


def facts(found: list[dict[str, Any]]) -> list[tuple[str, str, float, float]]:
    return [(i["embeddingOption"], i["embeddingScope"], i["startSec"], round(i["endSec"], 0)) for i in found]


def test_a_video_in_clips_and_as_a_whole(desk: Desk, film: str) -> None:
    cut = {"method": "fixed", "fixed": {"durationSec": 3}}
    found = data(desk, MARENGO_3, {"inputType": "video", "video": {"mediaSource": place(film), "segmentation": cut}})
    clips = [(option, "clip", start, end) for start, end in ((0, 3), (3, 6), (6, 7)) for option in ("visual", "audio")]
    assert facts(found) == [*clips, ("visual", "asset", 0, 7), ("audio", "asset", 0, 7)]


def test_fused_vectors_and_a_stretch(desk: Desk, film: str) -> None:
    what = {
        "mediaSource": place(film),
        "startSec": 1.5,
        "endSec": 5.5,
        "segmentation": {"method": "fixed", "fixed": {"durationSec": 2}},
        "embeddingType": ["separate_embedding", "fused_embedding"],
        "embeddingOption": ["visual"],
        "embeddingScope": ["clip"],
    }
    found = data(desk, MARENGO_3, {"inputType": "video", "video": what})
    assert [(i["embeddingOption"], i["startSec"], i["endSec"]) for i in found] == [
        ("visual", 1.5, 3.5),
        ("visual", 3.5, 5.5),
        ("fused", 1.5, 3.5),
        ("fused", 3.5, 5.5),
    ]
    assert found[0]["embedding"] == pytest.approx(found[2]["embedding"], abs=1e-6)


def test_sound_of_both_versions(desk: Desk, tmp_path: Path) -> None:
    write_sound(tmp_path / "a.wav", 300.0, 13.0)
    uri = desk.put("a.wav", (tmp_path / "a.wav").read_bytes())
    found = data(desk, MARENGO_3, {"inputType": "audio", "audio": {"mediaSource": place(uri)}})
    assert facts(found) == [
        ("audio", "clip", 0, 6),
        ("audio", "clip", 6, 12),
        ("audio", "clip", 12, 13),
        ("audio", "asset", 0, 13),
    ]
    found = data(desk, MARENGO_2, {"inputType": "audio", "mediaSource": place(uri), "useFixedLengthSec": 10})
    assert facts(found) == [("audio", "clip", 0, 10), ("audio", "clip", 10, 13)]


def test_a_video_of_2_7_has_three_options(desk: Desk, film: str) -> None:
    found = data(desk, MARENGO_2, {"inputType": "video", "mediaSource": place(film)})
    assert {item["embeddingOption"] for item in found} == {"visual-text", "visual-image", "audio"}
    assert {item["embeddingScope"] for item in found} == {"clip"}


def test_text_and_images_are_embedded_too(desk: Desk) -> None:
    out = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 20, 20)).save(out, "PNG")
    inline = {"base64String": base64.b64encode(out.getvalue()).decode()}
    text = data(desk, MARENGO_3, {"inputType": "text", "text": {"inputText": "a red thing"}})
    assert [set(item) for item in text] == [{"embedding"}]
    image = data(desk, MARENGO_3, {"inputType": "image", "image": {"mediaSource": inline}})
    uri = desk.put("a.png", out.getvalue())
    assert data(desk, MARENGO_3, {"inputType": "image", "image": {"mediaSource": place(uri)}}) == image
    both = {"inputText": "a red thing", "mediaSource": inline}
    assert data(desk, MARENGO_3, {"inputType": "text_image", "text_image": both}) not in (text, image)
    assert data(desk, MARENGO_2, {"inputType": "text", "inputText": "a red thing"})[0]["embedding"][:64] == (
        pytest.approx(text[0]["embedding"][:64], abs=1e-6)
    )


def test_what_is_said_cannot_be_written_down(desk: Desk, film: str) -> None:
    what = {"mediaSource": place(film), "embeddingOption": ["transcription"]}
    state = desk.ended(desk.start(MARENGO_3, {"inputType": "video", "video": what}))
    assert state["status"] == "Failed"
    assert "ask for the embeddingOption audio" in state["failureMessage"]


def test_a_video_is_no_sound_file(desk: Desk, film: str) -> None:
    state = desk.ended(desk.start(MARENGO_3, {"inputType": "audio", "audio": {"mediaSource": place(film)}}))
    assert "the content is video/mp4; audio is accepted" in state["failureMessage"]
