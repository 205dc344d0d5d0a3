"""The installed models that answer for Bedrock's model ids."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase

from sensorium.models.base import Embedder, ModelSpec
from sensorium.models.batched import Batched
from sensorium.models.registry import Registry
from sensorium.models.resized import resized
from sensorium.server.bedrock.catalogue import Entry, Family, identify
from sensorium.types import Matrix, Payload, Purpose

DEFAULT_MODELS: Mapping[str, str] = {"*": "builtin"}
"""Every id is answered by the built-in model."""


@dataclass(frozen=True, slots=True)
class Model:
    """An installed model in the place of the one that a caller named. Thread-safe."""

    entry: Entry
    embedder: Embedder

    @property
    def family(self) -> Family:
        return self.entry.family

    @property
    def spec(self) -> ModelSpec:
        return self.embedder.spec

    def embed(self, payloads: Sequence[Payload], purpose: Purpose, dim: int) -> Matrix:
        """Unit rows ``(len(payloads), dim)`` in order, of payloads of any modality."""
        return Batched(resized(self.embedder, dim)).embed(payloads, purpose)


class Installed:
    """Finds and keeps models. ``models`` maps a model id, or a pattern of ids (``amazon.titan-*``), to a reference.

    The id itself comes before a pattern, a pattern before those after it; what nothing fits is built-in. Thread-safe.
    """

    def __init__(self, registry: Registry, models: Mapping[str, str] = DEFAULT_MODELS) -> None:
        self._registry = registry
        self._models = models
        self._loaded: dict[str, Embedder] = {}
        self._lock = threading.Lock()

    def resolve(self, model_id: str) -> Model:
        """The model for an id as a client sends it; AwsFault for an unknown id, as ``Registry.load`` else."""
        entry = identify(model_id)
        reference = self._reference(entry.id)
        if reference not in self._loaded:
            with self._lock:  # one at a time, and calls of models that are loaded do not wait
                if reference not in self._loaded:
                    self._loaded[reference] = self._registry.load(reference)
        return Model(entry, self._loaded[reference])

    def _reference(self, bare: str) -> str:
        if bare in self._models:
            return self._models[bare]
        fitting = (reference for pattern, reference in self._models.items() if fnmatchcase(bare, pattern))
        return next(fitting, DEFAULT_MODELS["*"])
