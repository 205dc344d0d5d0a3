"""What the untouched base net says of every picture: features for the head's warm-up, class scores for ConSE."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.base import IMAGE_STEM, LayerNet
from training.data import DataFolder
from training.pictures import Pictures, clean

KEPT = 10  # classes a picture
SIDES = {"tinyimagenet": 161, "emoji": 161}  # else 193
BATCH = 64


@dataclass(frozen=True)
class Frozen:
    """features (n, 1280) float32; the ten best classes (n, 10) int64 and their shares (n, 10), renormalised to 1."""

    features: Tensor
    classes: Tensor
    shares: Tensor

    def soft(self, index: Tensor, total: int) -> Tensor:
        """Rows (n, total) of class shares."""
        rows = torch.zeros(len(index), total)
        return rows.scatter_(1, self.classes[index], self.shares[index])


def class_names(data: DataFolder) -> list[str]:
    """The 1,000 names as the base net gives them, in the order of its scores (without the background)."""
    return list(LayerNet(data.base, IMAGE_STEM).meta["labels"][1:])


def load_frozen(data: DataFolder, work: Path, pictures: Pictures) -> Frozen:
    """Compute `<work>/image/frozen-<set>.npz` on first use, then read it."""
    path = work / "image" / f"frozen-{pictures.name}.npz"
    if not path.exists():
        net = LayerNet(data.base, IMAGE_STEM).eval()
        side = SIDES.get(pictures.name, 193)
        features, classes, shares = [], [], []
        with torch.inference_mode():
            for start in range(0, len(pictures.rows), BATCH):
                index = np.arange(start, min(start + BATCH, len(pictures.rows)))
                x = clean(pictures, index, side).bfloat16().contiguous(memory_format=torch.channels_last)
                e = net.features(x)
                best = net.logits(e)[:, 1:].softmax(1).topk(KEPT)
                features.append(e.half().numpy())
                classes.append(best.indices.numpy())
                shares.append((best.values / best.values.sum(1, keepdim=True)).numpy())
        np.savez(
            path, features=np.concatenate(features), classes=np.concatenate(classes), shares=np.concatenate(shares)
        )
    with np.load(path) as stored:
        return Frozen(
            *(
                torch.from_numpy(stored[key].astype(kind))
                for key, kind in (("features", np.float32), ("classes", np.int64), ("shares", np.float32))
            )
        )
