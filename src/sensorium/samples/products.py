"""Things one can buy, on a studio background: each function draws one picture."""

from __future__ import annotations

import numpy as np

from sensorium.samples.canvas import Canvas, Colour, Field, Point, mix, pts, rgb, smooth, spline
from sensorium.samples.texture import grain

SIDE = 448


def studio(seed: int, scale: int = 2, tone: Colour = "#ffffff", floor: float | None = None) -> Canvas:
    """A square canvas with a seamless light background; a soft horizon at row ``floor``."""
    c = Canvas(SIDE, SIDE, seed, scale)
    shade = 0.06 * smooth(150, 420, np.hypot(c.x - SIDE / 2, c.y - SIDE * 0.45))
    c.rgb[:] = mix(tone, "#aab0b6", shade)
    if floor is not None:
        c.rgb[:] = mix(c.rgb, "#c4c8cc", 0.25 * smooth(floor - 30, floor + 60, c.y + 0 * c.x))
    return c


def mirrored(points: list[Point], centre: float) -> list[Point]:
    """Close a left outline (top to bottom) with its mirror image about column ``centre``."""
    return [*points, *[(2 * centre - x, y) for x, y in reversed(points)]]


def _cloth(c: Canvas, x: Field, y: Field, folds: float, strong: float) -> Field:
    """Light and shade of hanging cloth, and its weave."""
    drape = np.sin(x / folds + 1.3 * np.sin(y / 70)) + 0.6 * np.sin(x / (folds * 0.47) + y / 90)
    return (1 + strong * drape * np.ones_like(y) + 0.03 * grain(c, x, y, 2.5, 0.3)).astype(np.float32)


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


def mug(seed: int = 44, scale: int = 2) -> Canvas:
    """A steaming coffee mug on a wooden table."""
    c = Canvas(SIDE, SIDE, seed, scale)
    c.rgb[:] = mix("#efe3cf", "#cdb894", smooth(0, 300, c.y + 0 * c.x))
    top = int(268 * c.scale)
    plank = np.sin(c.x / 3 + 3 * grain(c, c.x, c.y[top:] * 7, 60, 0.9, 0.2))
    c.rgb[top:] = mix("#8b5a32", "#b9824e", 0.5 + 0.16 * plank + 0.12 * grain(c, c.x, c.y[top:] * 9, 40, 0.9, 0.2))
    c.shadow(242, 372, 142, 22, 0.55)
    ring = [(322 + 54 * np.cos(a), 246 + 62 * np.sin(a)) for a in np.linspace(-2.0, 2.0, 40)]
    c.paint(c.stroke(ring, 23), "#e9473a", round_=9, shine=0.5)
    wall = pts("112,158 114,340 130,364 170,380 222,385 274,380 314,364 330,340 332,158")
    body = c.polygon([(float(x), float(y)) for x, y in wall])
    x, y = c.where(body)
    turn = (x - 222) / 110
    side = 0.5 + 0.62 * np.exp(-(((turn + 0.35) / 0.55) ** 2)) + 0.35 * np.exp(-(((turn + 0.55) / 0.1) ** 2))
    c.paint(body, "#e9473a", grain=(side + 0 * y).astype(np.float32))
    c.paint(c.ellipse(222, 158, 110, 34), "#f7d9d2", round_=4)
    c.paint(c.ellipse(222, 160, 101, 29), "#8c2a22")
    c.paint(c.ellipse(222, 166, 94, 23), "#3a1e10", round_=5)
    c.paint(c.ellipse(204, 163, 56, 11, soft=5), "#7b4a2a", opacity=0.8)
    for k in (-46, 0, 46):
        steam = [(222 + k + 15 * np.sin(t * 5 + k), 146 - 120 * t) for t in np.linspace(0, 1, 20)]
        c.paint(c.stroke([(float(a), float(b)) for a, b in steam], 15, soft=8, end=26), "#ffffff", opacity=0.5)
    return c


def chair(seed: int = 45, scale: int = 2) -> Canvas:
    """A wooden chair."""
    c = studio(seed, scale, "#f6f4f0", floor=380)
    wood, dark = "#a8703c", "#7a4c24"
    c.shadow(228, 408, 130, 14, 0.35)

    def bar(points: list[Point], width: float, tone: Colour, end: float | None = None) -> None:
        mask = c.stroke(points, width, end=end)
        x, y = c.where(mask)
        c.paint(mask, tone, round_=width * 0.35, shine=0.15, grain=1 + 0.07 * grain(c, x * 2, y * 0.5, 16, 0.9))

    bar([(300, 262), (314, 378)], 13, dark, 9)
    bar([(176, 262), (166, 374)], 13, dark, 9)
    bar([(168, 330), (309, 330)], 8, dark)
    bar([(176, 258), (166, 60)], 15, wood, 12)
    bar([(300, 258), (306, 60)], 15, wood, 12)
    for k, ry in enumerate((78, 122, 166, 208)):
        rail = c.blob(
            [(166, ry - 13 + k), (236, ry - 21 + k), (307, ry - 13 + k), (306, ry + 9), (236, ry + 2), (168, ry + 9)]
        )
        x, y = c.where(rail)
        c.paint(rail, wood, round_=7, grain=1 + 0.08 * grain(c, x, y * 5, 40, 0.9, 0.2))
    seat = c.polygon(spline(pts("176,250 300,250 338,286 336,298 126,298 124,286")))
    x, y = c.where(seat)
    c.paint(seat, mix(wood, "#e2b27a", 0.35), round_=9, grain=1 + 0.08 * grain(c, x, y * 6, 50, 0.9, 0.2))
    bar([(146, 296), (134, 410)], 15, wood, 10)
    bar([(318, 296), (332, 410)], 15, wood, 10)
    bar([(142, 350), (324, 350)], 9, wood)
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


def guitar(seed: int = 47, scale: int = 2) -> Canvas:
    """An acoustic guitar."""
    c = studio(seed, scale, "#fbfaf8")
    turn, cos, sin = 0.6, np.cos(0.6), np.sin(0.6)

    def at(points: list[Point]) -> list[Point]:
        return [(170 + x * cos + y * sin, 298 - x * sin * 0 + y * cos - x * sin) for x, y in points]

    left: list[Point] = pts("0,-142 -52,-130 -70,-92 -56,-48 -78,2 -94,52 -62,98 0,110")
    body = c.polygon(at(spline(mirrored(left[1:-1], 0))))
    x, y = c.where(body)
    c.shadow(190, 412, 110, 9, 0.2)
    c.paint(body, "#6b3a18", round_=10)
    inner = [(px * 0.94, py * 0.955) for px, py in mirrored(left[1:-1], 0)]
    top = c.polygon(at(spline(inner)))
    x, y = c.where(top)
    along = x * sin + y * cos
    c.paint(
        top,
        "#d99a4b",
        round_=26,
        shine=0.12,
        grain=(1 + 0.05 * np.sin((x * cos - y * sin) * 1.1) + 0.04 * grain(c, x, y, 20, 0.9) + 0 * along).astype(
            np.float32
        ),
    )
    hole = at([(0.0, -42.0)])[0]
    c.paint(c.ellipse(*hole, 35, 35), "#4a2812")
    c.paint(c.ellipse(*hole, 31, 31), "#1a0f08")
    c.paint(c.polygon(at(pts("-12,-70 12,-70 10,-330 -10,-330"))), "#3b2214", round_=5)
    for k in range(14):
        fy = -84 - 244 * (1 - 0.9**k)
        c.paint(c.stroke(at([(-11, fy), (11, fy)]), 1.6), "#cfc8b8")
    head = c.polygon(at(pts("-11,-328 11,-328 17,-380 -17,-380")))
    c.paint(head, "#6b3a18", round_=5)
    for s in (-1, 1):
        for k in range(3):
            c.paint(c.ellipse(*at([(s * 21.0, -340.0 - 15 * k)])[0], 5, 4), "#e6e0cf", round_=2, shine=0.5)
    c.paint(c.polygon(at(pts("-34,46 34,46 36,58 -36,58"))), "#2e1a0e", round_=3)
    for k in range(6):
        c.paint(c.stroke(at([(-8.5 + 3.4 * k, 50), (-8 + 3.2 * k, -334)]), 0.9), "#f3efe4", opacity=0.85)
    c.rng.random(int(turn))
    return c


def football(seed: int = 48, scale: int = 2) -> Canvas:
    """A black and white football on grass."""
    c = Canvas(SIDE, SIDE, seed, scale)
    blade = grain(c, c.x * 3 + 0 * c.y, c.y, 10, 0.6)
    c.rgb[:] = mix("#2f7a2c", "#6fb548", 0.5 + 0.2 * blade + 0.12 * np.sin(c.x / 36 + c.y * 0))
    c.shadow(250, 372, 150, 30, 0.55)
    r, cx, cy = 150.0, 224.0, 222.0
    ball = c.ellipse(cx, cy, r, r)
    x, y = c.where(ball)
    px, py = (x - cx) / r, (y - cy) / r
    pz = np.sqrt(np.clip(1 - px * px - py * py, 0, 1))
    a = 0.45
    points = np.stack([px + 0 * py, py * np.cos(a) + pz * np.sin(a), pz * np.cos(a) - py * np.sin(a)], -1)
    phi = (1 + 5**0.5) / 2
    corners = np.array([v for s in (-1, 1) for t in (-phi, phi) for v in ((0, s, t), (s, t, 0), (t, 0, s))]) / np.hypot(
        1, phi
    )
    dots = np.sort((points @ corners.T.astype(np.float32)), axis=-1)
    near, second = dots[..., -1], dots[..., -2]
    black = smooth(0.928, 0.936, near)
    seam = smooth(0.012, 0.004, near - second) * (near < 0.93)
    c.paint(ball, mix(mix("#f8f8f6", "#8d9296", seam), "#17191c", black), round_=120, shine=0.25)
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


def lamp(seed: int = 50, scale: int = 2) -> Canvas:
    """A table lamp with a yellow shade, switched on."""
    c = Canvas(SIDE, SIDE, seed, scale)
    d = np.hypot(c.x - 224, c.y - 170)
    c.rgb[:] = mix("#f6d9a0", "#5d4a3a", smooth(60, 330, d))
    c.rgb[int(372 * c.scale) :] = mix(
        "#6e4526", "#3e2716", smooth(60, 260, np.abs(c.x - 224) + 0 * c.y[int(372 * c.scale) :])
    )
    c.shadow(224, 392, 90, 13, 0.5)
    c.paint(
        c.blob(pts("210,250 238,250 246,300 276,346 262,384 224,392 186,384 172,346 202,300")),
        "#2f7f8f",
        round_=26,
        shine=0.7,
    )
    c.paint(c.stroke([(224, 256), (224, 226)], 9), "#c9a24a", round_=4, shine=0.5)
    shade = c.polygon(pts("168,92 280,92 330,236 118,236"))
    x, y = c.where(shade)
    c.paint(
        shade,
        mix("#fff3c4", "#f2b84a", smooth(20, 110, np.abs(x - 224) + 0.35 * np.abs(y - 180))),
        grain=(1 + 0.02 * np.sin(x * 1.2) + 0 * y).astype(np.float32),
    )
    for y0, half in ((92, 56), (236, 106)):
        c.paint(c.stroke([(224 - half, y0), (224 + half, y0)], 4), "#c58a2c")
    return c


def clock(seed: int = 51, scale: int = 2) -> Canvas:
    """A round wall clock at ten past ten."""
    c = studio(seed, scale, "#dfe8ee")
    c.paint(c.ellipse(232, 238, 172, 172, soft=10), "#3b4650", opacity=0.35)
    c.paint(c.ellipse(224, 224, 172, 172), "#22303c", round_=16, shine=0.5)
    c.paint(c.ellipse(224, 224, 152, 152), "#fdfdf9")
    for k in range(60):
        a = k * np.pi / 30
        inner = 128 if k % 5 == 0 else 140
        c.paint(
            c.stroke(
                [
                    (224 + inner * np.sin(a), 224 - inner * np.cos(a)),
                    (224 + 146 * np.sin(a), 224 - 146 * np.cos(a)),
                ],
                6 if k % 5 == 0 else 2,
            ),
            "#1d2329",
        )
    for turn, long, width in ((10 / 12 + 1 / 72, 78, 11), (1 / 6, 116, 8)):
        a = turn * 2 * np.pi
        c.paint(
            c.stroke(
                [
                    (224 - 18 * np.sin(a), 224 + 18 * np.cos(a)),
                    (224 + long * np.sin(a), 224 - long * np.cos(a)),
                ],
                width,
                end=width * 0.5,
            ),
            "#15191d",
        )
    a = 0.6 * 2 * np.pi
    c.paint(
        c.stroke(
            [
                (224 - 30 * np.sin(a), 224 + 30 * np.cos(a)),
                (224 + 124 * np.sin(a), 224 - 124 * np.cos(a)),
            ],
            3,
        ),
        "#d0252b",
    )
    c.paint(c.ellipse(224, 224, 9, 9), "#d0252b", round_=4, shine=0.5)
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


def armchair(seed: int = 54, scale: int = 2) -> Canvas:
    """A blue armchair beside a window."""
    c = Canvas(SIDE, SIDE, seed, scale)
    c.rgb[:] = mix("#ece4d6", "#d6cab6", smooth(0, 380, c.y + 0 * c.x))
    c.rgb[int(352 * c.scale) :] = mix(
        "#a87848",
        "#c79661",
        0.5 + 0.2 * grain(c, c.x, c.y[int(352 * c.scale) :] * 8, 60, 0.9, 0.2),
    )
    c.paint(c.polygon(pts("300,30 430,30 430,210 300,210")), "#ffffff")
    pane = c.polygon(pts("308,38 422,38 422,202 308,202"))
    _, y = c.where(pane)
    c.paint(pane, mix("#8cc4ee", "#dff0d2", smooth(60, 200, y)) * np.ones((*pane.alpha.shape, 1), np.float32))
    c.paint(c.polygon(pts("361,38 369,38 369,202 361,202")), "#ffffff")
    c.paint(c.polygon(pts("308,116 422,116 422,124 308,124")), "#ffffff")
    c.shadow(206, 398, 160, 17, 0.45)
    blue = "#2f5fa8"
    for lx in (104, 306):
        c.paint(c.stroke([(lx, 372), (lx - 4, 402)], 12, end=8), "#4a2f1a", round_=4)
    parts: list[tuple[list[Point], float]] = [
        (pts("96,130 206,112 316,130 318,300 206,310 94,300"), 40),
        (pts("104,286 206,278 308,286 310,334 206,340 102,334"), 22),
        (pts("64,222 92,206 120,222 124,376 62,376"), 24),
        (pts("292,222 320,206 348,222 350,376 288,376"), 24),
        (pts("110,330 302,330 304,380 108,380"), 12),
    ]
    for points, radius in parts:
        mask = c.blob(points)
        x, y = c.where(mask)
        c.paint(mask, blue, round_=radius, grain=1 + 0.04 * grain(c, x, y, 2.5, 0.3))
    for bx in (160, 206, 252):
        c.paint(c.ellipse(bx, 204, 6, 6), mix(rgb(blue), "#000000", 0.35), round_=3)
    return c
