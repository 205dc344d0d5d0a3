"""Fruit and flowers: each function draws one picture."""

from __future__ import annotations

import numpy as np

from sensorium.samples import landscape as ls
from sensorium.samples.canvas import Canvas, Point, mix, pts, smooth, spline
from sensorium.samples.studio import SIDE, studio
from sensorium.samples.texture import grain


def apple(seed: int = 60, scale: int = 2) -> Canvas:
    """A red apple with a leaf."""
    c = studio(seed, scale)
    c.shadow(230, 372, 130, 17, 0.4)
    body = c.blob(
        pts(
            "224,138 276,112 336,126 366,188 362,262 328,330 276,362 224,356"
            " 172,362 120,330 86,262 82,188 112,126 172,112"
        )
    )
    x, y = c.where(body)
    streak = grain(c, x * 3.5, y * 0.5, 26, 0.9)
    c.paint(
        body,
        mix("#c8141c", "#f2b24a", 0.45 * smooth(210, 100, y + 0.6 * (x - 200)) + 0.08 * streak),
        round_=104,
        shine=0.65,
    )
    c.paint(c.ellipse(224, 132, 44, 13, soft=6), "#5a0a0c", opacity=0.6)
    c.paint(c.stroke(spline([(222, 140), (226, 100), (242, 70)], False), 10, end=7), "#5f3d20", round_=4)
    leaf = c.blob(pts("234,100 262,66 318,56 336,62 310,98 262,112"))
    c.paint(leaf, "#3f9a35", round_=14, shine=0.3)
    c.paint(c.stroke(spline([(238, 100), (284, 82), (330, 64)], False), 2), "#2a6f26")
    return c


def banana(seed: int = 61, scale: int = 2) -> Canvas:
    """Two ripe bananas."""
    c = studio(seed, scale)
    c.shadow(226, 352, 150, 16, 0.35)
    for lift, tone in ((0, "#f0c31c"), (34, "#fbd735")):
        outer = spline(
            [
                (92, 106 + lift * 0.3),
                (92, 190 + lift),
                (142, 282 + lift),
                (230, 330 + lift * 0.8),
                (330, 322 + lift * 0.6),
                (382, 280 + lift * 0.4),
            ],
            False,
        )
        inner = spline(
            [
                (390, 262 + lift * 0.4),
                (320, 266 + lift * 0.5),
                (240, 250 + lift),
                (176, 196 + lift),
                (140, 130 + lift * 0.8),
                (118, 100 + lift * 0.3),
            ],
            False,
        )
        body = c.polygon([*outer, *inner])
        x, y = c.where(body)
        spots = smooth(1.5, 2.2, grain(c, x, y, 9, 0.6))
        c.paint(body, mix(tone, "#7a4a16", 0.5 * spots), round_=26, shine=0.2)
        ridge = spline(
            [
                (104, 120 + lift * 0.3),
                (116, 194 + lift),
                (166, 262 + lift),
                (240, 300 + lift),
                (330, 300 + lift * 0.6),
                (380, 276 + lift * 0.4),
            ],
            False,
        )
        c.paint(c.stroke(ridge, 2.4, soft=1), "#b98a0c", opacity=0.55)
        c.paint(c.ellipse(388, 270 + lift * 0.4, 10, 12), "#3f2c12", round_=4)
        c.paint(
            c.polygon([(92, 110 + lift * 0.3), (118, 102 + lift * 0.3), (112, 70 + lift * 0.1), (98, 70 + lift * 0.1)]),
            "#8f7a1e",
            round_=6,
        )
    return c


def orange(seed: int = 62, scale: int = 2) -> Canvas:
    """An orange and half of one."""
    c = studio(seed, scale)
    c.shadow(178, 344, 120, 15, 0.4)
    c.shadow(318, 366, 84, 11, 0.4)
    ball = c.ellipse(172, 228, 116, 114)
    x, y = c.where(ball)
    c.paint(ball, "#f7860e", round_=96, shine=0.4, grain=1 + 0.05 * grain(c, x, y, 3, 0.3))
    c.paint(c.ellipse(166, 128, 9, 6), "#4f7a2a", round_=3)
    c.paint(c.ellipse(312, 288, 84, 80), "#f28410", round_=20)
    c.paint(c.ellipse(312, 288, 77, 73), "#fdf0d0")
    for k in range(10):
        a = k * np.pi / 5
        wedge: list[Point] = [(312 + 9 * np.cos(a), 288 + 9 * np.sin(a))]
        wedge += [(312 + 68 * np.cos(a + s), 288 + 64 * np.sin(a + s)) for s in np.linspace(-0.25, 0.25, 7)]
        mask = c.polygon(wedge)
        x, y = c.where(mask)
        c.paint(mask, "#fb9a1e", round_=9, grain=1 + 0.10 * grain(c, x, y, 7, 0.6))
    return c


def sunflower(seed: int = 63, scale: int = 2) -> Canvas:
    """A sunflower against the blue sky."""
    c = Canvas(SIDE, SIDE, seed, scale)
    ls.sky(c, "#2f86da", "#d3eaf9", SIDE, clouds=0.35, seed=45)
    c.paint(c.stroke(spline([(226, 230), (222, 340), (230, 460)], False), 17), "#4f8a2c", round_=7)
    for s, y in ((-1, 380), (1, 350)):
        leaf = c.blob(
            [(226, y), (226 + s * 60, y - 44), (226 + s * 128, y - 34), (226 + s * 150, y - 6), (226 + s * 90, y + 18)]
        )
        c.paint(leaf, "#4d9432", round_=16)
    for ring, (count, long, tone) in enumerate(((26, 168, "#eda40a"), (24, 150, "#ffc81c"))):
        for k in range(count):
            a = 2 * np.pi * (k + 0.5 * ring) / count + c.rng.uniform(-0.05, 0.05)
            reach = long * c.rng.uniform(0.94, 1.05)
            ca, sa = np.cos(a), np.sin(a)
            petal = [
                (224 + ca * r - sa * w, 196 + sa * r + ca * w)
                for r, w in ((60, -13), (reach * 0.7, -19), (reach, 0), (reach * 0.7, 19), (60, 13))
            ]
            c.paint(c.blob([(float(px), float(py)) for px, py in petal]), tone, round_=5)
    disc = c.ellipse(224, 196, 76, 76)
    c.paint(disc, "#4a2a12", round_=46)
    for k in range(420):
        a, r = k * 2.39996, 3.55 * k**0.5
        seedling = mix("#8a5a1e", "#2b170a", r / 76 if r < 52 else 0.1)
        c.paint(c.ellipse(224 + r * np.cos(a), 196 + r * np.sin(a), 2.3, 2.3), seedling)
    return c


def rose(seed: int = 64, scale: int = 2) -> Canvas:
    """A red rose."""
    c = studio(seed, scale, "#fbf7f4")
    c.paint(c.stroke(spline([(226, 230), (218, 330), (228, 440)], False), 10), "#3f7a34", round_=4)
    for s, y in ((-1, 356), (1, 320)):
        leaf = c.blob(
            [(222, y), (222 + s * 40, y - 34), (222 + s * 92, y - 36), (222 + s * 108, y - 24), (222 + s * 66, y + 8)]
        )
        c.paint(leaf, "#3c8a3a", round_=12, shine=0.15)
        c.paint(c.stroke([(222, y), (222 + s * 100, y - 26)], 1.6), "#2a6128")
    for k in range(5):
        a = np.pi * (0.1 + 0.2 * k)
        c.paint(
            c.blob([(200, 246), (248, 246), (224 + 70 * np.cos(a), 246 + 34 * np.sin(a))]),
            "#3c7f34",
            round_=6,
        )
    for ring in range(7):
        count, reach, size = 7 - ring // 2, 104 - 15.5 * ring, 72 - 7.5 * ring
        for k in range(count):
            a = 2 * np.pi * k / count + 0.9 * ring + c.rng.uniform(-0.12, 0.12)
            px, py = 224 + reach * 0.72 * np.cos(a), 168 + reach * 0.66 * np.sin(a)
            rim = [
                (
                    px + size * (0.9 + 0.1 * np.cos(3 * t + k)) * np.cos(t),
                    py + size * 0.85 * np.sin(t),
                )
                for t in np.linspace(0, 6.28, 12, endpoint=False)
            ]
            tone = mix("#e11d3a", "#6d0618", 0.13 * ring)
            c.paint(c.blob([(x + 3, y + 5) for x, y in rim], soft=4), "#3a0410", opacity=0.4)
            c.paint(c.blob(rim), tone, round_=size * 0.42, shine=0.08)
    swirl = [
        (224 + (3 + 2.6 * t) * np.cos(t * 1.5), 168 + (3 + 2.3 * t) * np.sin(t * 1.5)) for t in np.linspace(0, 9, 60)
    ]
    c.paint(c.stroke([(float(x), float(y)) for x, y in swirl], 2.6), "#4d0412", opacity=0.85)
    return c
