"""Things for the home, in a studio: each function draws one picture."""

from __future__ import annotations

import numpy as np

from sensorium.samples.canvas import Canvas, Colour, Point, mix, pts, rgb, smooth, spline
from sensorium.samples.studio import SIDE, studio
from sensorium.samples.texture import grain


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


def guitar(seed: int = 47, scale: int = 2) -> Canvas:
    """An acoustic guitar, its neck to the upper right."""
    c = studio(seed, scale, "#fbfaf8")
    cos, sin = 0.84 * np.cos(0.5), 0.84 * np.sin(0.5)

    def at(points: list[Point]) -> list[Point]:
        return [(166 + x * cos - y * sin, 300 + x * sin + y * cos) for x, y in points]

    half = pts("-50,-118 -73,-86 -70,-52 -56,-22 -64,8 -92,42 -100,82 -80,116 -40,131")
    outline = [(0.0, -123.0), *half, (0.0, 134.0), *[(-x, y) for x, y in reversed(half)]]
    c.shadow(190, 420, 120, 9, 0.2)
    c.paint(c.polygon(at(spline(outline))), "#6b3a18", round_=10)
    top = c.polygon(at(spline([(x * 0.93, 3 + (y - 3) * 0.945) for x, y in outline])))
    x, y = c.where(top)
    c.paint(top, "#dc9d4e", round_=24, shine=0.12, grain=1 + 0.04 * np.sin((x * cos + y * sin) * 1.5))
    hole = at([(0.0, -36.0)])[0]
    for r, tone in ((32, "#4a2812"), (29, "#d8b27a"), (26, "#1a0f08")):
        c.paint(c.ellipse(*hole, r, r), tone)
    c.paint(c.polygon(at(pts("-12,-66 12,-66 10,-330 -10,-330"))), "#3b2214", round_=5)
    for k in range(14):
        fy = -84 - 340 * (1 - 0.92**k)
        c.paint(c.stroke(at([(-11, fy), (11, fy)]), 1.5), "#cfc8b8")
    c.paint(c.polygon(at(pts("-11,-328 11,-328 18,-392 -18,-392"))), "#6b3a18", round_=5)
    for s in (-1, 1):
        for k in range(3):
            c.paint(c.ellipse(*at([(s * 22.0, -344.0 - 17 * k)])[0], 5, 4), "#e6e0cf", round_=2, shine=0.5)
    c.paint(c.polygon(at(pts("-36,52 36,52 38,66 -38,66"))), "#2e1a0e", round_=3)
    for k in range(6):
        c.paint(c.stroke(at([(-8.5 + 3.4 * k, 57), (-7.5 + 3.0 * k, -334)]), 0.9), "#f3efe4", opacity=0.85)
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
