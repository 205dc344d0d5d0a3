"""The sea: each function draws one picture from its seed."""

from __future__ import annotations

import math

import numpy as np

from sensorium.samples import landscape as ls
from sensorium.samples.canvas import Canvas, Point, mix, pts, smooth
from sensorium.samples.texture import grain


def _sand(c: Canvas, shore: float, lean: float, seed: int) -> None:
    """Sand below a wavy shoreline that falls by ``lean`` pixels across the picture, with surf on it."""
    beach = Canvas(c.width, c.height, seed, c.scale)
    ls.ground(beach, shore - abs(lean) - 30, "#ecd9ab", "#dfc993", seed=33, contrast=0.07)
    top = int((shore - abs(lean) - 110) * c.scale)
    y, part = c.y[top:], c.rgb[top:]
    wave = 7 * np.sin(c.x / 46 + seed) + 4 * np.sin(c.x / 19 + 2 * seed)
    below = y - shore - lean * (c.x / c.width - 0.5) * 2 - wave
    sand = beach.rgb[top:]
    sand = mix(sand, mix(sand, "#8d7b5c", 0.62), smooth(46, 6, below))
    part[:] = mix(part, sand, smooth(-1, 2, below + 2.5 * grain(c, c.x, y, 9, 0.9)))
    lace = grain(c, c.x, y * 1.8, 5, 0.6)
    foam = np.zeros_like(below)
    for distance, strong in pts("0,0.95 -24,0.75 -52,0.55 -72,0.35"):
        d = below - distance - 3 * np.sin(c.x / 31 + distance)
        line = smooth(-9 + distance / 12, 1.5, d + 2.2 * lace) * smooth(13 + distance / 8, 2, d + 3.5 * lace)
        foam = np.maximum(foam, strong * line)
    part[:] = mix(part, "#fbfdfb", foam)


def beach(seed: int = 1, scale: int = 2) -> Canvas:
    """A sandy beach with turquoise sea, surf, sun, a palm and a parasol."""
    c = Canvas(seed=seed, scale=scale)
    horizon = 178 + 8 * math.sin(seed)
    ls.sky(c, "#2a7fd0", "#cfe9f7", horizon, clouds=0.34, seed=5 + seed)
    side = 1 if seed % 2 else -1
    ls.glow(c, 320 - side * 150, 66, 21, "#fff4c8", 34)
    ls.water(c, horizon, "#0b6f9c", "#58d0d0", "#2e8fc4", seed=11 + seed)
    c.rgb[:] = mix(c.rgb, "#7fe0d2", 0.62 * smooth(horizon + 40, 330, c.y + 0 * c.x))
    _sand(c, 322, side * 26, seed)
    px = 320 + side * 205
    c.shadow(px - side * 55, 441, 86, 9, 0.3)
    ls.palm(c, px, 436, 330, -side * 0.22)
    ux = 320 - side * 110
    c.shadow(ux + 18, 414, 64, 9, 0.35)
    c.paint(c.stroke([(ux + 10, 414), (ux - 4, 322)], 4), "#f2f2ee")
    for i in range(8):
        a0, a1 = -70 + i * 17.5, -70 + (i + 1) * 17.5
        top = (ux - 8, 290)
        edge = [(ux - 5 + a, 336 - 12 * (1 - (a / 70) ** 2) + 0.10 * a) for a in np.linspace(a0, a1, 6)]
        c.paint(c.polygon([top, *edge]), "#e2402f" if i % 2 else "#fbf3e6", round_=6)
    c.paint(c.polygon([(ux - 6, 424), (ux + 64, 416), (ux + 84, 428), (ux + 10, 438)]), "#2f6fb7", round_=3)
    return c


def sunset(seed: int = 2, scale: int = 2) -> Canvas:
    """The sun going down over the sea."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#3b2a63", "#ff9a3c", 250, clouds=0.5, cloud="#e2604a", seed=15 + seed)
    c.rgb[:] = mix(c.rgb, "#ffcf62", 0.75 * np.exp(-(((c.y - 240) / 52) ** 2)) * np.exp(-(((c.x - 350) / 260) ** 2)))
    ls.glow(c, 350, 214, 31, "#fff1b5", 70, 0.9)
    ls.water(c, 250, "#2b1b3d", "#7a4462", "#f08a46", seed=19)
    ls.glitter(c, 250, 350, "#ffd88a", 46)
    for x, y, s in ((150, 120, 13), (182, 104, 10), (222, 130, 9), (475, 92, 8)):
        c.paint(
            c.stroke(
                [
                    (x - s, y - s * 0.25),
                    (x - s * 0.4, y - s * 0.5),
                    (x, y),
                    (x + s * 0.4, y - s * 0.5),
                    (x + s, y - s * 0.25),
                ],
                2.2,
            ),
            "#1d1426",
        )
    return c


def sailing_boat(seed: int = 10, scale: int = 2) -> Canvas:
    """A white sailing boat on a blue sea."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#2f84d6", "#d8ecf8", 236, clouds=0.45, seed=29)
    for i, tone in enumerate(("#8fa9bf", "#6f8fa0")):
        edge = [
            (float(x), 236 - (26 - 8 * i) * abs(np.sin(x / 150 + 1.3 * i)) * (1 if x < 330 else 0.35))
            for x in range(-10, 660, 6)
        ]
        c.paint(c.polygon([(-10, 238), *edge, (660, 238)]), tone)
    ls.water(c, 236, "#0d4f86", "#3f9cc9", "#8cc2e0", chop=1.2, seed=13)
    c.paint(c.polygon(pts("262,352 300,470 372,440 430,352"), soft=6), "#e9f3f8", opacity=0.35)
    c.paint(c.stroke([(352, 330), (352, 58)], 4.5, end=3), "#c9c4b8", round_=1.5)
    sail = c.polygon(
        [
            *[(346 - 112 * t**0.9 - 16 * np.sin(np.pi * t), 70 + 235 * t) for t in np.linspace(0, 1, 14)],
            (346, 306),
        ]
    )
    c.paint(sail, "#fdfcf6", round_=16)
    jib = c.polygon(
        [*[(358 + 92 * t + 13 * np.sin(np.pi * t), 84 + 228 * t) for t in np.linspace(0, 1, 14)], (360, 304)]
    )
    c.paint(jib, "#f1efe8", round_=14)
    for y in (140, 205, 262):
        c.paint(c.stroke([(346 - (y - 62) * 0.42, y), (347, y)], 1.2), "#c2c6c4")
    hull = c.polygon(pts("216,318 464,312 436,350 400,362 272,362 236,346"))
    c.paint(hull, "#f4f6f7", round_=14)
    c.paint(c.polygon(pts("232,342 441,340 430,352 244,352")), "#c22a2f")
    c.paint(c.blob(pts("290,316 300,300 380,298 400,313")), "#dfe7ea", round_=6)
    foam = (
        smooth(14, 0, np.abs(c.y - 363 - 3 * np.sin(c.x / 9)))
        * smooth(150, 90, np.abs(c.x - 338))
        * np.clip(0.6 + 0.5 * grain(c, c.x, c.y, 6, 0.6), 0, 1)
    )
    c.rgb[:] = mix(c.rgb, "#f6fbfd", foam * 0.85)
    return c


def lighthouse(seed: int = 23, scale: int = 2) -> Canvas:
    """A red and white lighthouse on a rock above the sea; portrait format."""
    c = Canvas(480, 640, seed, scale)
    ls.sky(c, "#2f7fcf", "#dcedf7", 420, clouds=0.45, seed=41)
    ls.water(c, 420, "#0d527f", "#4aa3c4", "#8cc3dd", chop=1.3, seed=13)
    rim: list[Point] = pts("120,520 150,468 198,440 260,430 330,436 390,462 440,500 490,530 490,640 60,640 92,570")
    rock = c.polygon([(x + c.rng.uniform(-5, 5), y + c.rng.uniform(-4, 4)) for x, y in rim])
    px, py = c.where(rock)
    c.paint(rock, "#7a6b5c", round_=26, grain=1 + 0.3 * grain(c, px, py * 1.5, 26, 0.9))
    c.paint(c.blob(pts("170,462 215,438 270,428 330,434 372,454 300,452 230,456")), "#5d8a3b", round_=5)
    tower = pts("238,440 252,150 310,150 324,440")
    mask = c.polygon(tower)
    px, py = c.where(mask)
    stripe = np.where(np.floor((py - 150) / 58) % 2 == 0, 1.0, 0.0).astype(np.float32) + 0 * px
    side = 1.08 - 0.55 * smooth(262, 328, px) - 0.2 * smooth(256, 240, px)
    c.paint(mask, mix("#f6f4ee", "#cf2b26", stripe), grain=side + 0 * py)
    c.paint(c.polygon(pts("240,150 322,150 318,138 244,138")), "#3a3f46", round_=3)
    c.paint(c.polygon(pts("260,138 302,138 302,100 260,100")), "#ffe9a0")
    for x in (260, 274, 288, 302):
        c.paint(c.stroke([(x, 138), (x, 100)], 2), "#2b2f35")
    c.paint(c.blob(pts("252,101 262,82 281,68 300,82 310,101")), "#b3231f", round_=8, shine=0.3)
    c.paint(c.stroke([(281, 70), (281, 50)], 2.4), "#2b2f35")
    for x, y in ((276, 220), (276, 336)):
        c.paint(c.polygon([(x, y), (x + 12, y), (x + 12, y + 20), (x, y + 20)]), "#26323e")
    c.paint(c.polygon(pts("270,440 292,440 292,408 270,408")), "#4b3526")
    foam = grain(c, c.x, c.y, 9, 0.6)
    ring = smooth(30, 4, np.abs(c.y - 560 - 0.25 * np.abs(c.x - 280) + 8 * foam)) * smooth(0.2, 1.4, foam)
    c.rgb[:] = mix(c.rgb, "#f8fcfd", ring * 0.8)
    return c
