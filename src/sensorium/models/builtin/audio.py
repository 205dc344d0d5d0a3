"""The audio encoder: mono samples at 16 kHz -> unit vectors in the shared space."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from sensorium.errors import Invalid
from sensorium.models.builtin.logmel import patches
from sensorium.models.builtin.session import open_net
from sensorium.models.builtin.video import unit
from sensorium.types import Matrix, Samples, Vector

AT_ONCE = 64
"""Patches a run of the net (about 31 s), which bounds the memory of a long sound."""


class AudioEncoder:
    """`encode` is deterministic and thread-safe; every sound runs alone, so that a row never depends on another."""

    def __init__(self, path: Path) -> None:
        self._net: Any = open_net(path)
        self._name: str = self._net.get_inputs()[0].name
        self.dim: int = self._net.get_outputs()[0].shape[1]

    def encode(self, sounds: Sequence[Samples]) -> Matrix:
        """(n, dim) float32 unit rows of sounds, in order: (samples,) float32 mono at 16 kHz in [-1, 1], any length.

        A sound's vector is the mean over its 0.96 s patches. Raises Invalid for another shape or dtype, or for
        samples that are not finite.
        """
        out = np.empty((len(sounds), self.dim), np.float32)
        for i, samples in enumerate(sounds):
            if samples.dtype != np.float32 or samples.ndim != 1:
                raise Invalid(f"a sound is (samples,) float32; found {samples.shape} {samples.dtype}", path="samples")
            if not np.isfinite(samples).all():
                raise Invalid("a sound holds finite samples in [-1, 1]; found infinite ones or NaN", path="samples")
            out[i] = self._one(samples)
        return out

    def _one(self, samples: Samples) -> Vector:
        pieces = patches(samples)
        total = np.zeros(self.dim, np.float32)
        for start in range(0, len(pieces), AT_ONCE):
            (rows,) = self._net.run(None, {self._name: pieces[start : start + AT_ONCE, None]})
            total += rows.sum(axis=0)
        return unit(total)
