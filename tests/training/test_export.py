"""Exported graphs compute what torch computes, from small stored weights."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import onnxruntime
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")
pytest.importorskip("onnx", reason="needs the extra [train]: onnx is missing")

from onnx import TensorProto  # noqa: E402  # after the skip
from training.export import Graph, quantise  # noqa: E402  # after the skip


def test_quantise_is_within_half_a_step() -> None:
    value = np.random.default_rng(0).normal(0, 1, (5, 7)).astype(np.float32)
    value[3] = 0
    stored, scale = quantise(value)
    assert stored.dtype == np.int8
    assert np.abs(stored * scale - value).max() <= scale.max() / 2 + 1e-7
    assert not (stored * scale)[3].any()


@pytest.mark.parametrize(("storage", "tolerance"), [("float16", 2e-3), ("int8", 3e-2)])
def test_graph_of_a_small_head(tmp_path: Path, storage: str, tolerance: float) -> None:
    rng = np.random.default_rng(1)
    weight, bias = rng.normal(0, 0.3, (4, 6)).astype(np.float32), rng.normal(0, 0.1, 4).astype(np.float32)
    graph = Graph(storage)  # type: ignore[arg-type]  # parametrised
    out = graph.unit(graph.gelu(graph.linear("x", weight, bias)))
    graph.save(tmp_path / "m.onnx", [("x", TensorProto.FLOAT, ["n", 6])], out, 4, {"storage": storage})
    x = rng.normal(0, 1, (3, 6)).astype(np.float32)
    session = onnxruntime.InferenceSession(str(tmp_path / "m.onnx"), providers=["CPUExecutionProvider"])
    (found,) = session.run(None, {"x": x})
    expected = torch.nn.functional.gelu(torch.from_numpy(x @ weight.T + bias))
    assert np.allclose(found, torch.nn.functional.normalize(expected, dim=1).numpy(), atol=tolerance)
    assert session.get_modelmeta().custom_metadata_map == {"storage": storage}
