"""What every subcommand shares."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorium.cli.state import State
from sensorium.config import Settings
from sensorium.errors import Invalid
from sensorium.models.bedrock.embedder import BedrockEmbedder


def test_the_pace_of_bedrock_is_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    registry = State().models(Settings(tmp_path, bedrock_requests_per_minute=120, bedrock_concurrency=3))
    loaded = registry.load("bedrock:")
    assert isinstance(loaded, BedrockEmbedder)
    assert loaded._pool._max_workers == 3
    assert loaded._quota._apart_s == 0.5
    with pytest.raises(Invalid, match="concurrency 0"):
        State().models(Settings(tmp_path, bedrock_concurrency=0)).load("bedrock:")
