"""A model without weights, for tests only: words, colours and tones through fixed random projections.

Equal content gives equal vectors and similar content similar ones, within a modality. Across modalities it knows
nothing, so no test of meaning may rest on it.
"""

from __future__ import annotations

import zlib
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from sensorium.errors import NotFound
from sensorium.models.base import Embedder, Limits, ModelSpec, require
from sensorium.types import Audio, Image, Matrix, Modality, Page, Payload, Purpose, Video

Wide = NDArray[np.float64]

DIM = 64
GRID = 4
BANDS = 24


class WeightlessEmbedder:
    """Implements ``Embedder`` at 64 dimensions for all five modalities."""

    def __init__(self) -> None:
        rng = np.random.default_rng(5)
        self._colours = rng.standard_normal((GRID * GRID * 3, DIM))
        self._tones = rng.standard_normal((BANDS, DIM))
        self._nothing = rng.standard_normal(DIM)

    @property
    def spec(self) -> ModelSpec:
        return ModelSpec(
            id="weightless",
            revision="1",
            dim=DIM,
            dims=(16, 32, DIM),
            modalities=frozenset(Modality),
            licence="Apache-2.0",
            limits=Limits(max_batch=8),
        )

    def embed(self, batch: Sequence[Payload], purpose: Purpose) -> Matrix:
        require(self.spec, batch)
        rows = np.empty((len(batch), DIM), np.float32)
        for place, payload in enumerate(batch):
            rows[place] = self._unit(self._row(payload))
        return rows

    def _row(self, payload: Payload) -> Wide:
        match payload:
            case str():
                return self._words(payload)
            case Image():
                return self._picture(payload)
            case Audio():
                return self._sound(payload)
            case Page(text=text, picture=picture):
                parts = [self._words(text)] if text.strip() else []
                return self._mean(parts + ([self._picture(picture)] if picture else []))
            case Video(frames=frames, sound=sound):
                parts = [self._picture(frame) for frame in frames]
                return self._mean(parts + ([self._sound(sound)] if sound else []))

    def _mean(self, parts: Sequence[Wide]) -> Wide:
        total = np.zeros(DIM)
        for part in parts:
            total += self._unit(part)
        return total

    def _words(self, text: str) -> Wide:
        words = text.lower().split() or [""]
        total = np.zeros(DIM)
        for word in words:
            total += np.random.default_rng(zlib.crc32(word.encode())).standard_normal(DIM)
        return total

    def _picture(self, image: Image) -> Wide:
        rows = np.array_split(image.pixels.astype(np.float64), GRID, axis=0)
        cells = [cell for row in rows for cell in np.array_split(row, GRID, axis=1)]
        means = [cell.mean(axis=(0, 1)) if cell.size else np.zeros(3) for cell in cells]
        row: Wide = (np.concatenate(means) / 255 - 0.5) @ self._colours
        return row

    def _sound(self, audio: Audio) -> Wide:
        spectrum = np.abs(np.fft.rfft(audio.samples, n=max(len(audio.samples), 4 * BANDS)))
        bands = [np.log1p(band.mean()) for band in np.array_split(spectrum[: len(spectrum) // 2], BANDS)]
        row: Wide = np.asarray(bands) @ self._tones
        return row

    def _unit(self, row: Wide) -> Wide:
        row = row if row.any() else self._nothing
        return row / float(np.linalg.norm(row))


class WeightlessProvider:
    """Offers the model to a registry under whatever name a test gives it."""

    def specs(self) -> Sequence[ModelSpec]:
        return [WeightlessEmbedder().spec]

    def load(self, name: str) -> Embedder:
        if name:
            raise NotFound(f"no model {name!r}: the weightless provider has one, without a name", path=name)
        return WeightlessEmbedder()
