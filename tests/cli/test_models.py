"""``sensorium models``."""

from __future__ import annotations

from tests.cli.conftest import Command


def test_installed_models_and_recommended_ones(command: Command) -> None:
    shown = command.ok("models")
    assert shown.splitlines()[1].split()[:5] == ["weightless", "1", "16,", "32,", "64"]
    assert "google/embeddinggemma-2" in shown
    assert command.json("models") == {
        "models": [
            {
                "id": "weightless",
                "revision": "1",
                "dim": 64,
                "dims": [16, 32, 64],
                "modalities": ["audio", "document", "image", "text", "video"],
                "licence": "Apache-2.0",
            }
        ]
    }
