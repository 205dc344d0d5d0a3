"""The built-in provider: one model, loaded once, by the empty name."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorium.errors import NotFound
from sensorium.models.builtin.provider import PROVIDER, BuiltinProvider
from sensorium.types import Modality


def test_the_record() -> None:
    (spec,) = PROVIDER.specs()
    assert spec.id == "builtin"
    assert spec.dims == (64, 128, 256, 384, 512)
    assert spec.modalities == frozenset(Modality)
    assert set(spec.bands) == {(query, hit) for query in Modality for hit in Modality}


def test_loaded_once() -> None:
    assert PROVIDER.load("") is PROVIDER.load("")


def test_other_names_are_refused() -> None:
    with pytest.raises(NotFound, match="large"):
        PROVIDER.load("large")


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"space\.json"):
        BuiltinProvider(tmp_path).specs()
