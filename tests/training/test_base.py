"""Base nets are rebuilt exactly, and the fused path agrees with the plain one."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.base import AUDIO_STEM, IMAGE_STEM, LayerNet, same_padding, verify  # noqa: E402  # after the skip


@pytest.mark.parametrize(
    ("side", "kernel", "stride", "expected"),
    [(224, 3, 2, (0, 1)), (225, 3, 2, (1, 1)), (7, 3, 1, (1, 1)), (7, 1, 1, (0, 0))],
)
def test_same_padding(side: int, kernel: int, stride: int, expected: tuple[int, int]) -> None:
    assert same_padding(side, kernel, stride) == expected


def test_weights_are_dequantised(tiny: Path) -> None:
    net = LayerNet(tiny / "base", IMAGE_STEM)
    with np.load(tiny / "base" / f"{IMAGE_STEM}.npz") as stored:
        expected = stored["w01"] * stored["s01"][:, None, None, None]
    assert np.allclose(net.p["w01"].detach().numpy(), expected)
    assert len(net.body_parameters()) == 8
    assert len(net.classifier_parameters()) == 2


@pytest.mark.parametrize(
    ("stem", "shape"), [(IMAGE_STEM, (4, 3, 33, 33)), (IMAGE_STEM, (4, 3, 32, 32)), (AUDIO_STEM, (4, 1, 96, 64))]
)
def test_fused_path_agrees_in_value_and_gradient(tiny: Path, stem: str, shape: tuple[int, ...]) -> None:
    net = LayerNet(tiny / "base", stem)
    x = torch.randn(*shape, generator=torch.Generator().manual_seed(0)).contiguous(memory_format=torch.channels_last)

    def run(given: torch.Tensor) -> tuple[torch.Tensor, list[torch.Tensor]]:
        net.zero_grad()
        out = net.features(given)
        torch.autograd.backward(out.square().mean())
        return out.detach(), [p.grad.clone() for p in net.body_parameters() if p.grad is not None]

    plain, fused = run(x), run(x.bfloat16())
    assert torch.allclose(plain[0], fused[0], atol=0.03)
    for a, b in zip(plain[1], fused[1], strict=True):
        assert torch.nn.functional.cosine_similarity(a.flatten(), b.flatten(), dim=0) > 0.97


def test_verify_accepts_its_own_and_refuses_another(tiny: Path, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(tiny / "base", tmp_path / "base"))
    assert set(verify(folder)) == {"image embedding", "image logits", "audio embedding", "audio logits"}
    with np.load(folder / "selfcheck.npz") as stored:
        wrong = {**stored, "audio_logits": stored["audio_logits"] + 0.5}
    np.savez(folder / "selfcheck.npz", **wrong)
    with pytest.raises(ValueError, match="audio logits"):
        verify(folder)
