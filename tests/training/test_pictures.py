"""The picture cache and its augmentation."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.data import DataFolder  # noqa: E402  # after the skip
from training.pictures import CROPS, augmented, clean, degrade, load_pictures, resample  # noqa: E402  # after the skip


@pytest.mark.parametrize("name", sorted(CROPS))
def test_every_set_is_decoded_once_and_cropped(tiny: Path, work: Path, name: str) -> None:
    pictures = load_pictures(DataFolder(tiny), work, name)
    again = load_pictures(DataFolder(tiny), work, name)
    assert np.array_equal(pictures.pixels, again.pixels)
    index = np.arange(3)
    generator = torch.Generator().manual_seed(1)
    crops = degrade(augmented(pictures, index, 65, generator), generator, 1.0)
    assert crops.shape == (3, 3, 65, 65)
    assert float(crops.min()) >= -1.0
    assert float(crops.max()) <= 128 / 127.5 + 1e-6


def test_the_same_seed_gives_the_same_crops(tiny: Path, work: Path) -> None:
    pictures = load_pictures(DataFolder(tiny), work, "scenes")
    a, b = (augmented(pictures, np.arange(4), 33, torch.Generator().manual_seed(7)) for _ in range(2))
    assert torch.equal(a, b)


def test_a_narrow_picture_lies_centred_and_clean_sees_its_box_only(tiny: Path, work: Path) -> None:
    pictures = load_pictures(DataFolder(tiny), work, "clothing")  # 100 x 170 in an array of 176
    assert pictures.boxes[0].tolist() == [100.0, 170.0]
    assert np.array_equal(pictures.pixels[0, :, 0], pictures.pixels[0, :, 37])  # the edge, repeated outwards
    seen = clean(pictures, np.array([0]), 50)
    middle = (pictures.pixels[0, 88, 88].astype(np.float32) - 127) / 127.5
    assert np.allclose(seen[0, :, 25, 25].numpy(), middle, atol=0.1)


def test_resample_keeps_and_flips() -> None:
    pixels = torch.arange(4 * 4 * 3, dtype=torch.uint8).view(1, 4, 4, 3)
    middle, full = torch.zeros(1, 2), torch.ones(1, 2)
    kept = resample(pixels, middle, full, torch.ones(1), 4)
    assert torch.allclose(kept, pixels.permute(0, 3, 1, 2).float(), atol=1e-3)
    flipped = resample(pixels, middle, full, -torch.ones(1), 4)
    assert torch.allclose(flipped, kept.flip(3), atol=1e-3)
