"""Bar and line charts, drawn."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from PIL import Image, ImageDraw, ImageFont

from sensorium.samples.canvas import Canvas, Colour

HUES = ("#2f6fb7", "#e07b2e", "#3d9a50", "#b3363b")


def bars(title: str, labels: Sequence[str], series: dict[str, Sequence[float]], unit: str) -> Canvas:
    """Grouped bars; one group for each label, one colour for each series."""
    c, top = _frame(labels, series)
    groups, count = len(labels), len(series)
    for s, values in enumerate(series.values()):
        for g, value in enumerate(values):
            left = 90 + 520 * (g + 0.16 + 0.68 * s / count) / groups
            right = 90 + 520 * (g + 0.16 + 0.68 * (s + 0.92) / count) / groups
            c.paint(
                c.polygon(
                    [(left, 370), (left, 370 - 290 * value / top), (right, 370 - 290 * value / top), (right, 370)]
                ),
                HUES[s],
            )
    _letters(c, title, labels, tuple(series), top, unit)
    return c


def lines(title: str, labels: Sequence[str], series: dict[str, Sequence[float]], unit: str) -> Canvas:
    """A line for each series over the labels."""
    c, top = _frame(labels, series)
    for s, values in enumerate(series.values()):
        points = [(90 + 520 * (g + 0.5) / len(labels), 370 - 290 * v / top) for g, v in enumerate(values)]
        c.paint(c.stroke(points, 3.5), HUES[s])
        for x, y in points:
            c.paint(c.ellipse(x, y, 5, 5), HUES[s])
    _letters(c, title, labels, tuple(series), top, unit)
    return c


def _frame(labels: Sequence[str], series: dict[str, Sequence[float]]) -> tuple[Canvas, float]:
    c = Canvas(640, 430)
    top = float(max(max(v) for v in series.values())) * 1.12
    step = 10 ** np.floor(np.log10(top))
    top = float(np.ceil(top / step * 2) / 2 * step)
    grey: Colour = "#d5d9de"
    for k in range(6):
        y = 370 - 290 * k / 5
        c.paint(c.polygon([(90, y), (610, y), (610, y + 1), (90, y + 1)]), grey if k else "#30363c")
    c.paint(c.polygon([(89, 80), (91, 80), (91, 371), (89, 371)]), "#30363c")
    return c, top


def _letters(c: Canvas, title: str, labels: Sequence[str], names: tuple[str, ...], top: float, unit: str) -> None:
    sheet = Image.new("L", (c.width * c.scale, c.height * c.scale), 255)
    pen = ImageDraw.Draw(sheet)

    def write(x: float, y: float, words: str, size: int, anchor: str) -> None:
        pen.text((x * c.scale, y * c.scale), words, fill=0, font=ImageFont.load_default(size * c.scale), anchor=anchor)

    write(320, 24, title, 20, "mm")
    for g, label in enumerate(labels):
        write(90 + 520 * (g + 0.5) / len(labels), 388, label, 13, "mm")
    for k in range(6):
        write(82, 370 - 58 * k, f"{top * k / 5:,.0f}", 12, "rm")
    write(90, 62, unit, 12, "lm")
    for s, name in enumerate(names):
        x = 130 + 150 * s
        c.paint(c.polygon([(x - 20, 404), (x - 6, 404), (x - 6, 418), (x - 20, 418)]), HUES[s])
        write(x, 411, name, 13, "lm")
    c.rgb *= (np.asarray(sheet, np.float32) / 255)[..., None]
