"""A wrapper that changes a model's dimension: fewer by cutting and renormalising (Matryoshka), more by zero padding."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from sensorium.errors import Invalid
from sensorium.models.base import Embedder, ModelSpec, Sized
from sensorium.types import Matrix, Payload, Purpose

MAX_DIM = 4096


def resize(rows: Matrix, dim: int) -> Matrix:
    """Unit rows ``(n, d)`` to unit rows ``(n, dim)``.

    Padding keeps every cosine and distance and adds no information. A row whose first ``dim`` components are all
    zero has no direction left and becomes the first unit vector, so that every answer stays a unit row.
    """
    have = rows.shape[1]
    if dim == have:
        return rows
    if dim > have:
        return np.pad(rows, ((0, 0), (0, dim - have)))
    cut = np.ascontiguousarray(rows[:, :dim])
    norms = np.linalg.norm(cut, axis=1, keepdims=True)
    cut /= np.where(norms > 0, norms, 1)
    cut[norms[:, 0] == 0, 0] = 1.0
    return cut


class Resized:
    """``inner`` at ``dim`` dimensions (1..4096)."""

    def __init__(self, inner: Embedder, dim: int) -> None:
        if not 1 <= dim <= MAX_DIM:
            raise Invalid(f"dimension {dim}: accepted are 1 to {MAX_DIM}", path="dim")
        self._inner = inner
        self._spec = replace(inner.spec, dim=dim, dims=tuple(d for d in inner.spec.dims if d <= dim) or (dim,))

    @property
    def spec(self) -> ModelSpec:
        return self._spec

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        return resize(self._inner.embed(batch, purpose), self._spec.dim)


def resized(embedder: Embedder, dim: int | None) -> Embedder:
    """The model at ``dim`` dimensions, None for its own; a size that it offers is asked of it, any other made here."""
    if dim is None or dim == embedder.spec.dim:
        return embedder
    if isinstance(embedder, Sized) and dim in embedder.spec.dims:
        return embedder.at(dim)
    return Resized(embedder, dim)
