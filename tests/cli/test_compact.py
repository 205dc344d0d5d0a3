"""``sensorium compact``."""

from __future__ import annotations

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
