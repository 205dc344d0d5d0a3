"""Where things stand to be drawn: a photographer's studio, a lawn."""

from __future__ import annotations

import numpy as np

from sensorium.samples import landscape as ls
from sensorium.samples.canvas import Canvas, Colour, mix, smooth
from sensorium.samples.texture import grain

SIDE = 448
"""Pixels of a square picture."""


def studio(seed: int, scale: int = 2, tone: Colour = "#ffffff", floor: float | None = None) -> Canvas:
    """A square canvas with a seamless light background; a soft horizon at row ``floor``."""
    c = Canvas(SIDE, SIDE, seed, scale)
    shade = 0.06 * smooth(150, 420, np.hypot(c.x - SIDE / 2, c.y - SIDE * 0.45))
    c.rgb[:] = mix(tone, "#aab0b6", shade)
    if floor is not None:
        c.rgb[:] = mix(c.rgb, "#c4c8cc", 0.25 * smooth(floor - 30, floor + 60, c.y + 0 * c.x))
    return c


def lawn(seed: int, scale: int) -> Canvas:
    """A blurred garden behind a lawn."""
    c = Canvas(SIDE, SIDE, seed, scale)
    leaf = grain(c, c.x, c.y, 46, 1.2)
    c.rgb[:] = mix(mix("#6f9f4a", "#c6dc9a", 0.5 + 0.25 * leaf), "#3d6f2c", smooth(180, 330, c.y + 0 * c.x))
    ls.ground(c, 300, "#4f8f2a", "#6fa23c", seed=57, contrast=0.25)
    return c
