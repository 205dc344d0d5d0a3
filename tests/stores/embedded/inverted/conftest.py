"""Clustered rows, and an inverted index of them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import faiss
import numpy as np
import pytest

from sensorium.stores.embedded.inverted import file
from sensorium.stores.embedded.inverted.build import build
from sensorium.stores.embedded.inverted.file import Contents
from sensorium.stores.embedded.inverted.inverted import Inverted
from sensorium.types import Matrix, Metric

faiss.omp_set_num_threads(1)
DIM = 16
OWNER = b"o" * 16
Make = Callable[..., Inverted]


def clustered(count: int, dim: int = DIM, seed: int = 0) -> Matrix:
    """Rows around 40 centres."""
    rng = np.random.default_rng(seed)
    centres = np.random.default_rng(99).standard_normal((40, dim), dtype=np.float32)
    return centres[rng.integers(0, 40, count)] + np.float32(0.4) * rng.standard_normal((count, dim), dtype=np.float32)


def leaning(count: int, few: int = 0, seed: int = 0) -> Matrix:
    """Rows of 512 dimensions that differ in about a hundred of them, and a ``few`` more that differ in others."""
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(np.random.default_rng(98).standard_normal((512, 512)))[0].astype(np.float32)
    rows = clustered(count, 100, seed) @ turn[:100]
    others = clustered(few, 100, seed) @ turn[200:300]
    rows = np.concatenate([rows, others])
    return rows + np.float32(0.01) * rng.standard_normal(rows.shape, dtype=np.float32)


def contents_of(rows: Matrix, metric: Metric = Metric.COSINE, slots: Matrix | None = None) -> Contents:
    chosen = np.arange(len(rows)) if slots is None else slots
    return build(rows, chosen, metric, OWNER, 0, 1 << 30, lambda done, total: None)


@pytest.fixture
def make(tmp_path: Path) -> Make:
    """``make(rows, metric)``: the index, written and mapped."""

    def made(rows: Matrix, metric: Metric = Metric.COSINE) -> Inverted:
        path = tmp_path / "inverted.0.ivf"
        file.write(path, contents_of(rows, metric))
        return Inverted(path)

    return made
