"""``sensorium status``."""

from __future__ import annotations

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
