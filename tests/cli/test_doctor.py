"""``sensorium doctor``."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from tests.cli.conftest import Command

from sensorium.cli import checks
from sensorium.models.base import Embedder, ModelSpec
from sensorium.models.registry import Registry
from sensorium.testing.weightless import WeightlessEmbedder
from sensorium.types import Matrix, Payload, Purpose


class _Long:
    """A model whose vectors are too long."""

    spec = WeightlessEmbedder().spec

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        return WeightlessEmbedder().embed(batch, purpose) * 2

    def specs(self) -> Sequence[ModelSpec]:
        return [self.spec]

    def load(self, name: str) -> Embedder:
        return self


def test_a_good_installation(command: Command) -> None:
    found = command.json("doctor")
    assert found["ok"] is True
    findings = {f["name"]: f for f in found["findings"]}
    assert {"AVIF", "HEIC", "LibreOffice", "OCR", "codecs", "weightless", "SQLite"} <= set(findings)
    assert "everything that is needed is there" in command.ok("doctor")
    assert not command.home.exists()


def test_a_model_that_is_missing_or_wrong_is_broken(command: Command) -> None:
    registry = Registry()
    result = command("doctor", registry=registry)
    assert result.exit_code == 1
    assert "no model provider 'weightless'" in result.stdout
    registry.register("weightless", _Long())
    result = command("doctor", registry=registry)
    assert result.exit_code == 1
    assert "its text vectors are no unit vectors" in result.stdout
    assert result.stdout.endswith("1 broken\n")


def test_missing_codecs_and_packages_are_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    assert checks.codecs("audio", ("mp3", "nosuchcodec")).verdict is checks.Verdict.BROKEN
    assert checks.codecs("audio", ("mp3",)).verdict is checks.Verdict.OK
    monkeypatch.setattr(checks, "PACKAGES", ("numpy", "no-such-package"))
    assert checks.packages().detail == "missing: no-such-package; reinstall sensorium"
