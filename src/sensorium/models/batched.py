"""A wrapper that takes any number of payloads of any modality and gives the model batches that it accepts."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from sensorium.models.base import Embedder, ModelSpec, SourceEmbedder
from sensorium.types import Matrix, Modality, Payload, Purpose, modality_of


class Batched:
    """Splits by modality and by ``limits.max_batch``, and gives the rows back in the order asked."""

    def __init__(self, inner: Embedder) -> None:
        self._inner = inner

    @property
    def spec(self) -> ModelSpec:
        return self._inner.spec

    @property
    def sources(self) -> SourceEmbedder | None:
        """The model itself, where it embeds some sources by itself."""
        return self._inner if isinstance(self._inner, SourceEmbedder) else None

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        rows = np.empty((len(batch), self.spec.dim), np.float32)
        places: dict[Modality, list[int]] = {}
        for place, payload in enumerate(batch):
            places.setdefault(modality_of(payload), []).append(place)
        size = self.spec.limits.max_batch
        for of_one in places.values():
            for start in range(0, len(of_one), size):
                part = of_one[start : start + size]
                rows[part] = self._inner.embed([batch[place] for place in part], purpose)
        return rows
