"""The base nets (MobileNetV2 and YAMNet) rebuilt from their stored int8 weights as trainable modules.

A net is its list of layers (`base/<stem>.json`): `LayerNet` interprets it. Weights are `w * s` (int8 times per-channel
scale) and trainable float32. In float32 it computes exactly what `selfcheck.npz` expects; given bfloat16,
channels-last input it takes a fused path (oneDNN convolution with its activation), about twice as fast in training.
"Same" padding is recomputed from the input side: an odd side needs symmetric padding only, which is the fast case.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

IMAGE_STEM = "mobilenetv2_imagenet"
AUDIO_STEM = "yamnet_audioset"
TOLERANCE = 1e-2


class _FusedConv(torch.autograd.Function):
    """bfloat16 convolution with a fused activation; the gradient's mask is read off the output."""

    @staticmethod
    def forward(ctx: Any, x: Tensor, w: Tensor, b: Tensor, stride: int, pad: int, groups: int, act: str) -> Tensor:
        w16, b16 = w.to(x.dtype), b.to(x.dtype)
        name, bounds = {"relu6": ("hardtanh", [0.0, 6.0]), "relu": ("relu", []), "none": ("none", [])}[act]
        y = torch.ops.mkldnn._convolution_pointwise(
            x, w16, b16, [pad, pad], [stride, stride], [1, 1], groups, name, bounds, ""
        )
        ctx.save_for_backward(x, w16, y)
        ctx.spec = (stride, pad, groups, act)
        return cast(Tensor, y)

    @staticmethod
    def backward(ctx: Any, *grads: Any) -> Any:
        (g,) = grads
        x, w16, y = ctx.saved_tensors
        stride, pad, groups, act = ctx.spec
        if act == "relu6":
            g = torch.ops.aten.hardtanh_backward(g, y, 0.0, 6.0)
        elif act == "relu":
            g = torch.ops.aten.threshold_backward(g, y, 0.0)
        spread = stride == 2 and w16.shape[2] == 3 and groups > 1 and x.shape[2] % 2 == 1 and x.shape[3] % 2 == 1
        gx, gw, gb = torch.ops.aten.convolution_backward(
            g,
            x,
            w16,
            [w16.shape[0]],
            [stride, stride],
            [pad, pad],
            [1, 1],
            False,
            [0, 0],
            groups,
            [ctx.needs_input_grad[0] and not spread, True, True],
        )
        if spread:  # oneDNN's own gradient of a strided depthwise input is ten times slower than this
            wide = torch.zeros_like(x)
            wide[:, :, 1 - pad :: 2, 1 - pad :: 2] = g
            gx = torch.ops.mkldnn._convolution_pointwise(
                wide,
                w16.flip(2, 3).contiguous(memory_format=torch.channels_last),
                None,
                [1, 1],
                [1, 1],
                [1, 1],
                groups,
                "none",
                [],
                "",
            )
        return gx, gw.float(), gb.float(), None, None, None, None


def same_padding(side: int, kernel: int, stride: int) -> tuple[int, int]:
    """TensorFlow's "same" padding (before, after) along one side."""
    total = max((-(-side // stride) - 1) * stride + kernel - side, 0)
    return total // 2, total - total // 2


def _activate(y: Tensor, act: str) -> Tensor:
    if act == "relu6":
        return F.relu6(y)
    return F.relu(y) if act == "relu" else y


class LayerNet(nn.Module):
    """A stored net: `features(x)` -> (n, channels) float32 global average, `logits(features)` -> original scores."""

    def __init__(self, folder: Path, stem: str) -> None:
        super().__init__()
        self.meta: dict[str, Any] = json.loads((folder / f"{stem}.json").read_text(encoding="utf8"))
        self.p = nn.ParameterDict()
        with np.load(folder / f"{stem}.npz") as stored:
            for layer in self.weighted_layers():
                n = layer["w"][1:]
                q, s = stored["w" + n], stored["s" + n]
                w = q.astype(np.float32) * s.reshape((-1,) + (1,) * (q.ndim - 1))
                self.p["w" + n] = nn.Parameter(
                    torch.from_numpy(w).contiguous(
                        memory_format=torch.channels_last if w.ndim == 4 else torch.contiguous_format
                    )
                )
                self.p["b" + n] = nn.Parameter(torch.from_numpy(stored["b" + n].astype(np.float32)))

    def weighted_layers(self) -> list[dict[str, Any]]:
        """Layers with weights, in order; the last one is the original classifier."""
        return [layer for layer in self.meta["layers"] if "w" in layer]

    def body(self) -> list[dict[str, Any]]:
        """Layers up to the global average (without it)."""
        layers: list[dict[str, Any]] = self.meta["layers"]
        return layers[: next(i for i, layer in enumerate(layers) if layer["op"] == "mean")]

    def _conv(self, x: Tensor, layer: dict[str, Any]) -> Tensor:
        w, b = self.p[layer["w"]], self.p[layer["b"]]
        (top, bottom), (left, right) = (same_padding(side, w.shape[2], layer["stride"]) for side in x.shape[2:])
        if not top == bottom == left == right:
            x, top = F.pad(x, (left, right, top, bottom)), 0
        if x.dtype == torch.bfloat16:
            fused = _FusedConv.apply(x, w, b, layer["stride"], top, layer["groups"], layer["act"])  # type: ignore[no-untyped-call]  # torch leaves it untyped
            return cast(Tensor, fused)
        return _activate(F.conv2d(x, w, b, layer["stride"], top, 1, layer["groups"]), layer["act"])

    def features(self, x: Tensor) -> Tensor:
        tensors = {self.meta["input"]: x}
        for layer in self.body():
            a = tensors[layer["in"][0]]
            x = a + tensors[layer["in"][1]] if layer["op"] == "add" else self._conv(a, layer)
            tensors[layer["out"]] = x
        return x.float().mean((2, 3))

    def logits(self, features: Tensor) -> Tensor:
        last = self.weighted_layers()[-1]
        return F.linear(features, self.p[last["w"]].flatten(1), self.p[last["b"]])

    def body_parameters(self) -> list[nn.Parameter]:
        """Parameters that the embedding depends on: all but the original classifier's."""
        return [cast(nn.Parameter, self.p[layer[k]]) for layer in self.body() if "w" in layer for k in ("w", "b")]

    def classifier_parameters(self) -> list[nn.Parameter]:
        """Weight and bias of the original classifier."""
        last = self.weighted_layers()[-1]
        return [cast(nn.Parameter, self.p[last[k]]) for k in ("w", "b")]


def image_input(pixels: Tensor) -> Tensor:
    """RGB in 0..255, any float or uint8 dtype -> the net's input range."""
    return (pixels.float() - 127.0) / 127.5


def verify(folder: Path) -> dict[str, float]:
    """Largest differences of both rebuilt nets from `selfcheck.npz`; ValueError where one exceeds 1e-2."""
    with np.load(folder / "selfcheck.npz") as stored, torch.inference_mode():
        image, audio = LayerNet(folder, IMAGE_STEM), LayerNet(folder, AUDIO_STEM)
        e = image.features(image_input(torch.from_numpy(stored["image"]).permute(2, 0, 1)[None]))
        a = audio.features(torch.from_numpy(stored["log_mel"])[:, None])

        def gap(x: Tensor, expected: NDArray[np.float32]) -> float:
            return float(np.abs(x.numpy() - expected).max())

        found = {
            "image embedding": gap(e[0], stored["image_embedding"]),
            "image logits": gap(image.logits(e)[0], stored["image_logits"]),
            "audio embedding": gap(a, stored["audio_embeddings"]),
            "audio logits": gap(audio.logits(a), stored["audio_logits"]),
        }
    for name, difference in found.items():
        if not difference < TOLERANCE:
            raise ValueError(
                f"{name}: the rebuilt net differs by {difference:.3g} from the self-check; "
                f"accepted is less than {TOLERANCE}"
            )
    return found
