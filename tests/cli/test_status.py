"""``sensorium status``."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

from tests.cli.conftest import Command


def test_an_empty_home(command: Command) -> None:
    shown = command.ok("status")
    assert "no index yet" in shown
    assert "(not made yet)" in shown
    assert not command.home.exists()


def test_counts_sizes_and_failures(command: Command, files: Path) -> None:
    (files / "broken.pdf").write_bytes(b"%PDF-1.7 rubbish")
    assert command("index", files).exit_code == 1
    shown = command.ok("status")
    assert "index default: 6 records (2 text, 2 image, 2 audio)" in shown
    assert "64 dimensions, cosine distance, model weightless@1" in shown
    assert "broken.pdf: " in shown
    found = command.json("status")
    assert found["home"] == str(command.home)
    assert int(str(found["store_bytes"])) > 6 * 64 * 4
    (index,) = found["indexes"]
    assert index["by_modality"] == {"text": 2, "image": 2, "audio": 2}
    assert [failure["code"] for failure in index["failures"]] == ["unreadable"]
    (files / "broken.pdf").unlink()
    command.ok("index", files, "--prune")


def test_verify_names_what_is_damaged_and_how_it_comes_back(indexed: Command, files: Path) -> None:
    assert "  verified: 6 records whole\n" in indexed.ok("status", "--verify")
    (database,) = (indexed.home / "store").rglob("records.*.sqlite")
    with closing(sqlite3.connect(database)) as opened:
        changed = "UPDATE records SET metadata = replace(CAST(metadata AS TEXT), 'The cat', 'The cow')"
        opened.execute(f"{changed} WHERE instr(CAST(metadata AS TEXT), 'The cat')")
        opened.commit()
    result = indexed("status", "--verify")
    assert result.exit_code == 1
    assert "  verified: 5 records whole\n" in result.stdout
    assert f"is not what was written ({files / 'cats.txt'})" in result.stdout
    found = indexed("status", "--verify", "--json")
    assert found.exit_code == 1
    (index,) = json.loads(found.stdout)["indexes"]
    assert index["verified"]["whole"] == 5
    assert [damage["source"] for damage in index["verified"]["damages"]] == [(files / "cats.txt").as_uri()]
    indexed.ok("rm", "--source", files / "cats.txt")
    indexed.ok("index", files)
    assert "  verified: 6 records whole\n" in indexed.ok("status", "--verify")
