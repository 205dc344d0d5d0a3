"""``sensorium embed``."""

from __future__ import annotations

import json
import math
from pathlib import Path

from tests.cli.conftest import Command


def test_words_and_files_give_vectors_with_spans(command: Command, files: Path) -> None:
    found = json.loads(command.ok("embed", "a cat", "a ship", "--file", files / "tone.wav"))
    assert (found["model"], found["dim"], found["purpose"]) == ("weightless@1", 64, "GENERIC_INDEX")
    assert [(e["input"].rpartition("/")[2], e["modality"]) for e in found["embeddings"]] == [
        ("a cat", "text"),
        ("a ship", "text"),
        ("tone.wav", "audio"),
        ("tone.wav", "audio"),
    ]
    assert found["embeddings"][3]["span"] == {"start_s": 5.0, "end_s": 7.0}
    assert all(math.isclose(math.hypot(*e["vector"]), 1, abs_tol=1e-5) for e in found["embeddings"])


def test_dim_cuts(command: Command) -> None:
    found = command.json("embed", "a cat", "--dim", "16")
    assert found["dim"] == 16
    assert len(found["embeddings"][0]["vector"]) == 16


def test_a_text_is_never_a_path(command: Command, files: Path) -> None:
    name = str(files / "cats.txt")
    assert command.json("embed", name)["embeddings"][0]["input"] == name


def test_nothing_to_embed_and_an_unknown_purpose(command: Command) -> None:
    assert "nothing to embed" in command("embed").stderr
    assert "no purpose 'SEARCH'" in command("embed", "x", "--purpose", "SEARCH").stderr
    result = command("embed", "x", "--model", "huge")
    assert (result.exit_code, result.stderr) == (2, "error: no model provider 'huge'; installed: weightless\n")
