"""Clips of several parts, each with a scene of its own and a sound of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sensorium.samples import (
    animals,
    calls,
    encode,
    machines,
    music,
    plants,
    products,
    scenes,
    shores,
    streets,
    weather,
)
from sensorium.samples.canvas import Canvas, mix
from sensorium.samples.synthesis import Wave, finished, place

SECONDS = 5
FPS = 8
SIZE = (320, 240)
Frame = NDArray[np.uint8]
Overlay = Callable[[Frame, float], Frame]
"""Changes a frame ``(240, 320, 3)`` at second t of its part."""
View = tuple[float, float, float]
"""The middle of what is seen, as a share of the picture's width and height, and the share that is seen."""


IN: tuple[View, View] = ((0.5, 0.5, 1.0), (0.5, 0.48, 0.78))
OUT: tuple[View, View] = ((0.5, 0.48, 0.78), (0.5, 0.5, 1.0))
LEFT: tuple[View, View] = ((0.62, 0.55, 0.76), (0.38, 0.55, 0.76))
RIGHT: tuple[View, View] = ((0.38, 0.55, 0.76), (0.62, 0.55, 0.76))


@dataclass(frozen=True)
class Part:
    """Five seconds: a picture that the camera travels over, a sound or silence, something that moves."""

    about: str
    scene: Callable[..., Canvas]
    sound: Callable[..., Wave] | None
    travel: tuple[View, View]
    overlay: Overlay | None = None


def _bytes(light: NDArray[np.float32]) -> Frame:
    return np.asarray(np.clip(light, 0, 255), np.uint8)


def rainfall(frame: Frame, t: float) -> Frame:
    """Streaks of rain, and duller light."""
    rng = np.random.default_rng(int(t * FPS))
    wet = frame * np.float32(0.68) + np.float32(18)
    x, y = rng.integers(3, 318, 130), rng.integers(0, 222, 130)
    for k in range(14):
        wet[y + k, x - k // 5] += 42
    if int(t * FPS) in (9, 10, 13):
        wet = wet * 0.5 + 128
    return _bytes(wet)


def blue_light(frame: Frame, t: float) -> Frame:
    """The blue flashes of a police car, from the left and the right in turn."""
    left = int(t * 4) % 2 == 0
    x = np.linspace(1, 0, frame.shape[1]) if left else np.linspace(0, 1, frame.shape[1])
    tint = np.array([20, 60, 255], np.float32) * (0.75 * x[None, :, None] ** 2).astype(np.float32)
    return _bytes(frame + tint)


def fireworks(frame: Frame, t: float) -> Frame:
    """Rockets that burst into coloured stars."""
    out = frame.astype(np.float32)
    yy, xx = np.mgrid[0 : frame.shape[0], 0 : frame.shape[1]].astype(np.float32)
    hues = ((255, 80, 60), (90, 255, 120), (255, 220, 80), (120, 150, 255), (255, 110, 240))
    for k in range(7):
        rng = np.random.default_rng(100 + k)
        x, y = rng.uniform(50, 270), rng.uniform(35, 110)
        age = t - 0.65 * k
        if not 0 < age < 1.6:
            continue
        for a in np.linspace(0, 2 * np.pi, 26)[:-1]:
            for lag in (0, 0.07, 0.14):
                r = 62 * (1 - np.exp(-2.4 * max(0.0, age - lag)))
                px, py = x + r * np.cos(a), y + r * np.sin(a) + 12 * age**2
                ix, iy = int(np.clip(px, 2, 317)), int(np.clip(py, 2, 237))
                out[iy - 1 : iy + 2, ix - 1 : ix + 2] += (
                    np.array(hues[k % 5], np.float32) * (1.2 - age / 1.6) * (1 - lag * 4)
                )
        glow = np.exp(-((xx - x) ** 2 + (yy - y) ** 2) / 2600) * 60 * np.exp(-age * 2)
        out += glow[..., None] * np.array(hues[k % 5], np.float32) / 255
    return _bytes(out)


def audience(seed: int, scale: int = 2) -> Canvas:
    """A dark hall full of heads before a lit curtain."""
    c = Canvas(seed=seed, scale=scale)
    folds = 0.75 + 0.25 * np.sin(c.x / 11 + 0.5 * np.sin(c.x / 37))
    lit = np.exp(-(((c.x - 320) / 230) ** 2) - ((c.y - 150) / 170) ** 2)
    c.rgb[:] = mix("#240408", "#d0202c", lit * folds)
    for row in range(5):
        for k in range(13 - row):
            x, y = 640 * (k + 0.5 * (row % 2) + c.rng.uniform(-0.15, 0.15)) / (12 - row), 300 + 36 * row
            size = 17 + 5.5 * row
            tone = mix(mix("#3a2418", "#8a6a4a", c.rng.random()), "#0a0608", 0.25 + 0.1 * row)
            c.paint(c.blob([(x - 2 * size, y + 3.4 * size), (x, y + 0.8 * size), (x + 2 * size, y + 3.4 * size)]), tone)
            c.paint(c.ellipse(x, y, size * 0.8, size), tone, round_=size * 0.6)
            for s in (-1, 1) if c.rng.random() < 0.25 else ():
                c.paint(
                    c.stroke([(x + s * 1.4 * size, y + 1.6 * size), (x + s * 0.4 * size, y - size)], size * 0.4),
                    "#c58e6c",
                )
    return c


CLIPS: dict[str, tuple[Part, ...]] = {
    "holiday.mp4": (
        Part("a beach with waves", shores.beach, weather.waves, RIGHT),
        Part("a train passing", streets.train, machines.train_pass, LEFT),
        Part("a forest with birdsong", scenes.forest, calls.birds, IN),
    ),
    "night_in_town.mp4": (
        Part("a city at night", streets.city_night, None, RIGHT),
        Part("a police siren at night", streets.city_night, machines.siren, IN, blue_light),
        Part("the moon and crickets", scenes.night_sky, calls.crickets, OUT),
    ),
    "storm.webm": (
        Part("thunder over a street in the rain", streets.street, weather.thunder, IN, rainfall),
        Part("rain in the mountains", scenes.lake, weather.rain, RIGHT, rainfall),
        Part("a rainbow", scenes.rainbow, calls.birds, OUT),
    ),
    "pets.mp4": (
        Part("a barking dog", animals.dog, calls.dog_bark, IN),
        Part("a miaowing cat", animals.cat, calls.cat_meow, OUT),
        Part("a singing bird", animals.bird, calls.birds, IN),
    ),
    "fruit_salad.webm": (
        Part("apples", plants.apple, None, IN),
        Part("bananas", plants.banana, None, RIGHT),
        Part("oranges", plants.orange, None, OUT),
    ),
    "new_year.mp4": (
        Part("the quiet town before midnight", streets.city_night, None, IN),
        Part("fireworks", streets.city_night, machines.fireworks, OUT, fireworks),
    ),
    "music_lesson.mp4": (
        Part("an acoustic guitar", products.guitar, music.guitar, IN),
        Part("an audience that claps", audience, machines.applause, RIGHT),
    ),
    "regatta.mp4": (
        Part("a sailing boat in the wind", shores.sailing_boat, weather.wind, RIGHT),
        Part("a hot-air balloon", streets.balloon, None, OUT),
        Part("the sun sets over the sea", shores.sunset, weather.waves, IN),
    ),
}


def first_seed(name: str) -> int:
    """The seed of a clip's first part; the others follow. No photograph of the library is drawn from one of these."""
    return 200 + 10 * list(CLIPS).index(name)


def render(name: str) -> bytes:
    """The file of a clip."""
    parts = CLIPS[name]
    seed = first_seed(name)
    track: Wave | None = None
    if any(part.sound for part in parts):
        waves = [(i * SECONDS, part.sound(SECONDS, seed + i)) for i, part in enumerate(parts) if part.sound]
        track = finished(place(waves, SECONDS * len(parts)))
    frames = chain.from_iterable(part_frames(part, seed + i) for i, part in enumerate(parts))
    return encode.clip(frames, FPS, SIZE, track, "." + name.rpartition(".")[2])


def part_frames(part: Part, seed: int) -> Iterator[Frame]:
    """The frames of one part, ``(240, 320, 3)`` each."""
    base = part.scene(seed, 1).image()
    for i in range(SECONDS * FPS):
        t = i / (SECONDS * FPS - 1)
        x, y, zoom = (a + (b - a) * t for a, b in zip(*part.travel, strict=True))
        tall = min(base.height, base.width * SIZE[1] / SIZE[0]) * zoom
        wide = tall * SIZE[0] / SIZE[1]
        left = min(max(x * base.width - wide / 2, 0), base.width - wide)
        top = min(max(y * base.height - tall / 2, 0), base.height - tall)
        frame = np.asarray(base.resize(SIZE, Image.Resampling.BILINEAR, box=(left, top, left + wide, top + tall)))
        yield part.overlay(frame, i / FPS) if part.overlay else frame
