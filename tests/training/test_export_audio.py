"""The audio encoder's ONNX file agrees with the trained module and runs in the runtime class."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")
pytest.importorskip("onnx", reason="needs the extra [train]: onnx is missing")

from training.base import AUDIO_STEM, LayerNet  # noqa: E402  # after the skip
from training.hearing import AudioModel  # noqa: E402  # after the skip

from sensorium.models.builtin.audio import AudioEncoder  # noqa: E402  # after the skip
from sensorium.models.builtin.logmel import patches  # noqa: E402  # after the skip
from training import export_audio  # noqa: E402  # after the skip


def test_follow_keeps_the_cosines_of_a_turned_map(tiny: Path, tmp_path: Path) -> None:
    model = AudioModel(LayerNet(tiny / "base", AUDIO_STEM), torch.randn(12, 384), torch.randn(512, 384)).eval()
    model.centre.mean.copy_(model.to_space @ torch.randn(384))
    rows, before = torch.randn(4, 384), model.centre.mean.clone()
    turn = torch.linalg.qr(torch.randn(512, 512)).Q
    expected = (rows @ model.to_space.T - before) @ turn.T
    np.savez(tmp_path / "map.npz", weight=(turn @ model.to_space).numpy(), mean=np.zeros(512, np.float32))
    export_audio.follow(model, tmp_path / "map.npz")
    assert torch.allclose(rows @ model.to_space.T - model.centre.mean, expected, atol=0.05)


def test_file_agrees_with_module(tiny: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    model = AudioModel(LayerNet(tiny / "base", AUDIO_STEM), torch.randn(12, 384), torch.randn(512, 384)).eval()
    torch.nn.init.normal_(model.residual[4].weight, 0, 0.1)
    torch.nn.init.normal_(model.weigh)
    model.allowed[2] = 0
    model.centre.mean.normal_(0, 0.1)
    folder = tmp_path / "audio" / "t"
    folder.mkdir(parents=True)
    torch.save(model.state_dict(), folder / "softened.pt")
    monkeypatch.setattr(
        sys,
        "argv",
        ["export", "--data", str(tiny), "--work", str(tmp_path), "--run", "t", "--out", str(tmp_path / "audio.onnx")],
    )
    export_audio.main()
    sounds = [np.random.default_rng(i).normal(0, 0.1, 20_000 * (i + 1)).astype(np.float32) for i in range(3)]
    with torch.inference_mode():
        rows = [model.patch_vectors(torch.from_numpy(patches(sound)[:, None])).mean(0) for sound in sounds]
        expected = torch.stack(rows) @ model.to_space.T - model.centre.mean
    found = AudioEncoder(tmp_path / "audio.onnx").encode(sounds)
    assert (found * torch.nn.functional.normalize(expected, dim=1).numpy()).sum(1).min() > 0.999
