"""``sensorium ls``."""

from __future__ import annotations

from pathlib import Path

from tests.cli.conftest import Command

from sensorium.home import Home
from sensorium.media.read import read
from sensorium.space import as_source


def test_an_empty_home_says_how_to_begin(command: Command) -> None:
    result = command("ls")
    assert result.exit_code == 0
    assert "`sensorium index PATH` makes one" in result.stderr


def test_indexes_and_sources(indexed: Command, files: Path) -> None:
    assert [name.split()[:3] for name in indexed.ok("ls").splitlines()[1:]] == [["default", "6", "64"]]
    shown = indexed.ok("ls", "--sources").splitlines()
    assert shown[0] == f"in {files}"
    assert [line.split()[:3] for line in shown[2:-1]] == [
        ["cats.txt", "text", "1"],
        ["one.png", "image", "1"],
        ["ships.txt", "text", "1"],
        ["tone.wav", "audio", "2"],
        ["two.png", "image", "1"],
    ]
    assert shown[-1] == "5 sources, 6 records"
    assert indexed.json("ls", "--index", "default")["sources"][0] == {
        "source": (files / "cats.txt").as_uri(),
        "modality": "text",
        "records": 1,
        "size": 33,
    }


def test_records_of_the_library_are_listed_too(indexed: Command, files: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("A word.", "utf-8")
    with Home(indexed.home, indexed.registry()) as home:
        space = home.open()
        (segment,) = read(as_source(other))
        space.index.put([space.record(segment, space.embed([segment.payload])[0], "hash", {})])
    lines = indexed.json("ls", "--sources")["sources"]
    assert {"source": other.as_uri(), "modality": "text", "records": 1, "size": None} in lines
    assert len(lines) == 6


def test_an_unknown_index_is_named(indexed: Command) -> None:
    result = indexed("ls", "--index", "others")
    assert result.exit_code == 2
    assert "no index 'others'" in result.stderr
    assert "there are: default" in result.stderr
