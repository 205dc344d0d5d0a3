"""Classes never trained on: measured on a model of its own, trained without them, among the held-out names only."""

from __future__ import annotations

import numpy as np

from sensorium.types import Audio, Image, Payload
from training.audio import HELD_OUT
from training.data import DataFolder
from training.labels import held_out_wnids
from training.measures import NAMED_SOUNDS, Embed, Figures, name_rows, top_one
from training.teacher import IMAGE_PROMPTS, SOUND_PROMPTS


def unseen(embed: Embed, data: DataFolder) -> Figures:
    """Top-1 of 40 object classes (dev rows of Tiny-ImageNet) and 8 sound classes (every row: none was trained on)."""
    wnids = set(held_out_wnids(data))
    rows = [row for row in data.split("tinyimagenet", "dev") if row["wnid"] in wnids]
    labels = sorted({row["label"] for row in rows})
    pictures = embed([Image(p) for p in data.images("tinyimagenet", [row["file"] for row in rows])])
    truth = np.array([labels.index(row["label"]) for row in rows])
    sounds: list[Payload] = []
    heard: list[int] = []
    for kind in NAMED_SOUNDS:
        some = [row for row in data.rows(kind) if row["label"] in HELD_OUT]
        sounds.extend(Audio(s, 16_000) for s in data.sounds(kind, [row["file"] for row in some]))
        heard.extend(HELD_OUT.index(row["label"]) for row in some)
    return {
        "object classes never trained on (40) top-1": top_one(pictures, name_rows(embed, labels, IMAGE_PROMPTS), truth),
        "sound classes never trained on (8) top-1": top_one(
            embed(sounds), name_rows(embed, HELD_OUT, SOUND_PROMPTS), np.array(heard)
        ),
    }
