"""The shipped image encoder: golden vector, any size, rows that stand alone."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from tests.models.builtin.signals import picture

from sensorium.errors import Invalid, NotFound
from sensorium.models.builtin.image import INNER, WIDEST, ImageEncoder, square, views

WEIGHTS = Path(__file__).parents[3] / "src" / "sensorium" / "models" / "builtin" / "weights"
GOLDEN = np.load(Path(__file__).with_name("golden.npz"))


@pytest.fixture(scope="module")
def encoder() -> ImageEncoder:
    return ImageEncoder(WEIGHTS / "image.onnx")


def test_golden(encoder: ImageEncoder) -> None:
    """The vector that the release wrote (`training/golden.py`) for a picture made by formula."""
    (row,) = encoder.encode([picture()])
    assert row @ GOLDEN["image"] > 0.9999


def test_rows_are_unit_and_stand_alone(encoder: ImageEncoder) -> None:
    rng = np.random.default_rng(0)
    pictures = [rng.integers(0, 256, (h, w, 3), dtype=np.uint8) for h, w in ((1, 1), (64, 64), (300, 200), (90, 700))]
    together = encoder.encode(pictures)
    assert together.shape == (4, encoder.dim) == (4, 512)
    assert together.dtype == np.float32
    assert np.allclose(np.linalg.norm(together, axis=1), 1, atol=1e-5)
    for i, one in enumerate(pictures):
        assert np.array_equal(encoder.encode([one])[0], together[i])


def test_threads_agree(encoder: ImageEncoder) -> None:
    with ThreadPoolExecutor(4) as pool:
        rows = list(pool.map(lambda _: encoder.encode([picture()])[0], range(8)))
    assert all(np.array_equal(row, rows[0]) for row in rows)


def test_nothing_gives_no_rows(encoder: ImageEncoder) -> None:
    assert encoder.encode([]).shape == (0, 512)


def test_a_wide_picture_is_cut_in_the_middle_only() -> None:
    wide = np.zeros((100, 400, 3), np.uint8)
    wide[:, 200 - int(50 * WIDEST) : 200 + int(50 * WIDEST)] = 255
    assert square(wide, 50)[:, 3:-3].min() == 255
    near = np.zeros((100, 140, 3), np.uint8)
    near[:, :10] = 255
    assert square(near, 50)[:, 0].min() > 200  # still wholly seen


@pytest.mark.parametrize(
    "wrong",
    [
        np.zeros((4, 4), np.uint8),
        np.zeros((4, 4, 4), np.uint8),
        np.zeros((0, 4, 3), np.uint8),
        np.zeros((4, 4, 3), np.float32),
    ],
)
def test_other_arrays_are_refused(wrong: np.ndarray) -> None:
    with pytest.raises(Invalid, match="height, width, 3"):
        square(wrong, 50)


def test_missing_weights_are_named(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"image\.onnx"):
        ImageEncoder(tmp_path / "image.onnx")


def test_the_second_view_is_the_middle_mirrored() -> None:
    whole, inner = views(picture(), 101)
    assert np.array_equal(inner, square(picture(), 101, INNER)[:, ::-1])
    red = (whole[..., 0] > 200).sum(), (inner[..., 0] > 200).sum()
    assert red[1] > 1.2 * red[0]  # the disc is seen larger
