"""Audio encoder -> `audio.onnx`: log-mel patches (n, 1, 96, 64) in, vectors (n, 512) out, one a patch.

`python -m training.export_audio --data DIR --work DIR --out FILE [--run main] [--weights FILE] [--text-map FILE]`
A text map other than the one of training moves the encoder along with the texts.
The vectors are centred and not normalised: the runtime averages a sound's patches first.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from onnx import TensorProto

from sensorium.models.builtin.logmel import BANDS, PATCH
from training.base import AUDIO_STEM, LayerNet
from training.export import Graph, Storage, arrays
from training.hearing import FAINT, AudioModel
from training.losses import DIM


def load_model(base: Path, weights: Path) -> AudioModel:
    """A trained model from its stored state."""
    state = torch.load(weights, weights_only=True)
    model = AudioModel(LayerNet(base, AUDIO_STEM), state["labels"], state["to_space"])
    model.load_state_dict(state)
    return model.eval()


def follow(model: AudioModel, text_map: Path) -> None:
    """Exchange the map into the shared space; the mean moves with it."""
    with np.load(text_map) as stored:
        weight = torch.from_numpy(stored["weight"])
    model.centre.mean.copy_(weight @ (torch.linalg.pinv(model.to_space) @ model.centre.mean))
    model.to_space.copy_(weight)


def export_audio(model: AudioModel, path: Path, storage: Storage) -> None:
    """Write the graph: net, weighed probabilities, label mean, residual, map into the shared space."""
    graph = Graph(storage)
    weights, meta, state = arrays(model.base.p), model.base.meta, arrays(model)
    features = graph.layers("patches", model.base.body(), weights, meta["input"], (PATCH, BANDS))
    last = model.base.weighted_layers()[-1]
    classifier = weights[last["w"]].reshape(len(weights[last["b"]]), -1)
    likely = graph.node("Sigmoid", graph.linear(features, classifier, weights[last["b"]]))
    found = graph.node("Mul", likely, graph.constant((np.exp(state["weigh"]) * state["allowed"]).astype(np.float32)))
    total = graph.node("ReduceSum", found, graph.constant(np.array([1], np.int64)), keepdims=1)
    shares = graph.node("Div", found, graph.node("Add", total, graph.constant(np.float32(FAINT))))
    into = state["to_space"]
    hidden = graph.gelu(graph.linear(features, state["residual.1.weight"], state["residual.1.bias"]))
    both = graph.node("Concat", shares, hidden, axis=1)
    result = graph.linear(
        both,
        np.concatenate([into @ state["labels"].T, into @ state["residual.4.weight"]], 1),
        into @ state["residual.4.bias"] - state["centre.mean"],
    )
    shape: list[Any] = ["n", 1, PATCH, BANDS]
    graph.save(path, [("patches", TensorProto.FLOAT, shape)], result, DIM, {"storage": storage})


def main() -> None:
    parser = argparse.ArgumentParser(description="Export the audio encoder.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--run", default="main")
    parser.add_argument("--weights", default="softened.pt")
    parser.add_argument("--text-map", type=Path)
    parser.add_argument("--storage", choices=("int8", "float16"), default="int8")
    args = parser.parse_args()
    model = load_model(args.data / "base", args.work / "audio" / args.run / args.weights)
    if args.text_map is not None:
        follow(model, args.text_map)
    export_audio(model, args.out, args.storage)
    print(args.out, args.out.stat().st_size)


if __name__ == "__main__":
    main()
