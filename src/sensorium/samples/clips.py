"""Clips of several parts, each with a scene of its own and a sound of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from sensorium.samples import creatures, encode, music, products, scenes, sounds, streets
from sensorium.samples.canvas import Canvas
from sensorium.samples.synthesis import RATE, Wave, finished, place

PART_SECONDS = 5
FPS = 8
SIZE = (320, 240)
Frame = NDArray[np.uint8]
Overlay = Callable[[Frame, float], Frame]
"""Changes a frame ``(240, 320, 3)`` at second t of its part."""
View = tuple[float, float, float]
"""The middle of what is seen, as a share of the picture's width and height, and the share that is seen."""


@dataclass(frozen=True)
class Part:
    """Five seconds: a picture that the camera travels over, something that moves, and a sound or silence."""

    about: str
    scene: Callable[[], Canvas]
    sound: Callable[[], Wave] | None = None
    start: View = (0.5, 0.5, 1.0)
    end: View = (0.5, 0.5, 0.8)
    overlay: Overlay | None = None


def rainfall(frame: Frame, t: float) -> Frame:
    """Streaks of rain, and duller light."""
    rng = np.random.default_rng(int(t * FPS))
    wet = frame * np.float32(0.68) + np.float32(18)
    for x, y in zip(rng.integers(0, 318, 130), rng.integers(0, 222, 130), strict=True):
        for k in range(14):
            wet[y + k, x - k // 5] += 42
    if int(t * FPS) in (9, 10, 13):
        wet = wet * 0.5 + 128
    return np.clip(wet, 0, 255).astype(np.uint8)


def blue_light(frame: Frame, t: float) -> Frame:
    """The blue flashes of a police car, from the left and the right in turn."""
    left = int(t * 4) % 2 == 0
    x = np.linspace(1, 0, frame.shape[1]) if left else np.linspace(0, 1, frame.shape[1])
    tint = np.array([20, 60, 255], np.float32) * (0.75 * x[None, :, None] ** 2).astype(np.float32)
    return np.clip(frame + tint, 0, 255).astype(np.uint8)


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
    return np.clip(out, 0, 255).astype(np.uint8)


def bangs() -> Wave:
    """The sound of fireworks: whistles, bangs and crackle."""
    return sounds.fireworks(PART_SECONDS)


CLIPS: dict[str, tuple[Part, ...]] = {
    "holiday.mp4": (
        Part("a beach with waves", lambda: scenes.beach(3, 1), lambda: sounds.waves(5, 41), (0.4, 0.55, 0.75), (0.6, 0.55, 0.75)),
        Part("a train passing", lambda: streets.train(25, 1), lambda: sounds.train_pass(5, 42), (0.62, 0.6, 0.7), (0.38, 0.6, 0.7)),
        Part("a forest with birdsong", lambda: scenes.forest(8, 1), lambda: sounds.birds(5, 43)),
    ),
    "night_in_town.mp4": (
        Part("a city at night", lambda: streets.city_night(26, 1), None, (0.4, 0.5, 0.8), (0.6, 0.5, 0.8)),
        Part("a police siren at night", lambda: streets.city_night(27, 1), lambda: sounds.siren(5, 44), overlay=blue_light),
        Part("the moon and crickets", lambda: scenes.night_sky(28, 1), lambda: sounds.crickets(5, 45), (0.6, 0.4, 0.9), (0.65, 0.35, 0.6)),
    ),
    "storm.webm": (
        Part("thunder over a street in the rain", lambda: streets.street(29, 1), lambda: sounds.thunder(5, 46), overlay=rainfall),
        Part("rain in the mountains", lambda: scenes.lake(7, 1), lambda: sounds.rain(5, 47), overlay=rainfall),
        Part("a rainbow", lambda: scenes.rainbow(30, 1), lambda: sounds.birds(5, 48), (0.5, 0.5, 0.8), (0.5, 0.5, 1.0)),
    ),
    "pets.mp4": (
        Part("a barking dog", lambda: creatures.dog(75, 1), lambda: sounds.dog_bark(5, 49), (0.5, 0.5, 1.0), (0.5, 0.42, 0.75)),
        Part("a miaowing cat", lambda: creatures.cat(76, 1), lambda: sounds.cat_meow(5, 50), (0.5, 0.45, 0.8), (0.5, 0.5, 1.0)),
        Part("a singing bird", lambda: creatures.bird(77, 1), lambda: sounds.birds(5, 51)),
    ),
    "fruit_salad.webm": (
        Part("apples", lambda: creatures.apple(78, 1), None, (0.5, 0.5, 1.0), (0.5, 0.5, 0.75)),
        Part("bananas", lambda: creatures.banana(79, 1), None, (0.45, 0.5, 0.9), (0.55, 0.5, 0.9)),
        Part("oranges", lambda: creatures.orange(80, 1), None, (0.5, 0.5, 0.75), (0.5, 0.5, 1.0)),
    ),
    "new_year.mp4": (
        Part("the quiet town before midnight", lambda: streets.city_night(31, 1), None),
        Part("fireworks", lambda: streets.city_night(31, 1), bangs, (0.5, 0.5, 0.8), (0.5, 0.5, 0.8), fireworks),
    ),
    "music_lesson.mp4": (
        Part("an acoustic guitar", lambda: products.guitar(81, 1), lambda: music.guitar(5, 52), (0.5, 0.6, 0.9), (0.5, 0.5, 0.8)),
        Part("an audience that claps", lambda: scenes.sunset(32, 1), lambda: sounds.applause(5, 53)),
    ),
    "regatta.mp4": (
        Part("a sailing boat in the wind", lambda: scenes.sailing_boat(33, 1), lambda: sounds.wind(5, 54), (0.42, 0.5, 0.8), (0.58, 0.5, 0.8)),
        Part("a hot-air balloon", lambda: streets.balloon(34, 1), None, (0.5, 0.55, 0.9), (0.5, 0.45, 0.9)),
        Part("the sun sets over the sea", lambda: scenes.sunset(35, 1), lambda: sounds.waves(5, 55), (0.55, 0.5, 0.7), (0.55, 0.5, 1.0)),
    ),
}  # fmt: skip


def render(name: str) -> bytes:
    """The file of a clip."""
    parts = CLIPS[name]
    track: Wave | None = None
    if any(part.sound for part in parts):
        waves = [
            (float(PART_SECONDS * i), part.sound().astype(np.float64)) for i, part in enumerate(parts) if part.sound
        ]
        track = finished(place(waves, PART_SECONDS * len(parts)))
        assert len(track) == PART_SECONDS * len(parts) * RATE
    return encode.clip(_frames(parts), FPS, SIZE, track, "." + name.rpartition(".")[2])


def _frames(parts: tuple[Part, ...]) -> Iterator[Frame]:
    for part in parts:
        base = part.scene().image()
        for i in range(PART_SECONDS * FPS):
            t = i / (PART_SECONDS * FPS - 1)
            x, y, zoom = (a + (b - a) * t for a, b in zip(part.start, part.end, strict=True))
            tall = min(base.height, base.width * SIZE[1] / SIZE[0]) * zoom
            wide = tall * SIZE[0] / SIZE[1]
            left = min(max(x * base.width - wide / 2, 0), base.width - wide)
            top = min(max(y * base.height - tall / 2, 0), base.height - tall)
            frame = np.asarray(base.resize(SIZE, Image.Resampling.BILINEAR, box=(left, top, left + wide, top + tall)))
            yield part.overlay(frame, i / FPS) if part.overlay else frame
