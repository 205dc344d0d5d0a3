"""The residual is weighed down and the centre follows."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.base import AUDIO_STEM, LayerNet  # noqa: E402  # after the skip
from training.hearing import AudioModel  # noqa: E402  # after the skip

from training import soften  # noqa: E402  # after the skip


def test_softened_net(tiny: Path, work: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    model = AudioModel(LayerNet(tiny / "base", AUDIO_STEM), torch.randn(12, 384), torch.randn(512, 384))
    torch.nn.init.ones_(model.residual[4].weight)
    model.allowed[3] = 0
    folder = work / "audio" / "soften"
    folder.mkdir(parents=True)
    torch.save(model.state_dict(), folder / "net.pt")
    torch.save(model.state_dict(), folder / "head.pt")
    monkeypatch.setattr(sys, "argv", ["soften", "--data", str(tiny), "--work", str(work), "--run", "soften"])
    soften.main()
    found = torch.load(folder / "softened.pt", weights_only=True)
    assert torch.allclose(found["residual.4.weight"], torch.full_like(model.residual[4].weight, soften.RESIDUAL))
    assert found["allowed"].tolist() == [1.0] * 12
    assert float(found["centre.mean"].abs().max()) > 0
    assert torch.equal(found["base.p.w00"], model.base.p["w00"])


def test_weights_are_half_way_between(tiny: Path) -> None:
    torch.manual_seed(0)
    one, other = (
        AudioModel(LayerNet(tiny / "base", AUDIO_STEM), torch.randn(12, 384), torch.zeros(512, 384)) for _ in range(2)
    )
    expected = (one.labels + other.labels) / 2
    soften.between(one, other)
    assert torch.allclose(one.labels, expected, atol=1e-6)


def test_the_centre_of_the_clips_themselves(tiny: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    torch.manual_seed(0)
    model = AudioModel(LayerNet(tiny / "base", AUDIO_STEM), torch.randn(12, 384), torch.randn(512, 384)).eval()
    model.centre.mean.normal_()
    clips = [(0.25, torch.rand(3, 1024)), (0.75, torch.rand(2, 1024))]
    monkeypatch.setattr(soften, "CENTRE", 1.0)
    soften.soften(model, clips)
    assert torch.allclose(model.centre.mean, soften.mean_of(model, clips), atol=1e-4)
