"""Image encoder -> `image.onnx`: uint8 pixels (n, side, side, 3) in, unit vectors (n, 512) out.

`python -m training.export_image --data DIR --work DIR [--out FILE] [--run main] [--weights FILE] [--storage int8]`
Writes the text map that belongs to it beside the weights: `text_map.npz` with `weight` (512, 384) and `mean` (512,): a
teacher vector t becomes normalise(weight @ t - mean).
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
from onnx import TensorProto

from training.export import Graph, Storage, arrays
from training.image_net import SIDE, Model, load_model
from training.losses import DIM


def export_image(model: Model, path: Path, storage: Storage, side: int = SIDE) -> None:
    """Write the graph; the centre's mean is folded into the bias."""
    graph = Graph(storage)
    x = graph.node("Transpose", graph.node("Cast", "pixels", to=TensorProto.FLOAT), perm=[0, 3, 1, 2])
    x = graph.node("Div", graph.node("Sub", x, graph.constant(np.float32(127))), graph.constant(np.float32(127.5)))
    weights, meta = arrays(model.base.p), model.base.meta
    features = graph.layers(x, model.base.body(), weights, meta["input"], (side, side))
    head = arrays(model.head)
    hidden = graph.gelu(graph.linear(features, head["mlp.1.weight"], head["mlp.1.bias"]))
    both = graph.node("Concat", features, hidden, axis=1)
    out = graph.linear(
        both,
        np.concatenate([head["skip.weight"], head["mlp.4.weight"]], 1),
        head["skip.bias"] + head["mlp.4.bias"] - head["centre.mean"],
    )
    shape: list[Any] = ["n", side, side, 3]
    notes = {"side": str(side), "storage": storage}
    graph.save(path, [("pixels", TensorProto.UINT8, shape)], graph.unit(out), DIM, notes)


def main() -> None:
    parser = argparse.ArgumentParser(description="Export the image encoder.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, help="the encoder's file; without it only the text map is written")
    parser.add_argument("--run", default="main")
    parser.add_argument("--weights", default="polished.pt")
    parser.add_argument("--storage", choices=("int8", "float16"), default="int8")
    args = parser.parse_args()
    folder = args.work / "image" / args.run
    model = load_model(args.data / "base", folder / args.weights)
    text = arrays(model.text)
    np.savez(folder / "text_map.npz", weight=text["linear.weight"], mean=text["centre.mean"])
    if args.out is not None:
        export_image(model, args.out, args.storage)
        print(args.out, args.out.stat().st_size)


if __name__ == "__main__":
    main()
