"""Write a trained encoder as an ONNX file: weights stored as float16, those of linear layers as int8 if asked.

Stored weights pass through `Cast` (and `Mul`): onnxruntime folds both when it loads the file, so that the net runs in
float32 at full speed while the file is a quarter (or half) as large. The graph is written node by node from the list
of layers; nothing of torch's exporter is needed. Outputs are unit rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import numpy as np
import onnx
from numpy.typing import NDArray
from onnx import TensorProto, helper, numpy_helper
from torch import nn

from training.base import same_padding

Storage = Literal["int8", "float16"]
Array = NDArray[np.float32]
OPSET, IR = 17, 9


class Graph:
    """Nodes and initialisers under construction; every method returns the name of its output."""

    def __init__(self, storage: Storage) -> None:
        self.storage: Storage = storage
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def node(self, op: str, *inputs: str, **attributes: Any) -> str:
        out = f"{op.lower()}_{len(self.nodes)}"
        self.nodes.append(helper.make_node(op, list(inputs), [out], **attributes))
        return out

    def constant(self, value: NDArray[Any] | np.generic) -> str:
        name = f"c{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(value, order="C"), name))
        return name

    def weight(self, value: Array) -> str:
        """A weight in its stored form, widened to float32.

        Convolutions are float16 in any case: int8 ones turn a trained net's vectors by 0.02 in cosine, int8 linear
        layers by 0.0001.
        """
        if self.storage == "float16" or value.ndim != 2:
            return self.node("Cast", self.constant(value.astype(np.float16)), to=TensorProto.FLOAT)
        quantised, scale = quantise(value)
        return self.node("Mul", self.node("Cast", self.constant(quantised), to=TensorProto.FLOAT), self.constant(scale))

    def activate(self, x: str, act: str) -> str:
        if act == "relu6":
            return self.node("Clip", x, self.constant(np.float32(0)), self.constant(np.float32(6)))
        return self.node("Relu", x) if act == "relu" else x

    def linear(self, x: str, weight: Array, bias: Array) -> str:
        """x (n, in) times weight (out, in), plus bias."""
        return self.node("Gemm", x, self.weight(weight), self.constant(bias.astype(np.float32)), transB=1)

    def gelu(self, x: str) -> str:
        erf = self.node("Erf", self.node("Div", x, self.constant(np.float32(np.sqrt(2)))))
        half = self.node("Mul", x, self.constant(np.float32(0.5)))
        return self.node("Mul", half, self.node("Add", erf, self.constant(np.float32(1))))

    def layers(
        self, x: str, layers: list[dict[str, Any]], weights: dict[str, Array], start: int, size: tuple[int, int]
    ) -> str:
        """The convolutional body on input of `size` (height, width): (n, channels), the global average."""
        tensors, sizes = {start: x}, {start: size}
        for layer in layers:
            source = layer["in"][0]
            a, (h, w) = tensors[source], sizes[source]
            if layer["op"] == "add":
                out, sizes[layer["out"]] = self.node("Add", a, tensors[layer["in"][1]]), (h, w)
            else:
                kernel, stride = weights[layer["w"]].shape[2], layer["stride"]
                (top, bottom), (left, right) = same_padding(h, kernel, stride), same_padding(w, kernel, stride)
                out = self.node(
                    "Conv",
                    a,
                    self.weight(weights[layer["w"]]),
                    self.constant(weights[layer["b"]]),
                    kernel_shape=[kernel, kernel],
                    strides=[stride, stride],
                    group=layer["groups"],
                    pads=[top, left, bottom, right],
                )
                out = self.activate(out, layer["act"])
                sizes[layer["out"]] = (-(-h // stride), -(-w // stride))
            tensors[layer["out"]] = out
        return self.node("Flatten", self.node("GlobalAveragePool", tensors[layers[-1]["out"]]))

    def unit(self, x: str) -> str:
        return self.node("LpNormalization", x, axis=1, p=2)

    def save(
        self, path: Path, given: Sequence[tuple[str, int, list[Any]]], result: str, width: int, notes: dict[str, str]
    ) -> None:
        """Write the model with its inputs (name, type, shape) and the output "vector" (n, width)."""
        self.nodes.append(helper.make_node("Identity", [result], ["vector"]))
        graph = helper.make_graph(
            self.nodes,
            "encoder",
            [helper.make_tensor_value_info(*one) for one in given],
            [helper.make_tensor_value_info("vector", TensorProto.FLOAT, ["n", width])],
            self.constants,
        )
        model = helper.make_model(
            graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR, producer_name="sensorium.training"
        )
        helper.set_model_props(model, notes)
        onnx.checker.check_model(model, full_check=True)
        path.parent.mkdir(parents=True, exist_ok=True)
        onnx.save(model, str(path))


def arrays(module: nn.Module) -> dict[str, Array]:
    """Parameters and buffers as contiguous float32 arrays by name."""
    return {name: np.asarray(value.detach().float().numpy(), order="C") for name, value in module.state_dict().items()}


def quantise(value: Array) -> tuple[NDArray[np.int8], Array]:
    """int8 values and float32 scales, one for each first-axis row, shaped to multiply back."""
    top = np.abs(value).reshape(len(value), -1).max(1)
    scale = np.where(top > 0, top / 127.0, 1.0).astype(np.float32).reshape((-1,) + (1,) * (value.ndim - 1))
    return np.clip(np.rint(value / scale), -127, 127).astype(np.int8), scale
