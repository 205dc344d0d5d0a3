"""Animals: each function draws one picture."""

from __future__ import annotations

import numpy as np

from sensorium.samples.canvas import Canvas, Colour, Mask, Point, mix, pts, smooth, spline
from sensorium.samples.studio import SIDE, lawn
from sensorium.samples.texture import grain


def _fur(c: Canvas, mask: Mask, colour: Colour, radius: float, flow: Point = (0, 1), hair: float = 7) -> None:
    """Paint a part of an animal: rounded, with hairs of ``hair`` pixels that lie along ``flow``."""
    x, y = c.where(mask)
    c.paint(mask, colour, round_=radius, grain=1 + 0.1 * grain(c, x, y, 30, 0.9))
    h, w = mask.alpha.shape
    count = int(mask.alpha.sum() / c.scale**2 / 11)
    rows, columns = c.rng.integers(0, h, count), c.rng.integers(0, w, count)
    inside = mask.alpha[rows, columns] > 0.5
    px, py = (mask.left + columns[inside]) / c.scale, (mask.top + rows[inside]) / c.scale
    turn = c.rng.normal(np.arctan2(flow[1], flow[0]), 0.45, len(px))
    long = hair * c.rng.uniform(0.5, 1.2, len(px))
    for k, tone in enumerate((mix(colour, "#000000", 0.55), mix(colour, "#ffffff", 0.4), mix(colour, "#000000", 0.25))):
        part = slice(k, None, 3)
        if len(px[part]):
            dx, dy = long[part] * np.cos(turn[part]), long[part] * np.sin(turn[part])
            c.paint(c.strands(px[part], py[part], dx, dy, 0.6), tone, opacity=0.42)


def dog(seed: int = 65, scale: int = 2) -> Canvas:
    """A brown dog with a white chest that stands on a lawn, seen from the side."""
    c = lawn(seed, scale)
    coats = (("#a9682f", "#5d3516"), ("#c9a06a", "#8a6236"), ("#5b4a40", "#2a211c"), ("#b5793f", "#33261c"))
    (coat, dark), light = coats[(seed - 65) % 4], "#eee2cf"
    c.shadow(230, 392, 150, 15, 0.45)
    for leg in (
        "176,262 206,262 204,320 196,384 204,392 172,394 176,340",
        "318,258 356,262 352,312 336,340 342,386 350,394 318,394 318,338",
    ):
        _fur(c, c.blob(pts(leg)), mix(coat, dark, 0.6), 12)
    tail = spline(pts("362,196 396,178 418,138 414,96"), False)
    _fur(c, c.stroke(tail, 21, end=9), coat, 7, (0.3, -1))
    _fur(
        c,
        c.blob(pts("128,196 160,176 220,182 290,178 352,184 378,214 372,262 330,282 262,278 200,296 150,286 126,244")),
        coat,
        44,
        (1, 0.25),
    )
    _fur(c, c.blob(pts("128,214 158,216 176,262 158,296 134,284 122,246")), light, 18, (0.3, 1))
    for leg in (
        "140,262 180,262 178,322 168,380 174,396 138,397 142,344",
        "330,216 374,212 384,262 366,306 376,338 372,384 380,397 346,397 348,344 330,300",
    ):
        _fur(c, c.blob(pts(leg)), coat, 15)
    for x in (154, 363):
        _fur(c, c.blob([(x - 18, 396), (x - 14, 374), (x + 8, 372), (x + 15, 396)]), light, 8)
    _fur(c, c.blob(pts("116,140 150,118 186,150 196,204 166,236 128,226 112,180")), coat, 30, (0.4, 1))
    head = c.blob(pts("40,158 62,140 92,128 104,98 136,84 170,96 180,132 166,168 128,184 84,190 50,186 36,174"))
    _fur(c, head, coat, 30, (1, 0.35), 5)
    _fur(c, c.blob(pts("38,160 64,144 92,140 104,160 92,184 60,188 40,180")), light, 14, (1, 0.2), 4)
    _fur(c, c.blob(pts("108,90 118,86 112,128 96,140 92,130")), light, 6, (-0.3, 1), 4)
    c.paint(c.blob(pts("56,184 74,186 78,204 70,222 58,220 54,200")), "#e0707a", round_=8, shine=0.2)
    c.paint(c.stroke(spline(pts("42,176 64,184 92,184 112,174"), False), 3), "#2e1a0c")
    c.paint(c.blob(pts("32,152 44,142 58,146 56,162 42,170 32,164")), "#15110f", round_=8, shine=0.6)
    _fur(c, c.blob(pts("148,92 176,96 198,136 200,188 182,208 160,188 150,150 140,112")), dark, 18, (0.15, 1))
    c.paint(c.ellipse(114, 126, 8.5, 8), "#2a1708")
    c.paint(c.ellipse(113.5, 126, 6, 6), "#5a3412")
    c.paint(c.ellipse(113, 126, 3.6, 3.8), "#080503")
    c.paint(c.ellipse(110.5, 123, 2, 2), "#ffffff")
    gx, gy = c.rng.uniform(0, 448, 900), c.rng.uniform(384, 448, 900)
    for k, tone in enumerate(("#4f8a2c", "#8fbf4a", "#36671f")):
        part = slice(k, None, 3)
        c.paint(c.strands(gx[part], gy[part], c.rng.normal(0, 4, 300), -c.rng.uniform(8, 22, 300), 1.1), tone)
    if (seed - 65) % 2:
        c.rgb = np.ascontiguousarray(c.rgb[:, ::-1])
    return c


def cat(seed: int = 66, scale: int = 2) -> Canvas:
    """A grey tabby cat that looks at you."""
    c = Canvas(SIDE, SIDE, seed, scale)
    c.rgb[:] = mix("#d9c3a3", "#8f7355", smooth(20, 440, c.y + 0.4 * c.x + 18 * grain(c, c.x, c.y, 90, 1.2)))
    coat, dark, light = "#8a8073", "#38322d", "#ece5da"
    _fur(c, c.blob(pts("92,448 108,350 160,290 288,290 340,350 356,448")), coat, 60, (0, 1), 12)
    _fur(c, c.blob(pts("180,448 178,360 224,318 270,360 268,448")), light, 40, (0, 1), 12)
    for s in (-1, 1):
        ear = [(224 + s * x, y) for x, y in pts("40,134 66,96 112,38 128,30 138,104 132,176")]
        _fur(c, c.polygon(spline(ear)), coat, 14, (s * 0.6, -1))
        inner = [(224 + s * x, y) for x, y in pts("72,118 94,86 116,58 122,108 114,148")]
        _fur(c, c.blob(inner), "#c98f86", 10, (s * 0.5, -1), 12)
        for k in range(3):
            band = [(224 + s * (80 + 8 * k), 360 + 26 * k), (224 + s * 122, 352 + 30 * k)]
            c.paint(c.stroke(band, 12, soft=4, end=5), dark, opacity=0.7)
    face = c.blob(
        pts("100,214 116,150 166,112 224,104 282,112 332,150 348,214 330,266 284,308 224,322 164,308 118,266")
    )
    _fur(c, face, coat, 70, (0, -1), 9)
    for s in (-1, 1):
        marks = ["9,104 12,130 8,156", "28,104 34,130 24,158", "50,110 56,134 44,152", "120,206 98,214 80,212"]
        for line in (*marks, "122,232 100,238 80,236", "112,258 94,262 80,256", "96,168 112,158 122,142"):
            points = spline([(224 + s * x, y) for x, y in pts(line)], False)
            c.paint(c.stroke(points, 8, soft=2.5, end=4), dark, opacity=0.75)
        _fur(
            c,
            c.blob([(224 + s * x, y) for x, y in pts("-4,250 26,240 52,258 46,288 14,300 -4,294")]),
            light,
            20,
            (s, 0.3),
            6,
        )
        c.paint(c.ellipse(224 + s * 54, 208, 28, 24, s * 0.22, soft=2), "#efe6d8", opacity=0.55)
    for s in (-1, 1):
        c.paint(c.ellipse(224 + s * 54, 206, 25, 20, s * 0.2), "#1a1613")
        eye = c.ellipse(224 + s * 54, 206, 22, 17, s * 0.2)
        x, y = c.where(eye)
        c.paint(eye, mix("#cfc04a", "#5f7a2a", smooth(3, 22, np.hypot(x - 224 - s * 54, y - 206))), round_=9)
        c.paint(c.ellipse(224 + s * 54, 206, 5.5, 15), "#060606")
        c.paint(c.ellipse(224 + s * 54 - 5, 199, 3.4, 3.4), "#ffffff")
        for k in range(5):
            end = (224 + s * 180, 240 + 19 * k)
            c.paint(
                c.stroke(
                    spline([(224 + s * 34, 270 + 4 * k), (224 + s * 104, 254 + 11 * k), end], False), 1.5, end=0.6
                ),
                "#fbfbf8",
            )
        c.paint(c.stroke(spline([(224, 270), (224 + s * 5, 284), (224 + s * 26, 288)], False), 2.4), "#3c2a27")
    c.paint(c.blob(pts("211,250 237,250 232,262 224,269 216,262")), "#b9716a", round_=6, shine=0.15)
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
            c.paint(c.blob(outer), "#17100c")
            wing = c.blob([(mx + (x - mx) * 0.8 - s * 5, my + (y - my) * 0.8 + 3) for x, y in outer])
            wx, wy = c.where(wing)
            c.paint(wing, mix("#f7a531", "#d9560f", smooth(20, 150, np.hypot(wx - 224, wy - 200))))
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
