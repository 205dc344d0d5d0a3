"""Pictures and sounds made by formula, for golden vectors."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def picture(width: int = 161, height: int = 161) -> NDArray[np.uint8]:
    """A red disc on a green-to-blue ground."""
    y, x = np.mgrid[0:height, 0:width]
    rgb = np.stack([np.full_like(x, 40), 220 - 160 * y // height, 60 + 160 * y // height], 2)
    disc = (x - width / 2) ** 2 + (y - height / 2) ** 2 < (min(width, height) / 3) ** 2
    rgb[disc] = (230, 30, 30)
    return rgb.astype(np.uint8)


def chirp(seconds: float = 2.0, rate: int = 16_000) -> NDArray[np.float32]:
    """A tone that rises from 200 to 3,000 Hz."""
    t = np.arange(int(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * (200 * t + 1400 * t * t / seconds))).astype(np.float32)
