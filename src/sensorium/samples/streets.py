"""Towns and vehicles: each function draws one picture from its seed."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from sensorium.samples import landscape as ls
from sensorium.samples.canvas import Canvas, Colour, Mask, Point, mix, pts, rgb, smooth
from sensorium.samples.texture import grain


def _windows(c: Canvas, box: tuple[float, float, float, float], lit: float, warm: Colour, dark: Colour) -> None:
    """Small windows all over a box (left, top, right, bottom), a share ``lit`` of them shining."""
    left, top, right, bottom = box
    grid = np.meshgrid(np.arange(left + 3, right - 1, 6.2), np.arange(top + 2, bottom - 5, 7.6))
    x, y = (axis.ravel() for axis in grid)
    kind = np.where(c.rng.random(len(x)) < lit, c.rng.integers(1, 3, len(x)), 0)
    for k, tone in enumerate((dark, warm, mix(warm, "#fffbe8", 0.6))):
        part = kind == k
        if part.any():
            n = int(part.sum())
            c.paint(c.strands(x[part], y[part], np.zeros(n), np.full(n, 3.6), 3.4), tone)


def city_night(seed: int = 20, scale: int = 2) -> Canvas:
    """A skyline at night, lit windows mirrored in a river."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#0b1538", "#6a4a7a", 330)
    c.rgb += (0.28 * np.exp(-(((c.y - 330) / 90) ** 2)) * np.ones_like(c.x))[..., None] * rgb("#ffb366")
    for layer, (tone, low, high) in enumerate((("#2a3058", 90, 200), ("#1e2444", 60, 260), ("#141a34", 50, 150))):
        x = -20.0
        while x < 650:
            wide = c.rng.uniform(34, 74)
            tall = c.rng.uniform(low, high) * (1.25 if 230 < x < 420 and layer < 2 else 0.85)
            top = 335 - tall
            c.paint(c.polygon([(x, 340), (x, top), (x + wide, top), (x + wide, 340)]), tone)
            window = mix(tone, "#8090b0", 0.12)
            _windows(c, (x, top + 3, x + wide, 334), 0.34, mix("#ffc861", tone, 0.2), window)
            if c.rng.random() < 0.35:
                c.paint(c.stroke([(x + wide / 2, top), (x + wide / 2, top - 34)], 2, end=1), tone)
                ls.glow(c, x + wide / 2, top - 34, 1.4, "#ff4433", 4, 0.8)
            x += wide + c.rng.uniform(-2, 6)
    top = int(338 * c.scale)
    count = c.rgb.shape[0] - top
    mirrored = c.rgb[top - 1 - np.arange(count)]
    shift = (c.scale * 2.6 * grain(c, c.x[:, :1] * 0 + 9, c.y[top:], 8, 0.9))[:, 0].astype(int)
    wavy = np.stack([np.roll(row, int(k), axis=0) for row, k in zip(mirrored, shift, strict=True)])
    streak = (wavy + np.roll(wavy, 7, axis=0) + np.roll(wavy, 15, axis=0) + np.roll(wavy, 24, axis=0)) / 4
    c.rgb[top:] = streak * 0.72 + rgb("#05081a") * 0.4
    c.paint(c.polygon(pts("0,334 640,334 640,340 0,340")), "#05070f")
    for x in range(15, 640, 42):
        ls.glow(c, x, 331, 2.2, "#ffd98a", 9, 0.75)
    return c


def _wheel(c: Canvas, x: float, y: float, r: float) -> None:
    c.paint(c.ellipse(x, y, r, r), "#17181a", round_=r * 0.25)
    c.paint(c.ellipse(x, y, r * 0.64, r * 0.64), "#b9bec4", round_=r * 0.3)
    for a in np.linspace(0, 2 * np.pi, 6)[:-1]:
        c.paint(c.stroke([(x, y), (x + r * 0.58 * np.cos(a), y + r * 0.58 * np.sin(a))], r * 0.16), "#7c838b")
    c.paint(c.ellipse(x, y, r * 0.15, r * 0.15), "#4c5157")


def draw_car(c: Canvas, x: float, y: float, long: float, colour: Colour, facing: int = 1) -> None:
    """A car seen from the side; (x, y) is the middle of its wheels' line, ``facing`` 1 right or -1 left."""

    def at(points: list[Point]) -> list[Point]:
        return [(x + facing * px * long, y - py * long) for px, py in points]

    c.shadow(x, y + long * 0.085, long * 0.52, long * 0.04, 0.5)
    body = pts(
        "-0.49,0.02 -0.5,0.13 -0.46,0.19 -0.31,0.215 -0.19,0.325 0.06,0.33 0.22,0.215 0.42,0.175 "
        "0.49,0.11 0.485,0.0 0.3,-0.03 -0.3,-0.03"
    )
    shell = c.blob(at(body))
    px, py = c.where(shell)
    band = (
        1
        + 0.28 * smooth(y - long * 0.17, y - long * 0.21, py)
        - 0.25 * smooth(y - long * 0.05, y + long * 0.03, py)
        + 0 * px
    )
    c.paint(shell, colour, round_=long * 0.05, shine=0.5, grain=band)
    glass: list[list[Point]] = [
        pts("-0.275,0.215 -0.175,0.3 -0.05,0.307 -0.05,0.215"),
        pts("-0.02,0.215 -0.02,0.307 0.055,0.303 0.175,0.215"),
    ]
    for pane in glass:
        mask = c.polygon(at(pane))
        gx, gy = c.where(mask)
        shade = mix("#28394a", "#b8d4e6", smooth(y - long * 0.2, y - long * 0.32, gy + 0.25 * np.abs(gx - x)))
        c.paint(mask, shade)
    for wx in (-0.305, 0.3):
        c.paint(c.ellipse(x + facing * wx * long, y - 0.005 * long, long * 0.105, long * 0.105), "#101214")
        _wheel(c, x + facing * wx * long, y + 0.005 * long, long * 0.088)
    c.paint(c.blob(at(pts("0.445,0.15 0.485,0.125 0.48,0.095 0.435,0.12"))), "#fff7d8", round_=2)
    c.paint(c.blob(at(pts("-0.495,0.15 -0.47,0.165 -0.465,0.11 -0.497,0.11"))), "#d0201c", round_=2)
    c.paint(c.stroke(at([(-0.035, 0.2), (-0.045, 0.02)]), 1.2), mix(colour, "#000000", 0.45))
    c.paint(c.stroke(at([(0.02, 0.165), (0.065, 0.165)]), 2.2), mix(colour, "#000000", 0.5))
    c.paint(c.stroke(at([(-0.47, 0.025), (0.47, 0.022)]), 2.0), mix(colour, "#000000", 0.6))


def _facade(c: Canvas, box: tuple[float, float, float, float], tone: Colour) -> None:
    left, top, right, bottom = box
    wall = c.polygon([(left, bottom), (left, top), (right, top), (right, bottom)])
    px, py = c.where(wall)
    c.paint(wall, tone, grain=1 + 0.05 * grain(c, px, py, 8, 0.6))
    c.paint(
        c.polygon([(left - 3, top), (right + 3, top), (right + 3, top + 9), (left - 3, top + 9)]),
        mix(tone, "#ffffff", 0.35),
    )
    columns, floors = max(2, int((right - left) / 34)), 4
    for i in range(columns):
        for j in range(floors):
            wx = left + (i + 0.5) * (right - left) / columns
            wy = top + 28 + j * (bottom - top - 74) / floors
            c.paint(
                c.polygon([(wx - 10, wy - 3), (wx + 10, wy - 3), (wx + 10, wy + 33), (wx - 10, wy + 33)]),
                mix(tone, "#ffffff", 0.55),
            )
            pane = c.polygon([(wx - 8, wy), (wx + 8, wy), (wx + 8, wy + 30), (wx - 8, wy + 30)])
            gx, gy = c.where(pane)
            c.paint(pane, mix("#3b4d5e", "#a9c6db", smooth(wy + 32, wy - 4, gy + 0.4 * (gx - wx))))
            c.paint(c.stroke([(wx, wy), (wx, wy + 30)], 1.4), "#eef0ee")
    c.paint(
        c.polygon([(left, bottom - 40), (right, bottom - 40), (right, bottom), (left, bottom)]),
        mix(tone, "#2a2a30", 0.6),
    )
    stripes = np.linspace(left + 6, right - 6, 9)
    for k, (a, b) in enumerate(pairwise(stripes)):
        c.paint(
            c.polygon([(a, bottom - 46), (b, bottom - 46), (b - 2, bottom - 30), (a - 2, bottom - 30)]),
            "#b5352c" if k % 2 else "#f3ece0",
        )


def street(seed: int = 21, scale: int = 2) -> Canvas:
    """Cars on a street in front of old houses."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#4c90d4", "#dcebf5", 330, clouds=0.35, seed=31)
    x = -14.0
    for tone in ("#c98f62", "#d8c59a", "#a8483c", "#7f9bb0", "#d9a5a0"):
        wide = c.rng.uniform(118, 148)
        _facade(c, (x, c.rng.uniform(38, 92), x + wide, 338), tone)
        x += wide
    c.rgb[:] = mix(c.rgb, "#dfe6ea", 0.22)
    ls.ground(c, 336, "#6d6f73", "#a9a9a6", seed=73, contrast=0.05)
    c.paint(c.polygon(pts("0,336 640,336 640,356 0,356")), "#b9b6ae")
    c.paint(c.polygon(pts("0,356 640,356 640,361 0,361")), "#8b8983")
    road = int(361 * c.scale)
    c.rgb[road:] = mix("#4d5054", "#3c3e42", 0.5 + 0.25 * grain(c, c.x, c.y[road:] * 2, 4, 0.3))
    for k in range(-1, 7):
        c.paint(
            c.polygon([(k * 110 + 20, 416), (k * 110 + 80, 416), (k * 110 + 76, 421), (k * 110 + 15, 421)]), "#e9e7df"
        )
    for tx in (92, 345, 588):
        ls.broadleaf(c, tx, 350, 150, "#4c8a34", seed=tx)
    draw_car(c, 180, 388, 230, "#d32a22", -1)
    draw_car(c, 500, 390, 230, "#e8c21e", -1)
    draw_car(c, 320, 452, 300, "#1f57b8", 1)
    return c


def train(seed: int = 22, scale: int = 2) -> Canvas:
    """A red train passing green fields."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#3f8cdb", "#dbedf8", 262, clouds=0.4, seed=37)
    for i, tone in enumerate(("#7f9fb0", "#55804e", "#48783a")):
        edge = [(float(x), 250 + 16 * i - 20 * np.sin(x / (120 - 20 * i) + i * 2)) for x in range(-10, 660, 6)]
        c.paint(c.polygon([(-10, 480), *edge, (660, 480)]), tone)
    ls.ground(c, 300, "#4f8a2e", "#7fae4c", seed=57, contrast=0.2)
    for x in (40, 130, 560, 610):
        ls.broadleaf(c, x, 312, 78, "#3f7a30", seed=x)
    c.paint(c.polygon(pts("0,392 640,392 640,432 0,432")), "#8a8178", grain=None)
    for x in range(-10, 660, 22):
        c.paint(c.polygon([(x, 402), (x + 11, 402), (x + 9, 418), (x - 3, 418)]), "#5a4636")
    for y in (402, 415):
        c.paint(c.polygon([(0, y), (640, y), (640, y + 3), (0, y + 3)]), "#c6c9cc")
    c.shadow(330, 408, 330, 9, 0.5)
    for k in range(3):
        left = -60 + k * 218
        right = left + 212
        nose = k == 2
        hull: list[Point] = [
            (left, 398),
            (left, 268),
            (right - (62 if nose else 0), 268),
            (right + (6 if nose else 0), 340 if nose else 268),
            (right + (8 if nose else 0), 398),
        ]
        shell = c.polygon(spline_nose(hull) if nose else hull)
        px, py = c.where(shell)
        c.paint(shell, mix("#c61f2b", "#e9e9ea", smooth(356, 358, py) + 0 * px), round_=12, shine=0.35)
        for i in range(5 - nose):
            wx = left + 16 + i * 39
            pane = c.polygon([(wx, 290), (wx + 30, 290), (wx + 30, 324), (wx, 324)])
            gx, gy = c.where(pane)
            c.paint(pane, mix("#202c38", "#9fc3dd", smooth(322, 286, gy + 0.3 * (gx - wx))))
        if nose:
            c.paint(
                c.polygon([(right - 50, 284), (right - 28, 288), (right - 4, 326), (right - 46, 326)]),
                "#1d2833",
                round_=4,
                shine=0.4,
            )
            c.paint(c.ellipse(right - 4, 352, 6, 5), "#fff8d8")
        for wx in (left + 34, left + 66, right - 76, right - 44):
            _wheel(c, wx, 401, 12)
    c.paint(c.stroke([(0, 196), (640, 192)], 1.5), "#40464c")
    c.paint(c.stroke([(96, 268), (120, 232), (92, 196)], 3), "#40464c")
    return c


def spline_nose(hull: list[Point]) -> list[Point]:
    """Round the front corner of a carriage outline given as five points."""
    a, b, p, q, r = hull
    t = np.linspace(0, 1, 16)
    cx, cy = q[0] - 2, p[1] + 4
    curve = [
        (
            float((1 - s) ** 2 * p[0] + 2 * s * (1 - s) * cx + s * s * q[0]),
            float((1 - s) ** 2 * p[1] + 2 * s * (1 - s) * cy + s * s * q[1]),
        )
        for s in t
    ]
    return [a, b, *curve, r]


def balloon(seed: int = 24, scale: int = 2) -> Canvas:
    """A hot-air balloon over hills."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#4a9be2", "#e3f1fa", 400, clouds=0.38, seed=45)
    for i, tone in enumerate(("#8fb0c0", "#6f9a68", "#55863f")):
        edge = [(float(x), 372 + 30 * i - 22 * np.sin(x / (130 - 25 * i) + i * 2.1)) for x in range(-10, 660, 6)]
        c.paint(c.polygon([(-10, 490), *edge, (660, 490)]), tone, round_=10)
    _balloon(c, 330, 170, 118, ("#e0352b", "#f7b32b", "#2f6fc4", "#f7f1e3"))
    _balloon(c, 116, 250, 34, ("#7b3fa0", "#f3d44a", "#7b3fa0", "#f08a3c"))
    return c


def _balloon(c: Canvas, x: float, y: float, r: float, hues: tuple[str, ...]) -> None:
    outline = [
        (x + r * px, y + r * py)
        for px, py in pts("0,-1 0.72,-0.72 1,-0.05 0.72,0.6 0.2,1.18 -0.2,1.18 -0.72,0.6 -1,-0.05 -0.72,-0.72")
    ]
    mask: Mask = c.blob(outline)
    px, py = c.where(mask)
    half = np.sqrt(np.clip(1.02 - ((py - y + r * 0.05) / (r * 1.25)) ** 2, 0.02, 1)) * r
    angle = np.arcsin(np.clip((px - x) / half, -1, 1))
    gore = np.floor(angle / (np.pi / 10) + 0.5).astype(int) % len(hues)
    colours = np.stack([rgb(h) for h in hues])[gore]
    c.paint(
        mask, colours, round_=r * 0.55, shine=0.25, grain=(1.02 - 0.1 * np.abs(np.sin(angle * 10))).astype(np.float32)
    )
    for k in (-0.17, 0.17):
        c.paint(
            c.stroke([(x + k * r * 1.1, y + r * 1.17), (x + k * r * 0.75, y + r * 1.5)], r * 0.018 + 0.6), "#4a3b2d"
        )
    basket = c.polygon(
        [
            (x - r * 0.15, y + r * 1.48),
            (x + r * 0.15, y + r * 1.48),
            (x + r * 0.12, y + r * 1.72),
            (x - r * 0.12, y + r * 1.72),
        ]
    )
    c.paint(basket, "#96683a", round_=r * 0.06)
