"""Write the trained text encoder: the int8 table and its scales, and the reader with the text map as `text.onnx`.

`python -m training.export_text --work DIR --out FOLDER [--map text_map.npz]`. The text map (`weight` (512, 384) and
`mean` (512,), from image training) carries the teacher's space into the shared one and is part of the graph; without
it the teacher's 384 numbers are padded with zeros.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from onnx import TensorProto

from training.export import Array, Graph, arrays
from training.student import HEADS, LAYERS, OUT, TABLE_WIDTH, WIDTH, Student

DIM = 512


def text_map(path: Path | None) -> tuple[Array, Array]:
    """(weight (512, 384), mean (512,)) of image training, or the identity padded with zeros."""
    if path is None:
        return np.eye(DIM, OUT, dtype=np.float32), np.zeros(DIM, np.float32)
    stored = np.load(path)
    return stored["weight"], stored["mean"]


def norm(graph: Graph, x: str, weights: dict[str, Array], name: str) -> str:
    return graph.node(
        "LayerNormalization",
        x,
        graph.constant(weights[f"{name}.weight"]),
        graph.constant(weights[f"{name}.bias"]),
        axis=-1,
        epsilon=1e-5,
    )


def linear(graph: Graph, x: str, weights: dict[str, Array], name: str) -> str:
    product = graph.node("MatMul", x, graph.weight(np.ascontiguousarray(weights[f"{name}.weight"].T)))
    return graph.node("Add", product, graph.constant(weights[f"{name}.bias"]))


def tanh_gelu(graph: Graph, x: str) -> str:
    """Written the way that onnxruntime knows and fuses."""
    cubed = graph.node("Mul", graph.node("Pow", x, graph.constant(np.float32(3))), graph.constant(np.float32(0.044715)))
    inner = graph.node("Mul", graph.node("Add", x, cubed), graph.constant(np.float32(np.sqrt(2 / np.pi))))
    half = graph.node("Mul", x, graph.constant(np.float32(0.5)))
    return graph.node("Mul", half, graph.node("Add", graph.node("Tanh", inner), graph.constant(np.float32(1))))


def layer(graph: Graph, x: str, bias: str, weights: dict[str, Array], name: str) -> str:
    """One transformer layer, as `training.student.Layer`."""
    size = WIDTH // HEADS
    normed = norm(graph, x, weights, f"{name}.norm_attention")
    parts = []
    for i in range(3):
        rows = slice(i * WIDTH, (i + 1) * WIDTH)
        part = {"p.weight": weights[f"{name}.qkv.weight"][rows], "p.bias": weights[f"{name}.qkv.bias"][rows]}
        split = graph.node("Reshape", linear(graph, normed, part, "p"), graph.constant(np.array([0, 0, HEADS, size])))
        parts.append(graph.node("Transpose", split, perm=[0, 2, 3, 1] if i == 1 else [0, 2, 1, 3]))
    scaled = graph.node("Mul", graph.node("MatMul", parts[0], parts[1]), graph.constant(np.float32(size**-0.5)))
    seen = graph.node("MatMul", graph.node("Softmax", graph.node("Add", scaled, bias), axis=-1), parts[2])
    joined = graph.node(
        "Reshape", graph.node("Transpose", seen, perm=[0, 2, 1, 3]), graph.constant(np.array([0, 0, WIDTH]))
    )
    x = graph.node("Add", x, linear(graph, joined, weights, f"{name}.join"))
    inner = tanh_gelu(graph, linear(graph, norm(graph, x, weights, f"{name}.norm_inner"), weights, f"{name}.up"))
    return graph.node("Add", x, linear(graph, inner, weights, f"{name}.down"))


def export_text(student: Student, path: Path, weight: Array, mean: Array) -> None:
    """Write the reader: `vectors` (n, tokens, 128) and `mask` (n, tokens) in, unit `vector` (n, 512) out."""
    graph, w = Graph("float16"), arrays(student.reader)
    column = graph.constant(np.array([2]))
    mask = graph.node("Unsqueeze", "mask", column)
    less = graph.node("Sub", "mask", graph.constant(np.float32(1)))
    bias = graph.node(
        "Unsqueeze", graph.node("Mul", less, graph.constant(np.float32(1e4))), graph.constant(np.array([1, 2]))
    )
    tokens = graph.node(
        "Slice",
        graph.weight(w["position"]),
        graph.constant(np.array([0])),
        graph.node("Slice", graph.node("Shape", "mask"), graph.constant(np.array([1])), column),
    )
    x = graph.node("Add", linear(graph, "vectors", w, "enter"), tokens)
    for i in range(LAYERS):
        x = layer(graph, x, bias, w, f"layers.{i}")
    x = norm(graph, x, w, "norm")
    weights = graph.node("Mul", graph.node("Softplus", linear(graph, x, w, "weigh")), mask)
    ones = graph.constant(np.array([1]))
    total = graph.node("ReduceSum", weights, ones, keepdims=1)
    weights = graph.node("Div", weights, graph.node("Max", total, graph.constant(np.float32(1e-6))))
    pooled = [graph.node("ReduceSum", graph.node("Mul", weights, part), ones, keepdims=0) for part in (x, "vectors")]
    hidden = tanh_gelu(graph, linear(graph, graph.node("Concat", *pooled, axis=1), w, "hidden"))
    out = graph.node("Add", linear(graph, pooled[1], w, "direct"), linear(graph, hidden, w, "out"))
    mapped = graph.node("MatMul", graph.unit(out), graph.weight(np.ascontiguousarray(weight.T)))
    centred = graph.unit(graph.node("Sub", mapped, graph.constant(mean.astype(np.float32))))
    shapes: list[tuple[str, int, list[Any]]] = [
        ("vectors", TensorProto.FLOAT, ["n", "tokens", TABLE_WIDTH]),
        ("mask", TensorProto.FLOAT, ["n", "tokens"]),
    ]
    graph.save(path, shapes, centred, DIM, {"storage": "float16"})


def export_table(student: Student, folder: Path) -> None:
    """Write `text_table.npy` (int8) and `text_scales.npy` (float16, one a row)."""
    rows = student.table.rows.weight.detach().numpy()
    scales = np.maximum(np.abs(rows).max(1) / 127, 1e-7).astype(np.float16)
    table = np.clip(np.rint(rows / scales.astype(np.float32)[:, None]), -127, 127).astype(np.int8)
    for name, part in (("text_table", table), ("text_scales", scales)):
        np.save(folder / f"{name}.partial.npy", part)  # renamed into place, since running processes map the old file
        (folder / f"{name}.partial.npy").rename(folder / f"{name}.npy")


def main() -> None:
    parser = argparse.ArgumentParser(description="Export the text encoder.")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--map", type=Path, default=None)
    parser.add_argument("--weights", default="state.pt")
    args = parser.parse_args()
    student = Student()
    student.load_state_dict(torch.load(args.work / "text" / args.weights)["student"])
    args.out.mkdir(parents=True, exist_ok=True)
    export_table(student, args.out)
    export_text(student, args.out / "text.onnx", *text_map(args.map))


if __name__ == "__main__":
    main()
