"""The frozen numbers beside the nets."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from sensorium.errors import NotFound
from sensorium.models.builtin.calibration import READING, Calibration, unit
from sensorium.types import Modality


def test_it_reads_what_training_wrote(tmp_path: Path) -> None:
    stored = {
        "revision": "abc",
        "dim": 2,
        "dims": [1, 2],
        "picture": 0.2,
        "sound": 0.4,
        "means": {"text": [0.5, 0.0]},
        "bands": [["text", "image", 0.1, 0.2, 0.3]],
    }
    (tmp_path / "space.json").write_text(json.dumps(stored))
    found = Calibration.read(tmp_path)
    assert (found.revision, found.dims, found.picture, found.sound) == (f"abc.{READING}", (1, 2), 0.2, 0.4)
    assert found.bands[Modality.TEXT, Modality.IMAGE].name(0.15) == "close"
    assert np.allclose(found.centred(np.array([[0.5, 2.0]], np.float32), Modality.TEXT), [[0, 1]])
    assert np.allclose(found.centred(np.array([[0.6, 0.8]], np.float32), Modality.AUDIO), [[0.6, 0.8]])


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"space\.json"):
        Calibration.read(tmp_path)


def test_a_row_of_zeros_still_becomes_a_unit_row() -> None:
    assert unit(np.zeros((1, 3), np.float32)).tolist() == [[1.0, 0.0, 0.0]]
