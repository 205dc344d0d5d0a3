"""``sensorium models``."""

from __future__ import annotations

import json
from collections.abc import Sequence

from tests.cli.conftest import Command

from sensorium.models.base import Embedder, ModelSpec


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
        ],
        "broken": [],
    }


class _Broken:
    """A provider that cannot even list its models."""

    def specs(self) -> Sequence[ModelSpec]:
        raise ImportError("no module named torch")

    def load(self, name: str) -> Embedder:
        raise ImportError("no module named torch")


def test_a_broken_one_is_named_and_the_others_are_listed(command: Command) -> None:
    registry = command.registry()
    registry.register("odd", _Broken())
    result = command("models", registry=registry)
    assert result.exit_code == 0
    assert "weightless" in result.stdout
    assert "broken: model provider 'odd' cannot list its models (ImportError: no module named torch)" in result.stderr
    (broken,) = json.loads(command("models", "--json", registry=registry).stdout)["broken"]
    assert broken["provider"] == "odd"
    result = command("doctor", registry=registry)
    assert result.exit_code == 1
    assert "model provider 'odd' cannot list its models" in result.stdout
    assert result.stdout.endswith("1 broken\n")
