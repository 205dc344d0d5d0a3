"""Things to wear, in a studio: each function draws one picture."""

from __future__ import annotations

import numpy as np

from sensorium.samples.canvas import Canvas, Point, mix, pts, smooth, spline
from sensorium.samples.studio import studio
from sensorium.samples.texture import grain


def dress(seed: int = 40, scale: int = 2, colour: str = "#cc1830") -> Canvas:
    """A summer dress with a wide skirt."""
    c = studio(seed, scale)
    left: list[Point] = pts("176,44 170,92 160,126 178,166 186,196 150,290 104,400")
    hem: list[Point] = pts("150,414 190,406 224,417 258,406 298,414")
    right = [(2 * 224 - x, y) for x, y in reversed(left)]
    outline = [
        *spline(left, closed=False),
        *spline(hem, closed=False),
        *spline(right, closed=False),
        (258, 46),
        (246, 86),
        (224, 98),
        (202, 86),
        (190, 46),
    ]
    body = c.polygon(outline)
    x, y = c.where(body)
    flare = np.clip((y - 190) / 220, 0, 1)
    u = (x - 224) / (0.32 + 0.78 * flare)
    folds = np.where(
        y > 196, 0.17 * np.sin(u / 9.5) * flare + 0.07 * np.sin(u / 4.1 + 1) * flare, 0.03 * np.sin(x / 17 + y / 40)
    )
    c.shadow(224, 424, 130, 8, 0.16)
    c.paint(body, colour, round_=30, grain=(1 + folds + 0.03 * grain(c, x, y, 2.5, 0.3)).astype(np.float32))
    belt = c.polygon(
        spline([(184, 188), (224, 196), (264, 188)], False) + spline([(267, 204), (224, 212), (181, 204)], False)
    )
    c.paint(belt, mix(colour, "#200008", 0.5), round_=5)
    for s in (-1, 1):
        c.paint(
            c.blob([(224, 202), (224 + s * 22, 192), (224 + s * 28, 204), (224 + s * 20, 212)]),
            mix(colour, "#200008", 0.35),
            round_=5,
        )
    return c


def jeans(seed: int = 41, scale: int = 2) -> Canvas:
    """A pair of blue jeans."""
    c = studio(seed, scale, "#fdfdfc")
    outline: list[Point] = pts(
        "146,40 302,40 312,110 322,250 326,414 254,418 236,250 224,172 212,250 194,418 122,414 126,250 136,110"
    )
    body = c.polygon(outline)
    x, y = c.where(body)
    twill = 0.10 * np.sin((x + y) * 1.7) + 0.09 * grain(c, x, y, 3, 0.3) + 0.09 * grain(c, x, y * 0.4, 40, 0.9)
    fade = np.exp(-(((np.abs(x - 224) - 52) / 24) ** 2)) * smooth(90, 200, y) * smooth(430, 300, y)
    c.paint(body, mix("#27477f", "#7fa3cf", 0.62 * fade), round_=20, grain=(1 + twill).astype(np.float32))
    c.paint(c.polygon(pts("146,40 302,40 305,64 143,64")), "#2c4d87", round_=5)
    for bx in (164, 196, 252, 284):
        c.paint(c.polygon([(bx - 4, 37), (bx + 4, 37), (bx + 4, 69), (bx - 4, 69)]), "#23406f", round_=2)
    thread = "#d99a4a"
    seams: list[list[Point]] = [
        [(143, 63), (305, 63)], [(224, 66), (226, 120), (222, 168)], [(236, 66), (238, 112), (226, 140)],
        [(156, 66), (170, 100), (140, 112)], [(292, 66), (278, 100), (308, 112)],
        [(123, 404), (194, 408)], [(254, 408), (326, 404)], [(131, 180), (127, 400)], [(317, 180), (321, 400)],
    ]  # fmt: skip
    for seam in seams:
        c.paint(c.stroke(spline(seam, False), 1.5), thread, opacity=0.9)
    c.paint(c.ellipse(224, 52, 6, 6), "#b9864a", round_=4, shine=0.5)
    c.paint(c.stroke([(212, 230), (208, 300)], 2, soft=2), "#16284d", opacity=0.5)
    return c


def tshirt(seed: int = 52, scale: int = 2) -> Canvas:
    """A plain yellow T-shirt."""
    c = studio(seed, scale, "#fbfbfb")
    left: list[Point] = pts("184,62 140,78 104,100 48,178 96,214 126,184 128,290 126,400")
    right = [(2 * 224 - x, y) for x, y in reversed(left)]
    neck = spline(pts("264,62 248,84 224,92 200,84 184,62"), False)
    body = c.polygon([*left, *right, *neck])
    x, y = c.where(body)
    folds = 0.07 * np.sin((x - 224) / 15 + (y - 200) / 38) * smooth(90, 260, y) + 0.05 * grain(c, x, y * 0.5, 60, 1.2)
    c.paint(body, "#f2c21b", round_=24, grain=(1 + folds).astype(np.float32))
    c.paint(c.stroke(neck, 8), "#d9a90f", round_=3)
    c.paint(c.stroke([(128, 392), (320, 392)], 1.3), "#c79808")
    for s in (-1, 1):
        c.paint(c.stroke(spline([(224 + s * 92, 92), (224 + s * 90, 140), (224 + s * 98, 184)], False), 1.6), "#c79808")
    return c


def hat(seed: int = 53, scale: int = 2) -> Canvas:
    """A straw hat with a red band."""
    c = studio(seed, scale, "#f7fbfd", floor=320)
    c.shadow(224, 318, 182, 20, 0.35)
    brim = c.ellipse(224, 280, 186, 52)
    x, y = c.where(brim)
    weave = (
        1
        + 0.10 * np.sin(np.hypot(x - 224, (y - 270) * 3.3) * 0.9)
        + 0.08 * np.sin(np.arctan2((y - 276) * 3.3, x - 224) * 90)
    ).astype(np.float32)
    c.paint(brim, "#e3bf78", round_=14, grain=weave)
    crown = c.blob(pts("124,274 130,200 160,142 224,124 288,142 318,200 324,274 224,300"))
    x, y = c.where(crown)
    c.paint(
        crown,
        "#e8c682",
        round_=52,
        grain=(1 + 0.09 * np.sin(y * 1.1 + 0.002 * (x - 224) ** 2) + 0.07 * np.sin(x * 1.1)).astype(np.float32),
    )
    band = c.polygon(
        [*spline([(125, 236), (224, 258), (323, 236)], False), *spline([(326, 270), (224, 296), (122, 270)], False)]
    )
    c.paint(band, "#c3262e", round_=10)
    return c


def sneaker(seed: int = 43, scale: int = 2) -> Canvas:
    """A white running shoe with blue stripes."""
    c = studio(seed, scale, "#eef1f3", floor=320)
    c.shadow(226, 334, 180, 13, 0.45)
    upper = pts(
        "62,190 78,168 112,178 150,200 186,168 214,150 238,160 300,222 360,246 398,272 402,304 230,314 66,308 56,250"
    )
    body = c.blob([(float(x), float(y)) for x, y in upper])
    x, y = c.where(body)
    c.paint(body, "#f4f5f6", round_=34, grain=1 + 0.025 * grain(c, x, y, 2.5, 0.3))
    c.paint(c.blob(pts("76,178 112,184 150,204 190,172 180,196 146,222 102,212 76,196")), "#2a3550", round_=8)
    toe = c.blob(pts("330,238 376,254 402,282 402,306 340,308 324,272"))
    c.paint(toe, "#dfe5ea", round_=16, shine=0.2)
    c.paint(c.blob(pts("58,208 84,210 98,260 96,306 62,306 54,256")), "#2d6fd0", round_=12)
    for k in range(3):
        sx = 168 + 36 * k
        c.paint(
            c.polygon([(sx, 300), (sx + 17, 300), (sx + 47, 214 + 8 * k), (sx + 32, 206 + 8 * k)]), "#2d6fd0", round_=3
        )
    for k in range(5):
        lx, ly = 208 + 23 * k, 166 + 17.5 * k
        c.paint(c.stroke([(lx - 12, ly + 17), (lx + 14, ly - 2)], 5.5), "#ffffff", round_=2)
        c.paint(c.ellipse(lx - 13, ly + 18, 3, 3), "#6f7984")
    sole = c.polygon(spline(pts("52,300 230,308 402,298 410,318 398,334 226,336 64,334 50,318")))
    c.paint(sole, "#fbfbfa", round_=10)
    for k in range(34):
        c.paint(c.stroke([(64 + k * 10, 327), (64 + k * 10, 334)], 2), "#aab2ba")
    c.paint(c.stroke([(58, 318), (402, 316)], 2), "#2d6fd0")
    return c


def handbag(seed: int = 42, scale: int = 2) -> Canvas:
    """A green leather handbag."""
    c = studio(seed, scale, floor=360)
    c.shadow(224, 384, 150, 14, 0.4)
    arc = [(224 + 74 * np.cos(a), 190 - 118 * np.sin(a)) for a in np.linspace(0, np.pi, 40)]
    c.paint(c.stroke(arc, 13), "#1c5a36", round_=5, shine=0.4)
    body = c.blob(pts("104,190 224,176 344,190 372,290 366,372 224,384 82,372 76,290"))
    x, y = c.where(body)
    leather = 1 + 0.06 * grain(c, x, y, 5, 0.6)
    c.paint(body, "#1f7a46", round_=44, shine=0.35, grain=leather)
    flap = c.blob(pts("102,186 224,174 346,186 340,248 290,284 224,292 158,284 108,248"))
    x, y = c.where(flap)
    c.paint(flap, "#25894f", round_=18, shine=0.3, grain=1 + 0.05 * grain(c, x, y, 5, 0.6))
    c.paint(c.stroke(spline(pts("114,246 160,276 224,284 288,276 334,246"), False), 1.4), "#d8efd5", opacity=0.7)
    c.paint(c.blob(pts("204,272 244,272 246,312 202,312")), "#d9b44a", round_=8, shine=0.7)
    c.paint(c.ellipse(224, 294, 6, 8), "#6e5410", round_=3)
    for bx in (150, 298):
        c.paint(c.ellipse(bx, 192, 13, 10), "#d9b44a", round_=5, shine=0.6)
    return c


def sunglasses(seed: int = 49, scale: int = 2) -> Canvas:
    """Black sunglasses."""
    c = studio(seed, scale, "#fdf7ea", floor=290)
    c.shadow(224, 288, 160, 10, 0.35)
    for s in (-1, 1):
        c.paint(
            c.stroke([(224 + s * 152, 190), (224 + s * 166, 176), (224 + s * 140, 150)], 9, end=6), "#1c1d20", round_=3
        )
        rim: list[Point] = [
            (224 + s * x, y) for x, y in pts("20,186 80,172 150,178 158,206 140,262 90,278 40,262 22,220")
        ]
        c.paint(c.blob(rim), "#18191c", round_=8, shine=0.6)
        lens = c.blob([(224 + s * (89 + (abs(px - 224) - 89) * 0.87), 222 + (py - 222) * 0.84) for px, py in rim])
        x, y = c.where(lens)
        c.paint(lens, mix("#11161c", "#7f6a8c", smooth(190, 280, y + 0 * x)), shine=0.0)
        c.paint(
            c.polygon(
                [
                    (224 + s * 89 - 44, 262),
                    (224 + s * 89 - 12, 186),
                    (224 + s * 89 + 12, 186),
                    (224 + s * 89 - 20, 268),
                ],
                soft=3,
            ),
            "#ffffff",
            opacity=0.22,
        )
    c.paint(c.stroke(spline([(204, 200), (224, 188), (244, 200)], False), 10), "#18191c", round_=4, shine=0.5)
    return c


def umbrella(seed: int = 46, scale: int = 2) -> Canvas:
    """An open umbrella in the colours of the rainbow."""
    c = studio(seed, scale, "#f7fafc")
    hues = ["#d7263d", "#f46036", "#f7c948", "#3fa34d", "#2e86de", "#5f3dc4"]
    edge = np.linspace(50, 398, 7)
    c.paint(c.stroke([(224, 96), (224, 366)], 7), "#6b4a2c", round_=3)
    hook = [(224 - 22 + 22 * np.cos(a), 366 + 24 * np.sin(a)) for a in np.linspace(0, np.pi, 24)]
    c.paint(c.stroke(hook, 11), "#8a5a30", round_=5, shine=0.4)
    for i, hue in enumerate(hues):
        a, b = float(edge[i]), float(edge[i + 1])

        def rib(x: float) -> list[Point]:
            t = np.linspace(0, 1, 18)
            return [
                (float(224 + (x - 224) * np.sin(s * np.pi / 2)), float(72 + 178 * (1 - np.cos(s * np.pi / 2))))
                for s in t
            ]

        scallop = spline([(a, 250), ((a + b) / 2, 226), (b, 250)], False)
        panel = c.polygon([*rib(a), *scallop, *reversed(rib(b))])
        c.paint(panel, hue, round_=22, shine=0.15)
        c.paint(c.stroke(rib(b), 1.3), mix(hue, "#000000", 0.45), opacity=0.7)
    c.paint(c.stroke([(224, 74), (224, 50)], 5, end=2), "#6b4a2c")
    return c
