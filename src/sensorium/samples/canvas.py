"""A drawing surface: float RGB with supersampling, soft masks, and shading that makes an outline look round.

Coordinates are pixels of the finished picture, x to the right, y down; colours are ``#rrggbb`` or RGB arrays in 0..1.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFilter

Field = NDArray[np.floating[Any]]
"""Float array: ``(height, width)`` for masks and heights, ``(height, width, 3)`` for colours."""
Point = tuple[float, float]
Colour = str | Field
_Draw = Callable[[ImageDraw.ImageDraw, NDArray[np.float64]], None]


def pts(text: str) -> list[Point]:
    """Points written as ``"x,y x,y …"``."""
    return [(float(x), float(y)) for x, _, y in (pair.partition(",") for pair in text.split())]


def rgb(colour: Colour) -> Field:
    """The colour as float32 RGB in 0..1, shape ``(3,)`` for a name; arrays pass through."""
    if not isinstance(colour, str):
        return colour
    return np.array([int(colour[i : i + 2], 16) for i in (1, 3, 5)], np.float32) / 255


def mix(a: Colour, b: Colour, t: Field | float) -> Field:
    """Blend two colours; ``t`` (0..1) may be a field, which gives a field of colours."""
    weight = np.clip(np.asarray(t, np.float32), 0, 1)
    if weight.ndim:
        weight = weight[..., None]
    first, step = rgb(a), rgb(b) - rgb(a)
    out = np.asarray(step * weight, np.float32)
    out += first
    return out


def smooth(edge0: float, edge1: float, x: Field) -> Field:
    """The smooth step from 0 at ``edge0`` to 1 at ``edge1``."""
    t = np.clip((x - edge0) / (edge1 - edge0), 0, 1)
    return np.asarray(t * t * (3 - 2 * t), np.float32)


def spline(points: Sequence[Point], closed: bool = True, steps: int = 12) -> list[Point]:
    """A Catmull-Rom curve through the points, as a fine polyline."""
    p = np.array(points, np.float64)
    p = np.vstack([p[-1:], p, p[:2]]) if closed else np.vstack([p[:1], p, p[-1:]])
    t = np.linspace(0, 1, steps, endpoint=False)[:, None]
    parts = []
    for a, b, c, d in zip(p[:-3], p[1:-2], p[2:-1], p[3:], strict=True):
        parts.append(0.5 * (2 * b + (c - a) * t + (2 * a - 5 * b + 4 * c - d) * t**2 + (3 * b - 3 * c + d - a) * t**3))
    if not closed:
        parts.append(p[-2:-1])
    return [(float(x), float(y)) for x, y in np.vstack(parts)]


@dataclass(frozen=True, eq=False)
class Mask:
    """Where to paint: coverage ``alpha`` (0..1), upper left corner at row ``top``, column ``left`` (supersampled)."""

    top: int
    left: int
    alpha: Field

    def relief(self, radius: float) -> tuple[Field, Field]:
        """Slopes (d/dx, d/dy) of the outline blown up like a cushion; ``radius`` in supersampled pixels."""
        step = max(1, int(radius / 5))
        h, w = self.alpha.shape
        pad = int(radius) + step
        small = np.pad(self.alpha, pad)[::step, ::step]
        parts = (1.0, 0.5, 0.25) if radius > 8 else (1.0,)
        height = np.sqrt(
            sum((blurred(small, radius * part / step) for part in parts), np.zeros_like(small)) / len(parts)
        )
        gain = np.float32(2.2 * radius / step)

        def grown(axis: int) -> Field:
            slope: Field = np.asarray(np.gradient(height, axis=axis))
            if step == 1:
                return np.asarray(slope[pad : pad + h, pad : pad + w] * gain, np.float32)
            size = (slope.shape[1] * step, slope.shape[0] * step)
            large = Image.fromarray(np.asarray(slope, np.float32)).resize(size, Image.Resampling.BILINEAR)
            return np.asarray(np.asarray(large)[pad : pad + h, pad : pad + w] * gain, np.float32)

        return grown(1), grown(0)


@functools.lru_cache(maxsize=512)
def _gauss(n: int, radius: float) -> Field:
    """The matrix ``(n, n)`` that blurs a row of ``n``; beyond the edges there is nothing."""
    d = np.arange(n, dtype=np.float32)
    kernel = np.exp(-0.5 * ((d[:, None] - d[None, :]) / radius) ** 2) / (radius * np.sqrt(2 * np.pi))
    return np.asarray(kernel, np.float32)


def blurred(field: Field, radius: float) -> Field:
    """A Gaussian blur of deviation ``radius`` pixels, as two products with a matrix (made for small fields)."""
    radius = round(max(0.45, radius), 2)
    return np.asarray(_gauss(field.shape[0], radius) @ field @ _gauss(field.shape[1], radius), np.float32)


class Canvas:
    """A picture in the making, ``scale`` times larger than it will be."""

    def __init__(self, width: int = 640, height: int = 480, seed: int = 0, scale: int = 2) -> None:
        self.width, self.height, self.scale = width, height, scale
        self.rgb: Field = np.ones((height * scale, width * scale, 3), np.float32)
        self.rng = np.random.default_rng(seed)

    @property
    def x(self) -> Field:
        """Column centres, shape ``(1, width * scale)``."""
        return ((np.arange(self.width * self.scale, dtype=np.float32) + 0.5) / self.scale)[None, :]

    @property
    def y(self) -> Field:
        """Row centres, shape ``(height * scale, 1)``."""
        return ((np.arange(self.height * self.scale, dtype=np.float32) + 0.5) / self.scale)[:, None]

    def where(self, mask: Mask) -> tuple[Field, Field]:
        """Coordinates (x, y) of a mask's columns and rows, for colours that depend on the place."""
        h, w = mask.alpha.shape
        return self.x[:, mask.left : mask.left + w], self.y[mask.top : mask.top + h]

    def polygon(self, points: Sequence[Point] | Field, soft: float = 0.0) -> Mask:
        """The inside of a polygon; ``soft`` blurs its edge by so many pixels."""
        p = np.asarray(points, np.float64) * self.scale
        return self._drawn(
            p.min(axis=0), p.max(axis=0), soft, lambda d, o: d.polygon((p - o).ravel().tolist(), fill=255)
        )

    def blob(self, points: Sequence[Point], soft: float = 0.0) -> Mask:
        """The inside of a smooth closed curve through the points."""
        return self.polygon(spline(points), soft)

    def ellipse(self, cx: float, cy: float, rx: float, ry: float, angle: float = 0.0, soft: float = 0.0) -> Mask:
        """An ellipse turned by ``angle`` radians."""
        t = np.linspace(0, 2 * np.pi, 20 if rx + ry < 14 else 72, endpoint=False)
        c, s = math.cos(angle), math.sin(angle)
        x, y = rx * np.cos(t), ry * np.sin(t)
        return self.polygon(np.stack([cx + x * c - y * s, cy + x * s + y * c], axis=1), soft)

    def stroke(self, points: Sequence[Point], width: float, soft: float = 0.0, end: float | None = None) -> Mask:
        """A line of round pen, tapering from ``width`` to ``end`` pixels."""
        p = np.array(points, np.float64)
        gaps = np.hypot(*np.diff(p, axis=0).T)
        along = np.concatenate([[0], np.cumsum(gaps)])
        n = max(2, int(along[-1] * self.scale / max(0.6, min(width, end or width) * 0.5)))
        t = np.linspace(0, along[-1], min(n, 1500))
        xs, ys = (np.interp(t, along, p[:, k]) * self.scale for k in (0, 1))
        radii = np.interp(t, [0, along[-1]], [width, width if end is None else end]) * self.scale / 2
        low = np.array([(xs - radii).min(), (ys - radii).min()])
        high = np.array([(xs + radii).max(), (ys + radii).max()])

        def draw(d: ImageDraw.ImageDraw, o: NDArray[np.float64]) -> None:
            for x, y, r in zip(xs - o[0], ys - o[1], radii, strict=True):
                d.ellipse((x - r, y - r, x + r, y + r), fill=255)

        return self._drawn(low, high, soft, draw)

    def strands(self, x: Field, y: Field, dx: Field, dy: Field, width: float) -> Mask:
        """Many short straight hairs or blades at once, from (x, y) to (x + dx, y + dy)."""
        ends = np.stack([x, y, x + dx, y + dy], axis=1) * self.scale
        low = np.minimum(ends[:, :2], ends[:, 2:]).min(axis=0) - width
        high = np.maximum(ends[:, :2], ends[:, 2:]).max(axis=0) + width
        pen = max(1, round(width * self.scale))

        def draw(d: ImageDraw.ImageDraw, o: NDArray[np.float64]) -> None:
            for line in (ends - np.concatenate([o, o])).tolist():
                d.line(line, fill=255, width=pen)

        return self._drawn(low, high, 0.0, draw)

    def paint(
        self,
        mask: Mask,
        colour: Colour,
        round_: float = 0.0,
        opacity: float = 1.0,
        shine: float = 0.0,
        light: tuple[float, float] = (-0.55, -0.75),
        grain: Field | None = None,
    ) -> None:
        """Paint the mask; ``round_`` (pixels) shades it like a cushion of that radius lit from ``light``.

        ``shine`` adds a highlight (0..1); ``grain`` is a field over the mask that multiplies the colour.
        """
        h, w = mask.alpha.shape
        part = self.rgb[mask.top : mask.top + h, mask.left : mask.left + w]
        value = rgb(colour)
        if grain is not None:
            value = value * np.asarray(grain, np.float32)[..., None]
        if round_ > 0:
            dx, dy = mask.relief(round_ * self.scale)
            norm = np.sqrt(dx * dx + dy * dy + 1)
            lx, ly = light
            lz = 0.65
            facing = (lz - dx * lx - dy * ly) / norm / math.hypot(lx, ly, lz)
            value = value * (0.42 + 0.72 * np.clip(facing, -0.25, 1))[..., None]
            if shine > 0:
                value = value + (shine * np.clip((facing - 0.86) / 0.14, 0, 1) ** 2)[..., None]
        change = np.subtract(value, part, dtype=np.float32)
        change *= (mask.alpha if opacity == 1 else mask.alpha * np.float32(opacity))[..., None]
        part += change

    def shadow(self, cx: float, cy: float, rx: float, ry: float, strength: float = 0.35) -> None:
        """A soft shadow on the ground."""
        self.paint(self.ellipse(cx, cy, rx, ry, soft=ry * 0.7), "#181c22", opacity=strength)

    def image(self) -> Image.Image:
        """The finished picture."""
        s = self.scale
        total = sum((self.rgb[i::s, k::s] for i in range(s) for k in range(s)), np.float32(0))
        return Image.fromarray((np.clip(total * np.float32(255 / (s * s)), 0, 255) + 0.5).astype(np.uint8))

    def _drawn(self, low: NDArray[np.float64], high: NDArray[np.float64], soft: float, draw: _Draw) -> Mask:
        size = np.array([self.width, self.height]) * self.scale
        margin = 2 + 2 * soft * self.scale
        lo = np.clip(np.floor(low - margin), 0, size - 1).astype(int)
        hi = np.clip(np.ceil(high + margin), lo + 1, size).astype(int)
        picture = Image.new("L", (int(hi[0] - lo[0]), int(hi[1] - lo[1])))
        draw(ImageDraw.Draw(picture), lo.astype(np.float64))
        if soft > 0:
            picture = picture.filter(ImageFilter.GaussianBlur(soft * self.scale))
        alpha = np.asarray(picture, np.float32) / np.float32(255)
        return Mask(int(lo[1]), int(lo[0]), alpha)
