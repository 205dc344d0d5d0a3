"""Small payloads of every modality for tests, made by code from a seed."""

from __future__ import annotations

import numpy as np

from sensorium.types import Audio, Image, Modality, Page, Payload, Video

WORDS = (
    "river",
    "engine",
    "red",
    "quietly",
    "mountain",
    "seven",
    "glass",
    "running",
    "dog",
    "letter",
    "storm",
    "piano",
)


def text(seed: int) -> str:
    """A sentence of six words."""
    rng = np.random.default_rng(seed)
    return " ".join(str(rng.choice(WORDS)) for _ in range(6)) + f" {seed}."


def image(seed: int, height: int = 48, width: int = 64) -> Image:
    """Coarse coloured tiles with a little noise."""
    rng = np.random.default_rng(seed)
    tiles = rng.integers(0, 256, (4, 4, 3))
    rows, columns = np.arange(height) * 4 // height, np.arange(width) * 4 // width
    pixels = tiles[rows][:, columns] + rng.integers(-8, 9, (height, width, 3))
    return Image(np.clip(pixels, 0, 255).astype(np.uint8))


def audio(seed: int, seconds: float = 1.0, rate: int = 16_000) -> Audio:
    """Two tones with a little noise."""
    rng = np.random.default_rng(seed)
    t = np.arange(int(seconds * rate)) / rate
    tones = sum(0.3 * np.sin(2 * np.pi * f * t) for f in rng.uniform(100, 4000, 2))
    return Audio((tones + rng.normal(0, 0.01, len(t))).astype(np.float32), rate)


def page(seed: int) -> Page:
    """A page with a text layer and a picture."""
    return Page(text(seed), image(seed, 96, 72))


def video(seed: int, frames: int = 4, seconds: float = 2.0) -> Video:
    """Frames and sound."""
    times = tuple((i + 0.5) * seconds / frames for i in range(frames))
    return Video(tuple(image(seed * 31 + i) for i in range(frames)), times, seconds, audio(seed, seconds))


def payload(modality: Modality, seed: int) -> Payload:
    """A payload of that modality; other seeds give other content."""
    match modality:
        case Modality.TEXT:
            return text(seed)
        case Modality.DOCUMENT:
            return page(seed)
        case Modality.IMAGE:
            return image(seed)
        case Modality.AUDIO:
            return audio(seed)
        case Modality.VIDEO:
            return video(seed)
