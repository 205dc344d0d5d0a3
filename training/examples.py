"""The pictures and texts of an image run, drawn batch by batch."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from training.captions import CaptionBank
from training.data import DataFolder
from training.frozen import class_names, load_frozen
from training.labels import LabelBank
from training.pictures import CROPS, load_pictures
from training.plan import SHARES, Plan


class Examples:
    """Draws batches: photographs with captions, and pictures with names, for a plan and a choice of classes."""

    def __init__(self, data: DataFolder, work: Path, plan: Plan, without: list[str]) -> None:
        self.plan = plan
        self.generator = torch.Generator().manual_seed(plan.seed)
        self.sets = {name: load_pictures(data, work, name) for name in CROPS}
        self.frozen = {name: load_frozen(data, work, self.sets[name]) for name in CROPS}
        self.use = {
            name: np.array(
                [i for i, row in enumerate(pictures.rows) if row["split"] == "train" and row.get("wnid") not in without]
            )
            for name, pictures in self.sets.items()
        }
        self.bank, self.captions = LabelBank(data, work), CaptionBank(data, work, "train")
        self.dev_captions = CaptionBank(data, work, "dev")
        known = {row["wnid"]: row["class_index"] for row in self.sets["imagenet_samples"].rows}
        self.allowed = torch.ones(len(known))
        self.allowed[[known[wnid] for wnid in without]] = 0
        if without:
            self.bank.leave_out([self.sets["imagenet_samples"].rows[known[wnid]] for wnid in without])
        self.class_teacher = self.bank.teacher[[self.bank.index[name] for name in class_names(data)]]

    def soft_classes(self, name: str, index: NDArray[np.int64]) -> Tensor:
        """ConSE targets (n, 1000), without the classes that are held out."""
        soft = self.frozen[name].soft(torch.from_numpy(index), len(self.allowed)) * self.allowed
        return soft / soft.sum(1, keepdim=True).clamp(min=1e-6)

    def photographs(self) -> Iterator[NDArray[np.int64]]:
        """Rows of Flickr8k in batches, shuffled anew at every pass."""
        order: NDArray[np.int64] = np.zeros(0, np.int64)
        size = self.plan.captions
        while True:
            if len(order) < size:
                order = np.concatenate(
                    [
                        order,
                        self.use["flickr8k"][
                            torch.randperm(len(self.use["flickr8k"]), generator=self.generator).numpy()
                        ],
                    ]
                )
            yield order[:size]
            order = order[size:]

    def named(self, size: int) -> list[tuple[str, NDArray[np.int64]]]:
        """Rows of the labelled sets, by their shares."""
        drawn = []
        for name, share in SHARES.items():
            pick = torch.randint(0, len(self.use[name]), (round(size * share),), generator=self.generator)
            drawn.append((name, self.use[name][pick.numpy()]))
        return drawn
