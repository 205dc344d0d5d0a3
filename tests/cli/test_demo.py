"""``sensorium demo``, over a small part of the sample library."""

from __future__ import annotations

import io
import re
import shlex
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from tests.cli.conftest import Command

from sensorium.samples import library, queries
from sensorium.samples.queries import SampleQuery


def picture(seed: int) -> bytes:
    tiles = np.random.default_rng(seed).integers(0, 256, (6, 8, 3), np.uint8)
    buffer = io.BytesIO()
    Image.fromarray(tiles).resize((160, 120), Image.Resampling.NEAREST).save(buffer, "PNG")
    return buffer.getvalue()


SMALL = (
    library.Sample("photos/beach.png", "image", "a beach", partial(picture, 1)),
    library.Sample("photos/desert.png", "image", "a desert", partial(picture, 2)),
    library.Sample("notes/walk.txt", "text", "a walk in the hills", b"A walk in the hills.".strip),
    library.Sample("notes/cake.txt", "text", "how to bake a cake", b"How to bake a cake.".strip),
)
FILES = (library.Sample("another_beach.png", "image", "a beach", partial(picture, 1)),)
ASKED = (
    SampleQuery("image to image", "photos/beach.png", file="another_beach.png", modality="image"),
    SampleQuery("text to text", SMALL[-1].path, text=SMALL[-1].about, modality="text"),
    SampleQuery("text to nothing", "photos/not_there.jpg", text="something else"),
)


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(library, "SAMPLES", SMALL)
    monkeypatch.setattr(queries, "QUERY_FILES", FILES)
    monkeypatch.setattr(queries, "QUERIES", ASKED)


@pytest.mark.usefixtures("small")
def test_the_library_is_written_indexed_and_searched(command: Command) -> None:
    shown = command.ok("demo")
    assert (command.home / "demo" / "library" / "photos" / "beach.png").is_file()
    assert "demo: 4 files, 4 embedded" in shown
    assert "1. image to image: another_beach.png" in shown
    assert "looked for: beach.png, which came at rank 1" in shown
    assert f'2. text to text: "{SMALL[-1].about}"' in shown
    assert "looked for: not_there.jpg, which is not among the first 20 hits" in shown
    assert "came first in 2 of 3 searches, among the first 3 in 2" in shown
    again = command.json("demo")
    assert again["index"]["unchanged"] == 4
    assert [search["rank"] for search in again["searches"]] == [1, 1, None]
    assert set(again["searches"][0]) == {"title", "text", "file", "wanted", "rank", "hits"}


@pytest.mark.usefixtures("small")
def test_what_to_try_next_works(command: Command) -> None:
    shown = command.ok("--home", command.home, "demo")
    lines = re.findall(r"^  sensorium (.+)$", shown, re.MULTILINE)
    assert len(lines) == 4
    for line in lines[:3]:
        command.ok(*shlex.split(line))


def test_ones_own_folder(command: Command, files: Path) -> None:
    shown = command.ok("demo", "--folder", files)
    assert "demo-folder: 5 files, 5 embedded" in shown
    assert "audio to anything else: tone.wav" in shown
    assert re.search(r'a file\'s name to text: "(cats|ships)"', shown)
    assert not (command.home / "demo").exists()


def test_an_empty_folder_is_no_error(command: Command, tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    assert "demo-folder: 0 files" in command.ok("demo", "--folder", tmp_path / "empty")
