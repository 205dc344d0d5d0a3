"""The image encoder's ONNX file agrees with the trained module and runs in the runtime class."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")
pytest.importorskip("onnx", reason="needs the extra [train]: onnx is missing")

from training.base import image_input  # noqa: E402  # after the skip
from training.image_net import fresh  # noqa: E402  # after the skip

from sensorium.models.builtin.image import ImageEncoder, views  # noqa: E402  # after the skip
from training import export_image  # noqa: E402  # after the skip


def test_file_agrees_with_module(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    model = fresh(tiny / "base").eval()
    model.head.centre.mean.normal_(0, 0.1)
    folder = tmp_path / "image" / "t"
    folder.mkdir(parents=True)
    torch.save(model.state_dict(), folder / "polished.pt")
    monkeypatch.setattr(
        sys,
        "argv",
        ["export", "--data", str(tiny), "--work", str(tmp_path), "--run", "t", "--out", str(tmp_path / "image.onnx")],
    )
    export_image.main()
    encoder = ImageEncoder(tmp_path / "image.onnx")
    pictures = [np.random.default_rng(i).integers(0, 256, (40 + i, 60, 3), dtype=np.uint8) for i in range(3)]
    squares = np.concatenate([views(picture, encoder.side) for picture in pictures])
    with torch.inference_mode():
        x = image_input(torch.from_numpy(squares).permute(0, 3, 1, 2))
        rows = torch.nn.functional.normalize(model.head(model.base.features(x)), dim=1)
        expected = torch.nn.functional.normalize(rows.view(3, 2, -1).sum(1), dim=1).numpy()
    assert (encoder.encode(pictures) * expected).sum(1).min() > 0.999
    with np.load(folder / "text_map.npz") as stored:
        assert stored["weight"].shape == (512, 384)
        assert stored["mean"].shape == (512,)
