"""Sky, water, land and trees: the parts that scenes are put together from."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from sensorium.samples.canvas import Canvas, Colour, Field, Point, mix, rgb, smooth
from sensorium.samples.texture import SIZE, grain, lookup, noise

Heights = Callable[[Field, Field], Field]
"""Land height (metres, say) at place (x, z), both ``(depths, columns)``."""


def sky(
    c: Canvas,
    top: Colour,
    bottom: Colour,
    horizon: float,
    clouds: float = 0.0,
    cloud: Colour = "#ffffff",
    seed: int = 5,
) -> None:
    """A sky down to row ``horizon``: clear for ``clouds`` 0, overcast for 1; the clouds lie in perspective."""
    rows = min(int(horizon * c.scale) + 1, c.rgb.shape[0])
    y = c.y[:rows]
    t = np.clip(y / horizon, 0, 1)
    part = mix(top, bottom, np.broadcast_to(t**1.3, (rows, c.rgb.shape[1])))
    if clouds > 0:
        depth = 1 / (1.12 - t)
        u = (c.x - c.width / 2) * depth * 0.42
        body = lookup(noise(1.25, 5), u + 400 + 71 * seed, depth * 130 + 37 * seed)
        lit = lookup(noise(1.25, 5), u + 408 + 71 * seed, depth * 130 + 9 + 37 * seed)
        cover = smooth(0.9 - 1.7 * clouds, 2.1 - 1.7 * clouds, body) * smooth(
            -0.15, 0.35, np.broadcast_to(1.15 - t, body.shape)
        )
        shade = np.clip(0.86 + 0.22 * (body - lit), 0.55, 1.05)
        part += (rgb(cloud) * shade[..., None] - part) * (cover * 0.92)[..., None]
    c.rgb[:rows] = part


def glow(c: Canvas, cx: float, cy: float, radius: float, colour: Colour, halo: float, strength: float = 0.8) -> None:
    """A sun, moon or lamp: a bright disc of ``radius`` in a halo of about ``halo`` pixels, added as light."""
    reach = radius + 6 * halo
    left, right = (int(np.clip(cx + s * reach, 0, c.width) * c.scale) for s in (-1, 1))
    top, bottom = (int(np.clip(cy + s * reach, 0, c.height) * c.scale) for s in (-1, 1))
    d = np.hypot(c.x[:, left:right] - cx, c.y[top:bottom] - cy)
    light = strength * np.exp(-d / halo) + smooth(radius + 1.2, radius - 1.2, d)
    part = c.rgb[top:bottom, left:right]
    part += (1 - np.clip(part, 0, 1)) * rgb(colour) * np.clip(light, 0, 1)[..., None]


def water(
    c: Canvas,
    horizon: float,
    deep: Colour,
    near_sky: Colour,
    far_sky: Colour,
    chop: float = 1.0,
    bottom: float | None = None,
    seed: int = 11,
) -> None:
    """Open water from row ``horizon`` down to ``bottom``: waves in perspective that mirror two colours of sky."""
    lo, hi = int(horizon * c.scale), int((bottom or c.height) * c.scale)
    y = c.y[lo:hi] - horizon + 1.2
    depth = 240 / y
    u = (c.x - c.width / 2) * depth * 0.9
    slope = 0.6 * lookup(noise(1.5, 11, 0.35), u * 0.9 + 53 * seed, depth * 300) + 0.5 * lookup(
        noise(1.0, seed + 1, 0.4), u * 2.1, depth * 640
    )
    slope = slope * chop * np.clip(y / 30, 0.25, 1)
    fresnel = np.clip(0.34 + 0.55 * np.exp(-y / 60) + 0.2 * slope, 0, 1)
    mirrored = mix(far_sky, near_sky, np.clip(y / (c.height - horizon) + 0.15 * slope, 0, 1))
    body = mix(deep, mirrored, fresnel)
    body += (0.10 * smooth(1.1, 2.2, slope))[..., None]
    c.rgb[lo:hi] = body


def glitter(
    c: Canvas, horizon: float, cx: float, colour: Colour, width: float = 40, bottom: float | None = None
) -> None:
    """The path of light that a low sun at column ``cx`` lays over water."""
    lo, hi = int(horizon * c.scale), int((bottom or c.height) * c.scale)
    y = c.y[lo:hi] - horizon + 1.2
    depth = 240 / y
    spark = lookup(noise(0.8, 21, 0.3), (c.x - cx) * depth * 1.5, depth * 700)
    path = np.exp(-(((c.x - cx) / (width * (0.35 + y / 130))) ** 2))
    light = path * (0.35 + 0.65 * smooth(0.1, 1.2, spark))
    part = c.rgb[lo:hi]
    part += (1 - np.clip(part, 0, 1)) * rgb(colour) * (0.95 * light)[..., None]


def ground(
    c: Canvas, top: float, near: Colour, far: Colour, seed: int = 31, contrast: float = 0.16, size: float = 1.0
) -> None:
    """Flat ground (sand, grass, road) from row ``top`` down, its grain in perspective."""
    lo = int(top * c.scale)
    y = c.y[lo:] - top + 3
    depth = 240 / y
    u = (c.x - c.width / 2) * depth / size
    v = depth * 420 / size
    tone = 0.6 * lookup(noise(1.0, 1), u + 19 * seed, v) + 0.4 * lookup(noise(0.3, 1), u * 3, v * 3 + 7 * seed)
    t = np.broadcast_to(np.clip(y / (c.height - top), 0, 1), tone.shape)
    c.rgb[lo:] = mix(far, near, t) * (1 + contrast * tone * np.clip(y / 40, 0.2, 1))[..., None]


def land(
    c: Canvas,
    heights: Heights,
    colours: Callable[[Field, Field, Field, Field], Field],
    eye: float,
    horizon: float,
    haze: Colour,
    near: float = 60,
    far: float = 3000,
    fog: float = 2200,
    sun: tuple[float, float] = (-0.8, -0.35),
) -> None:
    """A real relief, seen from height ``eye``: every pixel gets the nearest land that its ray meets.

    ``colours(x, z, height, steep)`` colours the land before light and haze; ``sun`` points to the light on the map.
    """
    columns = c.width
    depths = (near * (far / near) ** np.linspace(0, 1, 320)).astype(np.float32)[:, None]
    focal = c.width * 0.9
    x = (np.arange(columns, dtype=np.float32)[None, :] - c.width / 2) / focal * depths
    z = np.broadcast_to(depths, x.shape)
    height = heights(x, z)
    step = np.maximum(2.0, depths * 0.004)
    slope_x = (heights(x + step, z) - height) / step
    slope_z = (heights(x, z + step) - height) / step
    light = np.clip((0.62 + slope_x * -sun[0] + slope_z * -sun[1]) / np.sqrt(1 + slope_x**2 + slope_z**2), 0.12, 1.25)
    shade = colours(x, z, height, np.hypot(slope_x, slope_z)) * (0.28 + 0.85 * light)[..., None]
    shade = mix(haze, shade, np.exp(-z / fog))
    rows = horizon + (eye - height) * focal / depths
    skyline = np.minimum.accumulate(rows, axis=0)
    wanted = c.y[:, 0]
    index = np.empty((len(wanted), columns), np.int32)
    for column in range(columns):
        index[:, column] = len(depths) - np.searchsorted(skyline[::-1, column], wanted, side="right")
    hit = index < len(depths)
    picked = shade[np.minimum(index, len(depths) - 1), np.arange(columns)[None, :]]
    hit, picked = np.repeat(hit, c.scale, axis=1), np.repeat(picked, c.scale, axis=1)
    c.rgb[hit] = picked[hit]


def relief(rough: float, seed: int, scale: float, u: float = 0, v: float = 0) -> Heights:
    """A height function from noise: features ``scale`` wide, deviation 1, shifted by (u, v) texture pixels."""
    field = noise(rough, 1)
    k = SIZE / (8 * scale)
    u, v = u + 61 * seed, v + 43 * seed

    def at(x: Field, z: Field) -> Field:
        return lookup(field, x * k + u, z * k + v)

    return at


def conifer(c: Canvas, x: float, foot: float, tall: float, colour: Colour, snow: float = 0.0) -> None:
    """A spruce: ragged tiers of branches on a thin trunk."""
    rng = c.rng
    c.paint(
        c.polygon(
            [
                (x - tall * 0.018, foot),
                (x + tall * 0.018, foot),
                (x + tall * 0.008, foot - tall),
                (x - tall * 0.008, foot - tall),
            ]
        ),
        "#4a3a2c",
    )
    tiers = 13
    for i in range(tiers):
        t = i / (tiers - 1)
        y = foot - tall * (0.10 + 0.80 * t)
        wide = tall * (0.225 * (1 - t) ** 0.85 + 0.016)
        drop = tall * 0.095 * (1.15 - t)
        left, right = wide * rng.uniform(0.8, 1.15), wide * rng.uniform(0.8, 1.15)
        rim: list[Point] = [(x, y - tall * 0.085)]
        for k in range(7):
            s = 1 - 2 * k / 6
            reach = right if s > 0 else left
            rim.append((x + s * reach, y + drop * (abs(s) * 0.75 + rng.uniform(-0.28, 0.28) + (0.25 if k % 2 else 0))))
        tone = mix(colour, "#0d1a12", 0.5 * (1 - t) * rng.uniform(0.3, 1.0))
        c.paint(c.polygon(rim), tone, round_=tall * 0.03)
        if snow and rng.random() < snow:
            c.paint(
                c.polygon([rim[0], *[(px, py - drop * 0.45) for px, py in rim[2:-1]]], soft=0.8), "#f3f7fc", opacity=0.9
            )


def broadleaf(c: Canvas, x: float, foot: float, tall: float, colour: Colour, seed: int = 0) -> None:
    """A round-headed tree: a trunk and many clumps of leaves, light above, dark below."""
    rng = np.random.default_rng(seed)
    c.paint(
        c.stroke([(x, foot), (x + tall * 0.01, foot - tall * 0.5)], tall * 0.075, end=tall * 0.035),
        "#5a4433",
        round_=tall * 0.03,
    )
    clumps = []
    for _ in range(46 if tall > 85 else 24):
        angle, reach = rng.uniform(0, 2 * np.pi), np.sqrt(rng.uniform(0, 1))
        clumps.append(
            (x + tall * 0.30 * reach * np.cos(angle), foot - tall * 0.66 + tall * 0.29 * reach * np.sin(angle))
        )
    for cx, cy in sorted(clumps, key=lambda p: -p[1]):
        size = tall * rng.uniform(0.07, 0.12) * (1 if tall > 85 else 1.35)
        up = np.clip((foot - tall * 0.42 - cy) / (tall * 0.5), 0, 1)
        tone = mix(mix(colour, "#10180c", 0.55), mix(colour, "#fff6b0", 0.22), float(up) * rng.uniform(0.6, 1.2))
        rim = [
            (
                cx + size * rng.uniform(0.75, 1.2) * np.cos(a),
                cy + size * 0.85 * rng.uniform(0.75, 1.2) * np.sin(a),
            )
            for a in np.linspace(0, 2 * np.pi, 14, endpoint=False)
        ]
        mask = c.polygon(rim)
        px, py = c.where(mask)
        c.paint(mask, tone, round_=size * 0.5, grain=1 + 0.22 * grain(c, px, py, max(2.0, tall * 0.02), 0.3))


def palm(c: Canvas, x: float, foot: float, tall: float, lean: float = 0.25) -> None:
    """A palm tree leaning by ``lean`` of its height."""
    trunk = [
        (x, foot),
        (x + lean * tall * 0.25, foot - tall * 0.4),
        (x + lean * tall * 0.62, foot - tall * 0.75),
        (x + lean * tall, foot - tall),
    ]
    c.paint(c.stroke([*trunk], tall * 0.055, end=tall * 0.03), "#7d6246", round_=tall * 0.02)
    hx, hy = trunk[-1]
    for i, angle in enumerate(np.linspace(-3.5, 0.4, 11)):
        reach = tall * c.rng.uniform(0.42, 0.52)
        ex, ey = hx + reach * np.cos(angle), hy + reach * (np.sin(angle) * 0.62 + 0.28)
        mx, my = hx + reach * 0.55 * np.cos(angle), hy + reach * (0.62 * np.sin(angle) * 0.9 - 0.08)
        t = np.linspace(0, 1, 26)
        rib = [
            (
                float((1 - s) ** 2 * hx + 2 * s * (1 - s) * mx + s * s * ex),
                float((1 - s) ** 2 * hy + 2 * s * (1 - s) * my + s * s * ey),
            )
            for s in t
        ]
        green = mix("#1f5a2a", "#69a83c", c.rng.uniform(0, 1) * (0.4 + 0.6 * (i % 2)))
        c.paint(c.stroke(rib, tall * 0.014, end=tall * 0.004), mix(green, "#c7c46a", 0.3))
        for (px, py), s in zip(rib[2:], t[2:], strict=True):
            long = tall * 0.11 * (1 - 0.55 * float(s))
            c.paint(c.polygon([(px - 2, py), (px + 2, py), (px + long * 0.25, py + long)]), green)
            c.paint(
                c.polygon([(px - 2, py), (px + 2, py), (px - long * 0.3, py + long * 0.85)]),
                mix(green, "#0c2a14", 0.35),
            )
