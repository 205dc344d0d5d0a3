"""``sensorium show``."""

from __future__ import annotations

import json
from pathlib import Path

from tests.cli.conftest import Command


def key_of(command: Command, words: str) -> str:
    return str(json.loads(command.ok("search", words, "-k", "1", "--json"))["hits"][0]["key"])


def test_a_record_says_where_it_came_from_and_what_it_holds(indexed: Command, files: Path) -> None:
    key = key_of(indexed, "The cat sleeps on the warm roof.")
    shown = indexed.ok("show", key[:6])
    assert shown.startswith(f"key           {key}\n")
    assert f"found in      {files}/cats.txt" in shown
    assert "model         weightless@1" in shown
    assert "64 numbers of length 1.0000" in shown
    assert shown.endswith("\nThe cat sleeps on the warm roof.\n")
    found = indexed.json("show", key)
    assert found["key"] == key
    assert found["metadata"]["modality"] == "text"
    assert len(found["vector"]) == 64


def test_an_unclear_and_an_unknown_key(indexed: Command) -> None:
    first = key_of(indexed, "cat")
    assert "key" in indexed("show", "").stderr
    unknown = indexed("show", "zzz")
    assert unknown.exit_code == 2
    assert "no key 'zzz' in default/default" in unknown.stderr
    assert indexed("show", first).exit_code == 0
