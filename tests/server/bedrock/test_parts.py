"""How Nova's jobs cut what they are given, and what they refuse."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.pipeline.conftest import write_sound
from tests.server.bedrock.desk import NOVA, Desk, nova_input, opened

from sensorium.server.bedrock.parts import Limits
from sensorium.wire.nova import Sizes


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path) as desk:
        yield desk


def words(count: int) -> str:
    return " ".join(f"word{number}" for number in range(count))


def seconds(lines: list[dict[str, Any]]) -> list[tuple[int, float, float]]:
    found = [line["segmentMetadata"] for line in lines]
    return [(each["segmentIndex"], each["segmentStartSeconds"], each["segmentEndSeconds"]) for each in found]


def test_sound_is_cut_to_the_grid_and_the_last_piece_is_shorter(desk: Desk, tmp_path: Path) -> None:
    write_sound(tmp_path / "a.wav", 300.0, 10.5)
    uri = desk.put("a.wav", (tmp_path / "a.wav").read_bytes())
    out = desk.done(NOVA, nova_input("audio", uri))
    assert seconds(desk.lines(f"{out}/embedding-audio.jsonl")) == [(0, 0, 5), (1, 5, 10), (2, 10, 10.5)]
    out = desk.done(NOVA, nova_input("audio", uri, segmentationConfig={"durationSeconds": 15}))
    assert seconds(desk.lines(f"{out}/embedding-audio.jsonl")) == [(0, 0, 10.5)]


@pytest.mark.parametrize(
    ("kind", "key", "data", "why"),
    [
        ("text", "none.txt", None, "no object s3://in-bucket/none.txt"),
        ("text", "blank.txt", b" \n ", "nothing"),
        ("text", "zip.txt", b"PK\x03\x04" + bytes(range(256)), "no text"),
        ("image", "a.png", b"\x89PNG\r\n\x1a\n broken", "a.png"),
        ("audio", "a.wav", b"hello, this is no sound", "the content is text/plain; accepted formats are"),
        ("video", "a.mp4", b"RIFF\x00\x00\x00\x00WAVEfmt ", "accepted formats are"),
    ],
)
def test_what_cannot_be_read_fails_and_says_why(desk: Desk, kind: str, key: str, data: bytes | None, why: str) -> None:
    uri = f"s3://in-bucket/{key}" if data is None else desk.put(key, data)
    state = desk.ended(desk.start(NOVA, nova_input(kind, uri)))
    assert state["status"] == "Failed"
    assert why in state["failureMessage"]
    assert state["endTime"] >= state["submitTime"]


def test_limits_are_those_of_the_settings(tmp_path: Path) -> None:
    write_sound(tmp_path / "a.wav", 300.0, 12.0)
    limits = Limits(Sizes(text=100, image=10, audio=10**6, video=10), seconds=8.0, text_segments=2, time_segments=2)
    with opened(tmp_path, limits=limits) as desk:
        sound = desk.put("a.wav", (tmp_path / "a.wav").read_bytes())
        state = desk.ended(desk.start(NOVA, nova_input("audio", sound)))
        assert "about 15 s long; at most 8 s are accepted" in state["failureMessage"]
        text = desk.put("a.txt", b"a " * 60)
        state = desk.ended(desk.start(NOVA, nova_input("text", text)))
        assert "120 bytes, at most 100 are accepted" in state["failureMessage"]
    with opened(tmp_path, limits=Limits(text_segments=2, time_segments=2)) as desk:
        state = desk.ended(desk.start(NOVA, nova_input("audio", sound)))
        assert "more than 2 segments; raise durationSeconds" in state["failureMessage"]
        text = desk.put("b.txt", words(400).encode())
        state = desk.ended(desk.start(NOVA, nova_input("text", text)))
        assert "more than 2 segments; raise maxLengthChars" in state["failureMessage"]
        assert desk.files("s3://out-bucket/results") == []
