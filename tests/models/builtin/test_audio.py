"""The shipped audio encoder: golden vector, any length, rows that stand alone, robustness to level."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from tests.models.builtin.signals import chirp

from sensorium.errors import Invalid
from sensorium.models.builtin.audio import AudioEncoder

WEIGHTS = Path(__file__).parents[3] / "src" / "sensorium" / "models" / "builtin" / "weights"
GOLDEN = np.load(Path(__file__).with_name("golden.npz"))


@pytest.fixture(scope="module")
def encoder() -> AudioEncoder:
    return AudioEncoder(WEIGHTS / "audio.onnx")


def test_golden(encoder: AudioEncoder) -> None:
    """The vector that the release wrote (`training/golden.py`) for a sound made by formula."""
    (row,) = encoder.encode([chirp()])
    assert row @ GOLDEN["audio"] > 0.9999


def test_rows_are_unit_and_stand_alone(encoder: AudioEncoder) -> None:
    rng = np.random.default_rng(0)
    sounds = [rng.normal(0, 0.1, n).astype(np.float32) for n in (0, 1, 9_000, 40_000, 16_000 * 40)]
    together = encoder.encode(sounds)
    assert together.shape == (5, encoder.dim) == (5, 512)
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for i, one in enumerate(sounds):
        assert np.array_equal(encoder.encode([one])[0], together[i])


def test_level_does_not_matter(encoder: AudioEncoder) -> None:
    loud, quiet = encoder.encode([chirp(), chirp() / np.float32(30)])
    assert loud @ quiet > 0.999


def test_threads_agree(encoder: AudioEncoder) -> None:
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda _: encoder.encode([chirp()])[0], range(8)))
    assert all(np.array_equal(row, rows[0]) for row in rows)


@pytest.mark.parametrize("wrong", [np.zeros((2, 9), np.float32), np.zeros(9, np.float64)])
def test_other_arrays_are_refused(encoder: AudioEncoder, wrong: np.ndarray) -> None:
    with pytest.raises(Invalid, match="float32"):
        encoder.encode([wrong])


def test_samples_must_be_finite(encoder: AudioEncoder) -> None:
    with pytest.raises(Invalid, match="finite"):
        encoder.encode([np.array([0.0, np.nan], np.float32)])
