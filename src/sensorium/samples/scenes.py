"""Landscapes: each function draws one picture from its seed."""

from __future__ import annotations

import numpy as np

from sensorium.samples import landscape as ls
from sensorium.samples.canvas import Canvas, Field, mix, rgb, smooth
from sensorium.samples.texture import grain


def _peaks(seed: int, high: float) -> ls.Heights:
    rough, wide, fine = ls.relief(1.55, 50 + seed, 700, 260), ls.relief(2.2, 60, 900, 300, 120), ls.relief(1.3, 70, 160)

    rng = np.random.default_rng(seed)
    massif = [(rng.uniform(-700, 700), rng.uniform(1500, 2300), rng.uniform(500, 900)) for _ in range(4)]

    def at(x: Field, z: Field) -> Field:
        ridge = 1.1 - np.abs(rough(x, z)) * 0.85
        rise = smooth(300, 1700, z)
        shape = 0.25 + ridge * 0.75 + 0.30 * wide(x, z) + 0.06 * fine(x, z)
        summits = sum(1 - np.clip(np.hypot(x - px, z - pz) / wide_, 0, 1) for px, pz, wide_ in massif)
        return np.asarray(
            (0.55 * shape + summits**1.1 * (0.62 * ridge + 0.05 * fine(x, z))) * high * rise + 3 * fine(x, z),
            np.float32,
        )

    return at


def snowy_mountain(seed: int = 5, scale: int = 2) -> Canvas:
    """Snow-covered peaks under a blue sky, spruces in front."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#2766b8", "#bfdcf2", 330, clouds=0.22, seed=3)

    def colours(x: Field, z: Field, height: Field, steep: Field) -> Field:
        snow = smooth(1.75, 0.9, steep) * smooth(60, 190, height + 40 * np.sin(x / 70))
        return mix(
            mix("#5d6a52", "#77726f", smooth(20, 140, height)),
            "#f4f8ff",
            np.maximum(snow, 0.85 * smooth(300, 420, height)),
        )

    ls.land(c, _peaks(seed, 400), colours, 120, 330, "#b9d2ea", far=3600, fog=5200)
    lo = c.rgb[int(400 * c.scale) :]
    lo[:] = mix(lo, "#eef4fb", 0.8)
    for i in range(26):
        t = i / 25
        x = c.rng.uniform(-20, 660)
        if abs(x - 330) < 130 * (1 - t * 0.4):
            continue
        ls.conifer(c, x, 400 + 75 * t, 70 + 110 * t, "#2c4c3a", snow=0.35)
    return c


def lake(seed: int = 121, scale: int = 2) -> Canvas:
    """A mountain lake that mirrors green slopes and snowy tops."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#3c7fc6", "#d3e8f6", 262, clouds=0.4, seed=8)

    def colours(x: Field, z: Field, height: Field, steep: Field) -> Field:
        rock = mix("#3f6b37", "#7d776f", smooth(120, 230, height + 25 * np.sin(x / 43)))
        return mix(rock, "#f5f8fc", smooth(250, 330, height) * smooth(2.2, 1.0, steep))

    ls.land(c, _peaks(seed + 5, 330), colours, 70, 246, "#bcd3e6", far=3600, fog=4200)
    top = int(262 * c.scale)
    count = c.rgb.shape[0] - top
    rows = top - 1 - np.minimum((np.arange(count) * 1.12).astype(int), top - 1)
    mirrored = c.rgb[rows]
    shift = (3 * c.scale * grain(c, c.x[:, ::8] * 0 + 40, c.y[top:], 9, 0.9))[:, 0].astype(int)
    mirrored = np.stack([np.roll(row, k, axis=0) for row, k in zip(mirrored, shift, strict=True)])
    ripple = grain(c, c.x, c.y[top:] * 7, 30, 0.9, 0.3)
    t = np.broadcast_to((c.y[top:] - 262) / (c.height - 262), ripple.shape)
    c.rgb[top:] = mix(mirrored * 0.86, "#1c5a74", 0.18 + 0.35 * t) + (0.025 * ripple)[..., None]
    for i in range(18):
        x = c.rng.choice([c.rng.uniform(-10, 190), c.rng.uniform(480, 650)])
        ls.conifer(c, x, 372 + 7 * i, 105 + 9 * i, "#25482f")
    return c


def forest(seed: int = 5, scale: int = 2, autumn: bool = False) -> Canvas:
    """Inside a wood: rows of trunks going back into the light, leaves above, a path (red and gold in autumn)."""
    c = Canvas(seed=seed, scale=scale)
    light, leaf, floor = ("#fbe9b0", "#c9752b", "#8a5a30") if autumn else ("#dcecb4", "#4a7f35", "#4c5f30")
    dusk = "#4a2412" if autumn else "#17260f"
    bright = np.exp(-(((c.x - 330) / 230) ** 2) - ((c.y - 190) / 150) ** 2)
    c.rgb[:] = mix(mix(leaf, dusk, 0.5), light, 0.9 * bright + 0.1 * grain(c, c.x, c.y, 26, 0.6))
    ls.ground(c, 292, mix(floor, dusk, 0.5), mix(floor, light, 0.35), seed=seed, contrast=0.34)
    middle = 330 + 24 * np.sin(c.y / 52)
    path = smooth(1.1, 0.6, np.abs(c.x - middle) / (9 + (c.y - 290) * 0.5) + 0.12 * grain(c, c.x, c.y, 12, 0.6))
    soil = mix("#b89c72", "#7d6244", 0.4 + 0.3 * grain(c, c.x, c.y * 2.5, 14, 0.6))
    c.rgb[:] = mix(c.rgb, soil, 0.75 * path * smooth(290, 304, c.y))
    for layer in range(5):
        t = layer / 4
        haze, foot = 0.72 * (1 - t), 298 + 120 * t**1.7
        for _ in range(24 - 4 * layer):
            x, wide = c.rng.uniform(-30, 670), (4 + 30 * t**1.6) * c.rng.uniform(0.6, 1.3)
            if abs(x - 330) < 26 + 130 * t:
                continue
            lean = c.rng.normal(0, 16)
            up = [(x + lean * k + c.rng.normal(0, 0.8 + 2 * t), foot - (foot + 12) * k) for k in np.linspace(0, 1, 7)]
            trunk = c.stroke([(x - lean * 0.02, foot + wide * 0.4), *up], wide * 1.25, end=wide * 0.6)
            bark = mix(mix("#5b4a3a", "#241c15", c.rng.random()), light, haze)
            rough = 1 + 0.32 * grain(c, c.where(trunk)[0] * 3, c.where(trunk)[1] * 0.5, 18, 0.6) if layer > 2 else None
            c.paint(trunk, bark, round_=wide * 0.3, grain=rough)
        _leaves(c, t, (leaf, dusk, light), haze)
    fx, fy = c.rng.uniform(-10, 650, 2600), 306 + 174 * c.rng.random(2600) ** 1.3
    far = np.abs(fx - 330 - 24 * np.sin(fy / 52)) > 8 + (fy - 290) * 0.42
    for k, tone in enumerate([mix(leaf, dusk, k) for k in (0.0, 0.5, 0.75)] + [mix(leaf, light, 0.3)]):
        for row in range(3):
            near = far & (np.arange(2600) % 4 == k) & (np.floor((fy - 306) / 58.1) == row)
            n, tall = int(near.sum()), 7 + 11 * row
            if n:
                dx, dy = c.rng.normal(0, tall * 0.6, n), -c.rng.uniform(0.3, 1, n) * tall
                c.paint(c.strands(fx[near], fy[near], dx, dy, 1 + 0.9 * row), tone)
    beam = np.clip(np.sin((c.x - 330 + (c.y - 40) * 0.55) / 34) * 0.7, 0, 1) * bright
    c.rgb += (beam * 0.12)[..., None] * rgb(light)
    return c


def _leaves(c: Canvas, t: float, tones: tuple[str, str, str], haze: float) -> None:
    """A layer of leaves in the crowns, nearer for larger ``t`` (0..1); the clearing in the middle stays open."""
    leaf, dusk, light = tones
    count = 2200
    x, y = c.rng.uniform(-10, 650, count), c.rng.uniform(-20, 1, count) + (250 - 150 * t) * c.rng.random(count) ** 1.4
    clump = grain(c, x[None, :], y[None, :], 34, 0.9)[0]
    open_ = (np.hypot((x - 330) * 0.8, y - 205) > 105 + 55 * t) & (clump > -0.35)
    size = 3.5 + 7 * t
    for k, dark in enumerate((0.75, 0.35, -0.25)):
        part = open_ & (np.arange(count) % 3 == k)
        n = int(part.sum())
        if n:
            tone = mix(mix(leaf, dusk, dark) if dark > 0 else mix(leaf, light, -dark * 1.6), light, haze)
            turn = c.rng.uniform(0, 6.28, n)
            c.paint(
                c.strands(x[part], y[part], size * np.cos(turn), size * np.sin(turn), size * 0.6), tone, opacity=0.9
            )


def rainbow(seed: int = 6, scale: int = 2) -> Canvas:
    """A rainbow over green hills after the rain."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#3a78b8", "#cfe4f2", 300, clouds=0.5, cloud="#dfe6ec", seed=17 + seed)
    c.rgb[int(298 * c.scale) :] = rgb("#c3d3da")
    arch = c.rgb[: 300 * c.scale]
    d = np.hypot(c.x - 320 + 37 * ((seed - 6) % 3), c.y[: 300 * c.scale] - 390)
    hues = np.stack([rgb(h) for h in ["#7a3fb0", "#3b54d6", "#2fa3e0", "#3fc15a", "#f5e63c", "#f79a2e", "#e4322c"]])
    at = [np.interp(d, np.linspace(262, 313, 7), hues[:, k]) for k in range(3)]
    arch[:] = mix(arch, np.stack(at, axis=-1), 0.8 * smooth(252, 266, d) * smooth(326, 310, d))
    arch += (0.07 * smooth(262, 240, d))[..., None]
    rolling, rough = ls.relief(2.2, seed, 500, 190, 140), ls.relief(1.3, seed, 60)

    def colours(x: Field, z: Field, height: Field, steep: Field) -> Field:
        return mix(
            mix("#4f9a37", "#86b845", smooth(-1, 1, rolling(x * 1.7, z * 1.7))),
            "#3a6f2c",
            smooth(0.8, 2.5, rough(x, z)),
        )

    ls.land(
        c, lambda x, z: 34 * rolling(x, z) + 0.5 * rough(x, z) - 20, colours, 62, 285, "#c3d3da", far=2600, fog=3200
    )
    for x, foot, tall in (
        (120, 372, 66),
        (146, 376, 52),
        (520, 366, 74),
        (560, 372, 50),
        (430, 352, 34),
        (60, 400, 92),
    ):
        c.shadow(x + tall * 0.25, foot, tall * 0.3, tall * 0.05, 0.4)
        ls.broadleaf(c, x, foot, tall, "#3d7a2b", seed=int(x))
    return c


def desert(seed: int = 7, scale: int = 2) -> Canvas:
    """Orange sand dunes with sharp crests under a blue sky."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#2a74c6", "#dfe6e4", 260)
    for layer in range(6):
        t = layer / 5
        top, tall = 190 + 165 * t**1.5, 26 + 74 * t
        peak = c.rng.uniform(90, 550)
        wide = 150 + 240 * t
        crest = top - tall * np.exp(-(((c.x - peak) / wide) ** 2)) - 0.3 * tall * np.sin(c.x / (70 + 90 * t) + layer)
        below = c.y - crest
        sand = mix(
            mix("#e0954b", "#f6c88a", 0.5 + 0.12 * grain(c, c.x, c.y * 2.2, 30 + 50 * t, 1.2)),
            "#d9c9b2",
            0.55 * (1 - t),
        )
        ripple = np.sin((below + 9 * grain(c, c.x, c.y, 90, 1.2)) / (1.2 + 2.4 * t)) * smooth(0, 30, below)
        edge = peak + (below * (0.9 + 0.5 * np.sin(below / (34 + 60 * t)))) * (1 if layer % 2 else -1)
        shade = smooth(-6, 6, (c.x - edge) * (1 if layer % 2 else -1)) * smooth(tall * 3.2, tall * 0.4, below)
        dune = sand * (1 + 0.045 * t * ripple - 0.46 * shade * (0.5 + 0.5 * t))[..., None]
        c.rgb[:] = mix(c.rgb, dune, smooth(-0.6, 0.6, below))
    return c


def meadow(seed: int = 8, scale: int = 2) -> Canvas:
    """A meadow full of poppies and daisies, trees behind."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#3f8fdc", "#d9eefa", 215, clouds=0.42, seed=27)
    for k in range(16):
        ls.broadleaf(c, 44 * k - 20 + c.rng.uniform(-14, 14), 222, c.rng.uniform(34, 62), "#4b7f3e", seed=k)
    ls.ground(c, 212, "#4f8f2a", "#8fb85a", seed=57, contrast=0.22)
    for row in range(11):
        v = (row / 10) ** 1.5
        y, tall = 224 + 262 * v, 5 + 58 * v
        count = int(560 - 340 * v)
        x = c.rng.uniform(-5, 645, count)
        for k, tone in enumerate(("#2d5f1c", "#6c9a35", "#a5c64e")):
            n = len(x[k::3])
            dy = -tall * c.rng.uniform(0.5, 1, n)
            c.paint(
                c.strands(x[k::3], np.full(n, y) + tall * 0.2, c.rng.normal(0, tall * 0.2, n), dy, 0.7 + 1.5 * v), tone
            )
        for fx in c.rng.uniform(-5, 645, int(28 - 13 * v)):
            _flower(c, fx, y - tall * c.rng.uniform(0.5, 0.9), 1.6 + 13 * v)
    return c


def _flower(c: Canvas, x: float, y: float, r: float) -> None:
    """A poppy, a daisy or a cornflower of radius ``r``."""
    kind = c.rng.random()
    if kind < 0.6:
        for dx, dy in ((-0.4, 0.1), (0.4, 0.1), (0, -0.25), (0, 0.3)):
            tone = mix("#d4180f", "#ff5a36", c.rng.random())
            c.paint(c.ellipse(x + dx * r, y + dy * r, r * 0.8, r * 0.62), tone, round_=r * 0.4)
        c.paint(c.ellipse(x, y, r * 0.25, r * 0.2), "#1f1414")
        return
    for a in np.linspace(0, 2 * np.pi, 10)[:-1]:
        place = (x + r * 0.6 * np.cos(a), y + r * 0.45 * np.sin(a))
        c.paint(c.ellipse(*place, r * 0.42, r * 0.22, a), "#ffffff" if kind < 0.85 else "#5470e0")
    c.paint(c.ellipse(x, y, r * 0.34, r * 0.27), "#f4c522")


def night_sky(seed: int = 9, scale: int = 2) -> Canvas:
    """A full moon, stars and the Milky Way over black hills."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#050a20", "#1c2b57", 440)
    band = (c.x * 0.55 - c.y + 110) / 90
    cloud = grain(c, c.x, c.y, 90, 1.2)
    c.rgb += (np.exp(-(band**2)) * np.clip(0.08 + 0.06 * cloud, 0, 0.3))[..., None] * rgb("#b9b4ff")
    for _ in range(500):
        x, y = c.rng.uniform(0, 640), c.rng.uniform(0, 400)
        c.paint(
            c.ellipse(x, y, (r := c.rng.exponential(0.42) + 0.35), r),
            "#fffdf0",
            opacity=c.rng.uniform(0.35, 1),
        )
    ls.glow(c, 470, 110, 36, "#fdf6dc", 46, 0.55)
    disc = c.ellipse(470, 110, 36, 36)
    px, py = c.where(disc)
    c.paint(disc, "#f6eed2", grain=1 - 0.11 * np.clip(grain(c, px, py, 16, 0.9), -0.2, 1.8))
    for base, tone in ((392, "#0b1330"), (424, "#060b1d"), (452, "#03060f")):
        edge = [
            (float(x), base + 22 * np.sin(x / 83 + base) + 9 * np.sin(x / 31 + base * 2)) for x in range(-10, 660, 6)
        ]
        c.paint(c.polygon([(-10, 490), *edge, (660, 490)]), tone)
    return c
