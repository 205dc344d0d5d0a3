"""Speed of the encoders alone on one thread, by processor time, so that other work on the machine counts little."""

from __future__ import annotations

import time
from collections.abc import Sequence

import numpy as np
from PIL import Image as Picture

from sensorium.types import Audio, Image, Payload, Pixels
from training.data import DataFolder, flat_captions
from training.measures import Embed, Figures

TEXTS, PICTURES, SOUNDS = 3000, 100, 30


def speed(embed: Embed, data: DataFolder) -> Figures:
    """Flickr8k dev captions, its photographs at 224 px, and UrbanSound8K dev sounds; units a second."""
    rows = data.split("flickr8k", "dev")
    captions = flat_captions(rows)[0][:TEXTS]
    pictures = [Image(_larger(p)) for p in data.images("flickr8k", [row["file"] for row in rows[:PICTURES]])]
    files = [row["file"] for row in data.split("urbansound8k", "dev")[:SOUNDS]]
    sounds = [Audio(s, 16_000) for s in data.sounds("urbansound8k", files)]
    return {
        "texts a second, one thread": len(captions) / _seconds(embed, captions),
        "224-px images a second, one thread": len(pictures) / _seconds(embed, pictures),
        "audio seconds a second, one thread": sum(s.seconds for s in sounds) / _seconds(embed, sounds),
    }


def _larger(pixels: Pixels) -> Pixels:
    return np.asarray(Picture.fromarray(pixels).resize((224, 224)), np.uint8)


def _seconds(embed: Embed, payloads: Sequence[Payload]) -> float:
    embed(payloads[:5])
    start = time.process_time()
    embed(payloads)
    return time.process_time() - start
