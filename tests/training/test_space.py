"""The calibration: means from train rows, bands from dev rows, a revision from the nets."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from tests.training.fake import embed
from training.data import DataFolder

from sensorium.models.builtin.calibration import READING, Calibration
from sensorium.types import Modality
from training import evaluate, space


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in space.NETS:
        (tmp_path / name).write_bytes(name.encode())
    return tmp_path


def test_another_net_or_number_gives_another_revision(folder: Path) -> None:
    numbers = {"picture": 0.1, "means": {"text": [0.5]}}
    before = space.revision(folder, numbers)
    assert len(before) == 8
    assert space.revision(folder, numbers | {"picture": 0.2}) != before
    assert space.revision(folder, numbers | {"means": {"text": [0.4]}}) != before
    (folder / "image.onnx").write_bytes(b"other")
    assert space.revision(folder, numbers) != before


def test_calibrated_folder_can_be_read(folder: Path, tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(evaluate, "embedder", lambda _: embed)
    space.calibrate(folder, DataFolder(tiny))
    found = Calibration.read(folder)
    assert set(found.means) == {Modality.TEXT, Modality.IMAGE, Modality.AUDIO}
    assert len(found.bands) == 25
    for band in found.bands.values():
        assert 0 <= band.very_close <= band.close <= band.related <= 2
    stored = json.loads((folder / "space.json").read_text())
    numbers = {name: stored[name] for name in ("dim", "dims", "picture", "sound", "means")}
    assert stored["revision"] == space.revision(folder, numbers)
    assert found.revision == f"{stored['revision']}.{READING}"


def test_bands_are_rarities() -> None:
    random = np.random.default_rng(0)
    rows = random.standard_normal((400, 64)).astype(np.float32)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    ((_, _, very_close, close, related),) = space.bands({Modality.TEXT: rows})
    distances = (1 - rows @ rows.T)[~np.eye(400, dtype=bool)]
    assert (distances <= related).mean() == pytest.approx(0.05, abs=0.005)
    assert very_close < close < related


def test_some_are_evenly_spaced() -> None:
    assert space.some(list(range(10)), 4) == [0, 3, 6, 9]
    assert space.some([1], 4) == [1]
