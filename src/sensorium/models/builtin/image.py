"""The image encoder: pixels of any size -> unit vectors in the shared space."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow

from sensorium.errors import Invalid
from sensorium.models.builtin.session import open_net
from sensorium.models.builtin.video import unit
from sensorium.types import Matrix, Pixels

WIDEST = 1.5
"""Longer over shorter side up to which a picture is squeezed into the net's square; of a longer one the middle is."""


INNER = 0.87
"""Side of the second view, as a share of the first: the middle, mirrored. On dev photographs two views find 1 to 3
points more than one."""


def square(pixels: Pixels, side: int, share: float = 1.0) -> Pixels:
    """The picture as the net sees it: (side, side, 3) uint8, the whole of it squeezed; of a long one the middle part.

    `share` (0..1] keeps only the middle of both sides. Raises Invalid for anything but (height, width, 3) uint8 with
    at least one pixel.
    """
    if pixels.dtype != np.uint8 or pixels.ndim != 3 or pixels.shape[2] != 3 or 0 in pixels.shape:
        raise Invalid(f"a picture is (height, width, 3) uint8; found {pixels.shape} {pixels.dtype}", path="pixels")
    height, width = pixels.shape[:2]
    w, h = min(width, height * WIDEST) * share, min(height, width * WIDEST) * share
    left, top = (width - w) / 2, (height - h) / 2
    picture = Pillow.fromarray(np.ascontiguousarray(pixels))
    small = picture.resize((side, side), Pillow.Resampling.BICUBIC, (left, top, left + w, top + h))
    return np.asarray(small, dtype=np.uint8)


def views(pixels: Pixels, side: int) -> Pixels:
    """(2, side, side, 3) uint8: the whole picture, and its middle mirrored."""
    return np.stack([square(pixels, side), square(pixels, side, INNER)[:, ::-1]])


class ImageEncoder:
    """`encode` is deterministic and thread-safe; every picture runs alone, so that a row never depends on another."""

    def __init__(self, path: Path) -> None:
        self._net: Any = open_net(path)
        given = self._net.get_inputs()[0]
        self._name: str = given.name
        self.side: int = given.shape[1]
        self.dim: int = self._net.get_outputs()[0].shape[1]

    def encode(self, pictures: Sequence[Pixels]) -> Matrix:
        """(n, dim) float32 unit rows of pictures (height, width, 3) uint8 RGB, in order: the mean of two views."""
        out = np.empty((len(pictures), self.dim), np.float32)
        for i, pixels in enumerate(pictures):
            (rows,) = self._net.run(None, {self._name: views(pixels, self.side)})
            out[i] = unit(rows.sum(axis=0))
        return out
