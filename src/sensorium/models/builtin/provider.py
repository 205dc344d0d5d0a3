"""The provider that `pyproject.toml` names: `builtin` is one model, loaded once a process."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from pathlib import Path

from sensorium.errors import NotFound
from sensorium.models.base import Embedder, Limits, ModelSpec
from sensorium.models.builtin.calibration import WEIGHTS, Calibration
from sensorium.types import Modality, Reading, Segmentation

ID = "builtin"
LICENCE = "Apache-2.0"
MAX_BATCH = 128


@cache
def spec_of(folder: Path) -> ModelSpec:
    """The record of the model whose weights lie in `folder`."""
    calibration = Calibration.read(folder)
    return ModelSpec(
        id=ID,
        revision=calibration.revision,
        dim=calibration.dim,
        dims=calibration.dims,
        modalities=frozenset(Modality),
        licence=LICENCE,
        limits=Limits(max_batch=MAX_BATCH),
        segmentation=Segmentation(max_chars=400, seconds=5.0),
        reading=Reading(sample_rate=16_000, frames=4, picture_side=224),
        bands=calibration.bands,
    )


class BuiltinProvider:
    """Offers the one model, by the empty name."""

    def __init__(self, folder: Path = WEIGHTS) -> None:
        self._folder = folder
        self._lock = threading.Lock()
        self._loaded: Embedder | None = None

    def specs(self) -> Sequence[ModelSpec]:
        return [spec_of(self._folder)]

    def load(self, name: str) -> Embedder:
        """The model; NotFound for any name but the empty one."""
        if name:
            raise NotFound(f"no built-in model {name!r}; there is one, called {ID!r}", path=f"{ID}:{name}")
        from sensorium.models.builtin.embedder import BuiltinEmbedder  # onnxruntime loads only for a model in use

        with self._lock:
            if self._loaded is None:
                self._loaded = BuiltinEmbedder(self._folder, spec_of(self._folder))
            return self._loaded


PROVIDER = BuiltinProvider()
