"""Animals: each function draws one picture."""

from __future__ import annotations

import numpy as np

from sensorium.samples.canvas import Canvas, Colour, Mask, Point, mix, pts, smooth, spline
from sensorium.samples.studio import SIDE, lawn
from sensorium.samples.texture import grain


def _fur(c: Canvas, mask: Mask, colour: Colour, radius: float, shag: float = 0.16) -> None:
    x, y = c.where(mask)
    hair = 0.6 * grain(c, x * 2.6, y * 0.8, 9, 0.6) + 0.4 * grain(c, x, y, 26, 0.9)
    c.paint(mask, colour, round_=radius, grain=1 + shag * hair)


def dog(seed: int = 65, scale: int = 2) -> Canvas:
    """The face of a brown dog with hanging ears, tongue out, on a lawn."""
    c = lawn(seed, scale)
    coat, dark, light = "#b9793c", "#6f4320", "#f3e3c8"
    _fur(c, c.blob(pts("112,448 120,350 170,290 280,290 330,350 338,448")), coat, 60)
    _fur(c, c.blob(pts("180,448 176,350 224,320 272,350 268,448")), light, 40)
    _fur(
        c,
        c.blob(pts("118,190 134,112 190,74 258,74 314,112 330,190 314,268 268,318 224,330 180,318 134,268")),
        coat,
        80,
    )
    _fur(c, c.blob(pts("206,78 224,74 242,78 246,180 262,230 224,250 186,230 202,180")), light, 26)
    for s in (-1, 1):
        ear = [(224 + s * x, float(y)) for x, y in pts("74,88 112,96 142,160 150,240 126,292 100,262 92,190 72,130")]
        _fur(c, c.blob(ear), dark, 30)
    c.paint(c.blob(pts("206,306 244,306 250,356 240,392 224,400 208,392 198,356")), "#ea6f78", round_=18, shine=0.25)
    c.paint(c.stroke([(224, 318), (224, 382)], 2.4), "#b8444f")
    _fur(c, c.blob(pts("160,262 186,222 224,214 262,222 288,262 276,306 224,318 172,306")), light, 40, 0.1)
    c.paint(c.blob(pts("186,216 224,204 262,216 254,244 224,262 194,244")), "#17130f", round_=18, shine=0.55)
    for s in (-1, 1):
        c.paint(c.ellipse(224 + s * 12, 238, 6, 5), "#050403")
        c.paint(
            c.stroke(spline([(224, 260), (224 + s * 4, 284), (224 + s * 30, 300), (224 + s * 56, 290)], False), 4),
            "#33210f",
        )
        c.paint(c.ellipse(224 + s * 50, 168, 23, 22), "#3a220f")
        c.paint(c.ellipse(224 + s * 50, 168, 18, 18), "#5d3411", round_=8)
        c.paint(c.ellipse(224 + s * 50, 169, 11, 11), "#0c0805")
        c.paint(c.ellipse(224 + s * 50 - 5, 162, 4.6, 4.6), "#ffffff")
        for k in range(3):
            c.paint(c.ellipse(224 + s * (26 + 11 * k), 276 + 6 * (k % 2), 1.8, 1.8), "#6b5236")
    return c


def cat(seed: int = 66, scale: int = 2) -> Canvas:
    """A grey tabby cat looking at you."""
    c = Canvas(SIDE, SIDE, seed, scale)
    c.rgb[:] = mix("#e7d7bf", "#b99f82", smooth(40, 420, c.y + 0.3 * c.x))
    coat, dark, light = "#8f8a84", "#3f3b39", "#f1ece6"
    _fur(c, c.blob(pts("104,448 116,350 168,296 280,296 332,350 344,448")), coat, 60)
    _fur(c, c.blob(pts("186,448 180,360 224,326 268,360 262,448")), light, 40)
    for s in (-1, 1):
        _fur(
            c,
            c.polygon(spline([(224 + s * x, float(y)) for x, y in pts("44,126 70,84 128,24 140,30 142,110 132,184")])),
            coat,
            20,
        )
        c.paint(
            c.blob([(224 + s * x, float(y)) for x, y in pts("78,112 100,82 124,56 128,110 120,150")]),
            "#e3a5a0",
            round_=14,
        )
    _fur(
        c,
        c.blob(pts("90,210 112,140 168,104 224,98 280,104 336,140 358,210 340,272 290,318 224,332 158,318 108,272")),
        coat,
        80,
    )
    for s in (-1, 1):
        marks: list[list[Point]] = [
            [(12, 100), (14, 128), (10, 152)], [(34, 102), (38, 126), (30, 148)], [(58, 108), (60, 126), (48, 144)],
            [(134, 216), (104, 224), (84, 230)], [(130, 240), (104, 248), (86, 252)], [(122, 266), (104, 270)],
        ]  # fmt: skip
        for line in marks:
            c.paint(c.stroke(spline([(224 + s * x, y) for x, y in line], False), 9, soft=1.5, end=4), dark, opacity=0.8)
        _fur(
            c,
            c.blob([(224 + s * x, float(y)) for x, y in pts("-6,246 30,240 62,262 52,296 12,308 -6,300")]),
            light,
            24,
            0.08,
        )
    for s in (-1, 1):
        c.paint(c.ellipse(224 + s * 60, 204, 36, 30, s * 0.14), "#221f1e")
        eye = c.ellipse(224 + s * 60, 204, 32, 26, s * 0.14)
        x, y = c.where(eye)
        c.paint(eye, mix("#d9e05a", "#4f9a3a", smooth(4, 32, np.hypot(x - 224 - s * 60, y - 204))), round_=14)
        c.paint(c.ellipse(224 + s * 60, 204, 8.5, 23), "#080808")
        c.paint(c.ellipse(224 + s * 60 - 9, 193, 6, 6), "#ffffff")
        for k in range(4):
            c.paint(
                c.stroke(
                    spline(
                        [(224 + s * 36, 272 + 6 * k), (224 + s * 110, 258 + 14 * k), (224 + s * 186, 250 + 24 * k)],
                        False,
                    ),
                    2,
                    end=0.7,
                ),
                "#fbfbf8",
            )
        c.paint(c.stroke(spline([(224, 276), (224 + s * 6, 292), (224 + s * 32, 298)], False), 3), "#4a3330")
    c.paint(c.blob(pts("208,246 240,246 234,262 224,272 214,262")), "#d98a86", round_=8, shine=0.2)
    return c


def goldfish(seed: int = 67, scale: int = 2) -> Canvas:
    """An orange fish under water."""
    c = Canvas(SIDE, SIDE, seed, scale)
    caustic = grain(c, c.x, c.y, 40, 0.9)
    c.rgb[:] = mix("#2fa0c8", "#0a3f6b", np.clip(c.y / SIDE - 0.12 * caustic, 0, 1))
    for root in (60, 96, 380, 410):
        for k in range(3):
            weed = [(root + 8 * k + 12 * np.sin(t * 5 + k), 448 - (120 + 40 * k) * t) for t in np.linspace(0, 1, 16)]
            c.paint(c.stroke([(float(a), float(b)) for a, b in weed], 9, end=2), mix("#2e7f4a", "#0c3f3a", 0.3 * k))
    fin = "#f58a1f"
    c.paint(
        c.blob(pts("306,214 352,168 412,128 398,196 376,226 404,268 410,322 350,282 308,244")),
        fin,
        round_=16,
        opacity=0.92,
    )
    c.paint(c.blob(pts("170,160 196,104 262,96 300,128 290,176 220,168")), fin, round_=12, opacity=0.95)
    c.paint(c.blob(pts("206,286 226,330 260,342 266,290")), fin, round_=9, opacity=0.95)
    body = c.blob(pts("72,224 110,172 180,148 260,160 322,214 322,240 262,288 180,300 110,276"))
    x, y = c.where(body)
    scales = np.sin(x / 6.5 + np.cos(y / 7.5) * 2.2) * smooth(130, 170, x)
    c.paint(
        body,
        mix("#fb8a14", "#ffe2a0", smooth(236, 300, y + 0 * x)),
        round_=60,
        shine=0.35,
        grain=(1 + 0.11 * scales).astype(np.float32),
    )
    c.paint(c.stroke(spline([(148, 182), (162, 226), (144, 270)], False), 3), "#c55f0a", opacity=0.8)
    c.paint(c.blob(pts("176,238 216,246 228,276 196,272")), fin, round_=6)
    c.paint(c.ellipse(112, 208, 15, 15), "#fff6e0", round_=6)
    c.paint(c.ellipse(110, 208, 9, 9), "#101010")
    c.paint(c.ellipse(107, 204, 3, 3), "#ffffff")
    c.paint(c.stroke(spline([(74, 232), (88, 240), (96, 236)], False), 2.6), "#a84a08")
    for x0, y0, r in ((66, 150, 9), (52, 110, 6), (78, 84, 11), (58, 50, 7)):
        c.paint(c.ellipse(x0, y0, r, r), "#d9f3ff", opacity=0.35)
        c.paint(c.ellipse(x0 - r * 0.3, y0 - r * 0.3, r * 0.3, r * 0.3), "#ffffff", opacity=0.9)
    return c


def butterfly(seed: int = 68, scale: int = 2) -> Canvas:
    """An orange butterfly on a green leaf."""
    c = lawn(seed, scale)
    c.paint(c.blob(pts("20,380 120,300 300,290 440,340 330,400 140,420")), "#3f8a34", round_=30)
    c.paint(c.stroke([(30, 380), (430, 342)], 3), "#2b6426")
    for s in (-1, 1):
        for rim in (
            pts("8,196 44,120 110,66 170,60 176,110 150,176 84,212 20,216"),
            pts("10,214 80,216 132,240 136,292 92,322 44,290 14,246"),
        ):
            outer = [(224 + s * x, float(y)) for x, y in rim]
            mx, my = sum(p[0] for p in outer) / len(outer), sum(p[1] for p in outer) / len(outer)
            c.paint(c.blob(outer), "#1c120c", round_=6)
            c.paint(c.blob([(mx + (x - mx) * 0.84, my + (y - my) * 0.84) for x, y in outer]), "#f0831a", round_=16)
            for x, y in outer[1:-1]:
                c.paint(c.stroke([(224 + s * 10, 206), (mx + (x - mx) * 0.9, my + (y - my) * 0.9)], 2.6), "#1c120c")
                c.paint(c.ellipse(mx + (x - mx) * 0.93, my + (y - my) * 0.93, 4.2, 4.2), "#fdf6e8")
        c.paint(c.stroke(spline([(224, 158), (224 + s * 18, 118), (224 + s * 44, 92)], False), 2.2), "#17100b")
        c.paint(c.ellipse(224 + s * 45, 91, 4, 4), "#17100b")
    c.paint(c.blob(pts("217,160 224,148 231,160 233,230 224,296 215,230")), "#231710", round_=7, shine=0.2)
    return c


def bird(seed: int = 69, scale: int = 2) -> Canvas:
    """A small blue bird on a branch."""
    c = Canvas(SIDE, SIDE, seed, scale)
    leaf = grain(c, c.x, c.y, 60, 1.2)
    c.rgb[:] = mix("#bcd8b0", "#eef4d8", 0.5 + 0.25 * leaf)
    c.paint(c.stroke(spline(pts("-10,372 140,348 300,352 460,322"), False), 24, end=14), "#6f4e34", round_=9)
    for lx, ly, s in ((60, 346, 1), (392, 326, -1), (120, 366, 1)):
        c.paint(
            c.blob([(lx, ly), (lx + s * 20, ly - 30), (lx + s * 52, ly - 34), (lx + s * 36, ly - 6)]),
            "#5d9a3c",
            round_=8,
        )
    c.paint(c.polygon(pts("292,270 404,372 380,392 270,306")), "#1f4f8f", round_=8)
    body = c.blob(pts("132,176 150,128 196,104 240,122 258,170 300,230 312,290 262,334 196,334 150,288 136,232"))
    x, y = c.where(body)
    c.paint(
        body,
        mix("#2f7fd0", "#f2a35a", smooth(0, 26, (y - 190) * 0.9 - (x - 150) * 0.75)),
        round_=58,
        grain=1 + 0.1 * grain(c, x * 2, y, 8, 0.6),
    )
    c.paint(c.blob(pts("168,300 240,300 250,332 196,336")), "#fbf3e6", round_=20)
    wing = c.blob(pts("208,196 252,190 306,246 330,306 280,300 226,262"))
    c.paint(wing, "#2361b0", round_=18)
    for k in range(4):
        c.paint(
            c.stroke(
                spline([(226 + 12 * k, 226 + 6 * k), (268 + 9 * k, 262 + 7 * k), (306 + 4 * k, 292 + 3 * k)], False),
                2.4,
            ),
            "#153f78",
        )
    c.paint(c.polygon([(136, 168), (94, 182), (138, 194)]), "#2c2a28", round_=5)
    c.paint(c.ellipse(176, 158, 12, 12), "#101010", round_=5)
    c.paint(c.ellipse(172, 154, 3.6, 3.6), "#ffffff")
    for x0 in (206, 236):
        c.paint(c.stroke([(x0, 328), (x0 - 3, 352)], 5), "#4d3a2a")
        for k in (-9, 0, 9):
            c.paint(c.stroke([(x0 - 3, 350), (x0 - 3 + k, 362)], 4), "#4d3a2a")
    return c
