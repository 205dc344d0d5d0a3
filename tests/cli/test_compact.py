"""``sensorium compact``."""

from __future__ import annotations

import re
from pathlib import Path

from tests.cli.conftest import Command


def test_dead_room_goes_back(indexed: Command, files: Path) -> None:
    indexed.ok("index", files, "--index", "other")
    indexed.ok("rm", "--source", files / "tone.wav")
    shown = indexed.ok("compact").splitlines()
    assert [line.split(",")[0] for line in shown] == [
        "default: 2 dead records given back",
        "other: 0 dead records given back",
    ]
    assert all(" before, " in line and line.endswith(" now") for line in shown)
    assert "4 records: " in indexed.ok("verify", "--index", "default")


def test_one_index_and_json(indexed: Command, files: Path) -> None:
    indexed.ok("index", files, "--index", "other")
    indexed.ok("rm", "--source", files / "tone.wav", "--index", "other")
    (found,) = indexed.json("compact", "--index", "other")["indexes"]
    assert (found["index"], found["dead"]) == ("other", 2)
    assert found["bytes_after"] <= found["bytes_before"]
    assert indexed("compact", "--index", "nothing").exit_code == 2


def test_an_empty_home(command: Command) -> None:
    assert "no index yet" in command("compact").stderr
    assert command.json("compact") == {"indexes": []}
    assert not command.home.exists()


def test_the_inverted_index_is_brought_up_to_date(listed: Command) -> None:
    listed.ok("rm", *(f"near-{n:03}" for n in range(10)))
    shown = listed.ok("compact")
    covers = r"default: 10 dead records given back, .* now, the inverted index covers 496 records in \d+ lists\n"
    assert re.fullmatch(covers, shown)
    (found,) = listed.json("compact")["indexes"]
    assert (found["dead"], found["covered"]) == (0, 496)
    assert found["lists"] > 1
    (listed.home / "config.toml").unlink()
    (found,) = listed.json("compact")["indexes"]
    assert (found["covered"], found["lists"]) == (0, 0)  # of so few all are measured
