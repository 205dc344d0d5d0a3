"""Jobs of Nova: what they write, read back as AWS's samples read it."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.media.conftest import Film, make
from tests.server.bedrock.desk import NOVA, Desk, nova_input, opened

from sensorium.models.resized import resize
from sensorium.testing.weightless import WeightlessEmbedder
from sensorium.types import Purpose


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path) as desk:
        yield desk


def words(count: int) -> str:
    return " ".join(f"word{number}" for number in range(count))


def unit(vector: list[float], dimension: int) -> None:
    assert len(vector) == dimension
    assert np.linalg.norm(vector) == pytest.approx(1, abs=1e-5)


def test_a_text_becomes_lines_with_positions(desk: Desk) -> None:
    text = "Ünïcode first. " + words(400)
    uri = desk.put("notes/long.txt", text.encode())
    out = desk.done(NOVA, nova_input("text", uri))
    assert desk.files(out) == ["embedding-text.jsonl", "manifest.json", "segmented-embedding-result.json"]
    lines = desk.lines(f"{out}/embedding-text.jsonl")
    assert len(lines) == -(-len(text) // 800)
    for index, line in enumerate(lines):
        assert set(line) == {"embedding", "segmentMetadata", "status"}
        about = line["segmentMetadata"]
        assert list(about) == [
            "segmentIndex",
            "truncatedCharLength",
            "segmentStartCharPosition",
            "segmentEndCharPosition",
        ]
        assert (about["segmentIndex"], about["truncatedCharLength"], line["status"]) == (index, 0, "SUCCESS")
        part = text[about["segmentStartCharPosition"] : about["segmentEndCharPosition"]]
        assert part == part.strip()
        assert 0 < len(part) <= 800
        unit(line["embedding"], 256)
        expected = resize(WeightlessEmbedder().embed([part], Purpose.GENERIC_INDEX), 256)[0]
        np.testing.assert_allclose(line["embedding"], expected, atol=1e-6)
    result = desk.document(f"{out}/segmented-embedding-result.json")
    assert result == {
        "sourceFileUri": uri,
        "embeddingDimension": 256,
        "embeddingResults": [
            {"embeddingType": "TEXT", "status": "SUCCESS", "outputFileUri": f"{out}/embedding-text.jsonl"}
        ],
    }
    assert f"{out}/embedding-text.jsonl" in desk.document(f"{out}/manifest.json")["outputFiles"]


def test_an_image_is_one_line_under_both_names(desk: Desk) -> None:
    data = io.BytesIO()
    Image.new("RGB", (60, 40), (200, 20, 20)).save(data, "PNG")
    uri = desk.put("a.png", data.getvalue())
    out = desk.done(NOVA, nova_input("image", uri, 3072))
    assert desk.files(out) == [
        "embedding-image.json",
        "embedding-image.jsonl",
        "manifest.json",
        "segmented-embedding-result.json",
    ]
    assert desk.lines(f"{out}/embedding-image.jsonl") == [desk.document(f"{out}/embedding-image.json")]
    unit(desk.document(f"{out}/embedding-image.json")["embedding"], 3072)
    result = desk.document(f"{out}/segmented-embedding-result.json")["embeddingResults"][0]
    assert result["outputFileUri"] == f"{out}/embedding-image.jsonl"


def seconds(lines: list[dict[str, Any]]) -> list[tuple[int, float, float]]:
    found = [line["segmentMetadata"] for line in lines]
    return [(each["segmentIndex"], each["segmentStartSeconds"], each["segmentEndSeconds"]) for each in found]


def test_a_video_is_one_vector_a_segment_or_two(desk: Desk, tmp_path: Path) -> None:
    uri = desk.put("a.mp4", make(tmp_path / "a.mp4", Film(seconds=7)).read_bytes())
    out = desk.done(NOVA, nova_input("video", uri))
    assert desk.files(out)[0] == "embedding-audio-video.jsonl"
    together = desk.lines(f"{out}/embedding-audio-video.jsonl")
    assert [(index, start) for index, start, _ in seconds(together)] == [(0, 0), (1, 5)]
    out = desk.done(NOVA, nova_input("video", uri, embeddingMode="AUDIO_VIDEO_SEPARATE"))
    assert desk.files(out)[:2] == ["embedding-audio.jsonl", "embedding-video.jsonl"]
    heard, seen = (desk.lines(f"{out}/embedding-{name}.jsonl") for name in ("audio", "video"))
    assert seconds(heard) == seconds(seen) == seconds(together)
    assert not np.allclose(heard[0]["embedding"], seen[0]["embedding"], atol=0.1)
    types = [
        each["embeddingType"] for each in desk.document(f"{out}/segmented-embedding-result.json")["embeddingResults"]
    ]
    assert types == ["VIDEO", "AUDIO"]


def test_a_silent_video_has_no_sound_to_embed(desk: Desk, tmp_path: Path) -> None:
    uri = desk.put("a.mp4", make(tmp_path / "a.mp4", Film(seconds=2, sound=None)).read_bytes())
    out = desk.done(NOVA, nova_input("video", uri, embeddingMode="AUDIO_VIDEO_SEPARATE"))
    assert desk.files(out) == ["embedding-video.jsonl", "manifest.json", "segmented-embedding-result.json"]


def test_a_film_that_breaks_off_is_a_partial_success(desk: Desk, tmp_path: Path) -> None:
    data = make(tmp_path / "a.mkv", Film(seconds=20)).read_bytes()
    uri = desk.put("a.mkv", data[: len(data) * 6 // 10])
    out = desk.done(NOVA, nova_input("video", uri, format="mkv"))
    lines = desk.lines(f"{out}/embedding-audio-video.jsonl")
    assert [line["status"] for line in lines] == ["SUCCESS"] * (len(lines) - 1) + ["FAILURE"]
    assert len(lines) >= 3
    assert lines[-1]["failureReason"] == "INVALID_CONTENT"
    assert "embedding" not in lines[-1]
    assert "cut short" in lines[-1]["message"]
    result = desk.document(f"{out}/segmented-embedding-result.json")["embeddingResults"][0]
    assert (result["status"], result["failureReason"]) == ("PARTIAL_SUCCESS", "INVALID_CONTENT")
