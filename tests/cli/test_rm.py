"""``sensorium rm``."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.cli.conftest import Command
from tests.cli.test_show import key_of

from sensorium.home import Home
from sensorium.media.read import read
from sensorium.space import as_source


def count(command: Command) -> int:
    (line,) = command.json("ls")["indexes"]
    return int(line["records"])


def test_by_key(indexed: Command, files: Path) -> None:
    key = key_of(indexed, "The cat sleeps on the warm roof.")
    assert indexed.ok("rm", key[:8]) == "1 record removed from default\n"
    assert count(indexed) == 5
    assert indexed.json("index", files)["embedded"] == 1


def test_by_file_and_by_folder(indexed: Command, files: Path) -> None:
    assert indexed.json("rm", "--source", files / "tone.wav")["removed"] == 2
    assert indexed.json("rm", "--source", files.as_uri())["removed"] == 4
    assert indexed.json("rm", "--source", files)["removed"] == 0


def test_a_name_that_only_begins_alike_stays(indexed: Command, files: Path) -> None:
    assert indexed.json("rm", "--source", files / "cats")["removed"] == 0
    assert count(indexed) == 6


def test_by_source_also_what_the_library_added(indexed: Command, tmp_path: Path) -> None:
    other = tmp_path / "other.txt"
    other.write_text("A word.", "utf-8")
    with Home(indexed.home, indexed.registry()) as home:
        space = home.open()
        (segment,) = read(as_source(other))
        space.index.put([space.record(segment, space.embed([segment.payload])[0], "hash", {})])
    assert indexed.json("rm", "--source", other)["removed"] == 1
    assert count(indexed) == 6


def test_by_filter(indexed: Command) -> None:
    assert indexed.json("rm", "--filter", '{"modality": {"$in": ["image", "audio"]}}')["removed"] == 4
    assert count(indexed) == 2


def test_the_whole_index_only_after_a_yes(indexed: Command) -> None:
    declined = indexed("rm", "--all", input="n\n")
    assert declined.exit_code == 1
    assert "Remove index default with its 6 records?" in declined.stderr
    assert count(indexed) == 6
    assert indexed("rm", "--all", "--json").exit_code == 2
    assert indexed.json("rm", "--all", "--yes")["removed"] == 6
    assert indexed.json("ls")["indexes"] == []


@pytest.mark.parametrize("args", [(), ("k", "--all"), ("--filter", "{}", "--source", "x")])
def test_one_way_at_a_time(indexed: Command, args: tuple[str, ...]) -> None:
    result = indexed("rm", *args)
    assert result.exit_code == 2
    assert "in one way" in result.stderr
    assert count(indexed) == 6
