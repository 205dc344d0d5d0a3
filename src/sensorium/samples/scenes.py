"""Landscapes: each function draws one picture from its seed."""

from __future__ import annotations

import numpy as np

from sensorium.samples import landscape as ls
from sensorium.samples.canvas import Canvas, Field, mix, rgb, smooth
from sensorium.samples.texture import grain


def _peaks(seed: int, high: float) -> ls.Heights:
    rough, wide, fine = ls.relief(1.55, 50 + seed, 700, 260), ls.relief(2.2, 60, 900, 300, 120), ls.relief(1.3, 70, 160)

    def at(x: Field, z: Field) -> Field:
        ridge = 1.1 - np.abs(rough(x, z)) * 0.85
        rise = smooth(300, 1700, z)
        shape = 0.25 + ridge * 0.75 + 0.30 * wide(x, z) + 0.06 * fine(x, z)
        return np.asarray(shape * high * rise + 3 * fine(x, z), np.float32)

    return at


def snowy_mountain(seed: int = 3, scale: int = 2) -> Canvas:
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


def lake(seed: int = 4, scale: int = 2) -> Canvas:
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
    """Inside a wood: trunks going back into green light, a path, ferns (red and gold leaves in autumn)."""
    c = Canvas(seed=seed, scale=scale)
    light, leaf, floor = ("#ffe9a8", "#d9772b", "#9c5a2a") if autumn else ("#dff0a8", "#3f7f2e", "#4f6b2c")
    c.rgb[:] = mix(mix(leaf, "#0f1f10", 0.25), light, np.exp(-(((c.x - 330) / 210) ** 2) - ((c.y - 205) / 150) ** 2))
    ls.ground(c, 300, mix(floor, "#1c1a10", 0.35), mix(floor, light, 0.45), seed=43, contrast=0.28)
    path = smooth(1.0, 0.72, np.abs(c.x - 330 - 26 * np.sin(c.y / 50)) / (10 + (c.y - 296) * 0.62)) * smooth(
        298, 306, c.y
    )
    c.rgb[:] = mix(
        c.rgb,
        mix("#c9ae83", "#9a7d58", 0.3 + 0.25 * grain(c, c.x, c.y * 2.5, 14, 0.6)),
        path * 0.8,
    )
    for layer in range(5):
        t = layer / 4
        haze = 0.75 * (1 - t)
        foot = 304 + 120 * t**1.6
        for _ in range(11 - layer):
            x = c.rng.uniform(-30, 670)
            if abs(x - 330) < 42 + 165 * t:
                continue
            wide = 8 + 46 * t**1.5
            bark = mix(mix("#4a3a2a", "#2a2018", c.rng.uniform(0, 1)), light, haze)
            lean = c.rng.uniform(-14, 14)
            trunk = c.polygon(
                [
                    (x - wide * 0.75, foot + wide * 0.5),
                    (x - wide * 0.45, foot - 30),
                    (x - wide * 0.32 + lean, -10),
                    (x + wide * 0.32 + lean, -10),
                    (x + wide * 0.45, foot - 30),
                    (x + wide * 0.8, foot + wide * 0.5),
                ]
            )
            px, py = c.where(trunk)
            c.paint(trunk, bark, round_=wide * 0.3, grain=1 + 0.22 * grain(c, px * 3.2, py * 0.5, 22, 0.6))
        crown = 160 - 120 * t
        for _ in range(46 + 26 * layer):
            x, y = c.rng.uniform(-20, 660), c.rng.uniform(-30, 190 - 70 * t)
            if np.hypot(x - 330, (y - 215) * 1.1) < 120 + 40 * t:
                continue
            size = 15 + 22 * t + 0.05 * crown
            tone = mix(
                mix(leaf, "#16260f" if not autumn else "#7c2413", c.rng.uniform(0, 0.75)),
                light,
                haze * 0.8 + 0.25 * c.rng.random(),
            )
            rim = [
                (
                    x + size * c.rng.uniform(0.45, 1.15) * np.cos(a),
                    y + size * 0.7 * c.rng.uniform(0.45, 1.15) * np.sin(a),
                )
                for a in np.linspace(0, 6.28, 15, endpoint=False)
            ]
            mask = c.polygon(rim)
            px, py = c.where(mask)
            c.paint(mask, tone, opacity=0.93, grain=1 + 0.3 * grain(c, px, py, 5 + 5 * t, 0.3))
    for _ in range(150):
        x, y = c.rng.uniform(-10, 650), c.rng.uniform(312, 480)
        near = (y - 300) / 180
        if abs(x - 330 - 26 * np.sin(y / 50)) < 14 + (y - 296) * 0.62:
            continue
        tone = mix(mix(leaf, light, c.rng.uniform(0, 0.45)), "#101a0c", 0.35 * near)
        for a in np.linspace(-2.7, -0.45, 6):
            long = (9 + 34 * near) * c.rng.uniform(0.7, 1.2)
            c.paint(
                c.stroke(
                    [
                        (x, y),
                        (x + long * 0.6 * np.cos(a), y + long * 0.75 * np.sin(a)),
                        (x + long * np.cos(a), y + long * 0.62 * np.sin(a)),
                    ],
                    1.5 + 3 * near,
                    end=0.6,
                ),
                tone,
            )
    beam = (
        np.clip(np.sin((c.x - 330 + (c.y - 40) * 0.55) / 34) * 0.7, 0, 1)
        * np.exp(-(((c.x - 330) / 190) ** 2))
        * smooth(430, 120, c.y)
    )
    c.rgb += (beam * 0.13)[..., None] * rgb(light)
    return c


def rainbow(seed: int = 6, scale: int = 2) -> Canvas:
    """A rainbow over green hills after the rain."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#5b7796", "#cfdde6", 300, clouds=0.75, cloud="#9fb0bf", seed=23)
    c.rgb[int(298 * c.scale) :] = rgb("#c3d3da")
    d = np.hypot(c.x - 320, c.y - 390)
    hues = ["#7a3fb0", "#3b54d6", "#2fa3e0", "#3fc15a", "#f5e63c", "#f79a2e", "#e4322c"]
    for i, hue in enumerate(hues):
        c.rgb[:] = mix(c.rgb, hue, 0.62 * np.exp(-(((d - 262 - 8.5 * i) / 6.0) ** 2)))
    c.rgb += (0.07 * smooth(262, 240, d))[..., None]
    rolling, rough = ls.relief(2.2, 60, 500, 90, 40), ls.relief(1.3, 70, 60)

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
    """Orange sand dunes under a blue sky."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#2f78c8", "#e8e0cc", 262)
    ls.glow(c, 520, 60, 18, "#fff7d8", 50)
    base, fine = ls.relief(2.2, seed, 520), ls.relief(1.2, seed, 60)

    def dunes(x: Field, z: Field) -> Field:
        s = base(x, z)
        wave = np.sin(z / 150 + 2.2 * s + x / 260)
        return np.asarray(62 * (1 - np.sqrt(wave * wave + 0.012)) + 22 * s, np.float32)

    def colours(x: Field, z: Field, height: Field, steep: Field) -> Field:
        ripples = np.sin(z / 2.6 + 14 * base(x, z) + x / 9) * np.exp(-z / 200)
        return mix("#c9772f", "#f4bd74", 0.5 + 0.2 * ripples + 0.08 * fine(x, z))

    ls.land(c, dunes, colours, 190, 190, "#ecd3ac", far=2600, fog=2400, sun=(1.3, 0.5))
    return c


def meadow(seed: int = 8, scale: int = 2) -> Canvas:
    """A meadow full of poppies and daisies, trees behind."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#3f8fdc", "#d9eefa", 215, clouds=0.42, seed=27)
    for k in range(21):
        ls.broadleaf(c, 34 * k - 20 + c.rng.uniform(-12, 12), 222, c.rng.uniform(34, 62), "#4b7f3e", seed=k)
    ls.ground(c, 212, "#4f8f2a", "#8fb85a", seed=57, contrast=0.22)
    for _ in range(620):
        v = c.rng.random() ** 1.6
        y = 222 + 262 * v
        x, tall = c.rng.uniform(-5, 645), 5 + 46 * v
        bend = c.rng.uniform(-0.35, 0.35) * tall
        c.paint(
            c.stroke([(x, y), (x + bend * 0.4, y - tall * 0.6), (x + bend, y - tall)], 0.8 + 2.2 * v, end=0.5),
            mix("#2d5f1c", "#a5c64e", c.rng.random()),
        )
        if c.rng.random() < 0.4:
            fx, fy, r = x + bend, y - tall, 1.5 + 10 * v
            kind = c.rng.random()
            if kind < 0.55:
                c.paint(
                    c.ellipse(fx, fy, r * 1.15, r * 0.85), mix("#d8201c", "#ff5a36", c.rng.random()), round_=r * 0.5
                )
                c.paint(c.ellipse(fx, fy, r * 0.28, r * 0.22), "#1f1414")
            else:
                petal = "#ffffff" if kind < 0.8 else "#5470e0"
                for a in np.linspace(0, 6.28, 9)[:-1]:
                    c.paint(
                        c.ellipse(
                            fx + r * 0.6 * np.cos(a),
                            fy + r * 0.45 * np.sin(a),
                            r * 0.42,
                            r * 0.24,
                            float(a),
                        ),
                        petal,
                    )
                c.paint(c.ellipse(fx, fy, r * 0.34, r * 0.27), "#f4c522")
    return c


def night_sky(seed: int = 9, scale: int = 2) -> Canvas:
    """A full moon, stars and the Milky Way over black hills."""
    c = Canvas(seed=seed, scale=scale)
    ls.sky(c, "#050a20", "#1c2b57", 440)
    band = (c.x * 0.55 - c.y + 110) / 90
    cloud = grain(c, c.x, c.y, 90, 1.2)
    c.rgb += (np.exp(-(band**2)) * np.clip(0.16 + 0.11 * cloud, 0, 0.5))[..., None] * rgb("#b9b4ff")
    for _ in range(1100):
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
