"""The audio module: shares of classes, and the net in two parts."""

from __future__ import annotations

from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.base import AUDIO_STEM, LayerNet  # noqa: E402  # after the skip
from training.hearing import AudioModel  # noqa: E402  # after the skip


@pytest.fixture
def model(tiny: Path) -> AudioModel:
    torch.manual_seed(0)
    return AudioModel(LayerNet(tiny / "base", AUDIO_STEM), torch.randn(12, 384), torch.randn(512, 384)).eval()


def test_a_common_class_gets_a_smaller_share(model: AudioModel) -> None:
    features = torch.rand(2, 1024)
    before = model.shares(features)
    model.expect(torch.tensor([0.9] + [0.1] * 11))
    model.allowed[5] = 0
    after = model.shares(features)
    assert torch.allclose(after.sum(1), torch.ones(2), atol=1e-2)
    assert bool((after[:, 0] < before[:, 0]).all())
    assert after[:, 5].tolist() == [0, 0]


def test_silence_has_no_share_and_no_hole(model: AudioModel) -> None:
    torch.nn.init.constant_(model.weigh, -200.0)
    shares = model.shares(torch.rand(2, 1024))
    assert shares.sum().item() == 0


def test_a_sound_without_residual_is_its_bridge(model: AudioModel) -> None:
    torch.nn.init.normal_(model.residual[4].weight)
    features = torch.rand(4, 1024)
    with torch.inference_mode():
        alone = model.heard(features, 2, torch.zeros(2, 1))
        bridge = (model.shares(features) @ model.labels).view(2, 2, -1).mean(1) @ model.to_space.T
        assert torch.allclose(alone, bridge - model.centre.mean, atol=1e-4)
        assert not torch.allclose(model.heard(features, 2), alone, atol=1e-2)
