"""Base nets are rebuilt exactly, and the fused path agrees with the plain one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.base import AUDIO_STEM, IMAGE_STEM, LayerNet, image_input, same_padding, verify  # noqa: E402  # after the skip


@pytest.mark.parametrize(("side", "kernel", "stride", "expected"), [
    (224, 3, 2, (0, 1)), (225, 3, 2, (1, 1)), (7, 3, 1, (1, 1)), (7, 1, 1, (0, 0))])
def test_same_padding(side: int, kernel: int, stride: int, expected: tuple[int, int]) -> None:
    assert same_padding(side, kernel, stride) == expected


def test_weights_are_dequantised(tiny: Path) -> None:
    net = LayerNet(tiny / "base", IMAGE_STEM)
    with np.load(tiny / "base" / f"{IMAGE_STEM}.npz") as stored:
        expected = stored["w01"] * stored["s01"][:, None, None, None]
    assert np.allclose(net.p["w01"].detach().numpy(), expected)
    assert len(net.body_parameters()) == 8
    assert len(net.classifier_parameters()) == 2


@pytest.mark.parametrize(("stem", "shape"), [(IMAGE_STEM, (4, 3, 33, 33)), (IMAGE_STEM, (4, 3, 32, 32)),
                                             (AUDIO_STEM, (4, 1, 96, 64))])
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


def selfcheck(folder: Path) -> dict[str, np.ndarray]:
    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (224, 224, 3), dtype=np.uint8)
    mel = rng.normal(-3, 2, (3, 96, 64)).astype(np.float32)
    with torch.inference_mode():
        eye, ear = LayerNet(folder, IMAGE_STEM), LayerNet(folder, AUDIO_STEM)
        e = eye.features(image_input(torch.from_numpy(image).permute(2, 0, 1)[None]))
        a = ear.features(torch.from_numpy(mel)[:, None])
        return {"image": image, "image_embedding": e[0].numpy(), "image_logits": eye.logits(e)[0].numpy(),
                "log_mel": mel, "audio_embeddings": a.numpy(), "audio_logits": ear.logits(a).numpy()}


def test_verify_accepts_its_own_and_refuses_another(tiny: Path) -> None:
    folder = tiny / "base"
    expected = selfcheck(folder)
    np.savez(folder / "selfcheck.npz", **expected)
    assert set(verify(folder)) == {"image embedding", "image logits", "audio embedding", "audio logits"}
    np.savez(folder / "selfcheck.npz", **{**expected, "audio_logits": expected["audio_logits"] + 0.5})
    with pytest.raises(ValueError, match="audio logits"):
        verify(folder)
