"""The captions of Flickr8k as contrastive targets, in the teacher's space."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor

from training.data import DataFolder, flat_captions
from training.teacher import embeddings

EACH = 5  # captions a photograph; one that has four counts its first twice
ASKED = 2  # of which so many look for the photograph in one step


class CaptionBank:
    """Teacher vectors of a split: `captions` (n, 5, 384), and `mean` (n, 384), the photograph's mean caption (unit)."""

    def __init__(self, data: DataFolder, work: Path, split: str) -> None:
        texts, owner = flat_captions(data.split("flickr8k", split))
        flat = torch.from_numpy(embeddings(work, f"flickr8k_{split}", texts))
        rows = [np.flatnonzero(owner == i) for i in range(int(owner.max()) + 1)]
        self.captions = flat[torch.from_numpy(np.stack([np.resize(r, EACH) for r in rows]))]
        self.mean = F.normalize(self.captions.mean(1), dim=1)
        self.flat, self.owner = flat, torch.from_numpy(owner)
        self.retold: list[tuple[float, Tensor]] = []

    def retell(self, path: Path, shares: dict[str, float]) -> None:
        """Show the captions as `training.retold` stored them in a share of the steps."""
        with np.load(path) as stored:
            self.retold = [(share, torch.from_numpy(stored[key])) for key, share in shares.items()]

    def reading(self, generator: torch.Generator) -> Tensor:
        """The captions (n, 5, 384) as one of their readers has them: the teacher's unless `retell` says otherwise."""
        drawn = float(torch.rand((), generator=generator))
        for share, captions in self.retold:
            drawn -= share
            if drawn < 0:
                return captions
        return self.captions

    def texts(self, index: Tensor, others: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Columns to find the photographs' captions among: own captions first, then those of `others` photographs.

        Returns teacher vectors (m, 384), positive targets (n, m) with rows summing to 1, and the teacher's similarity
        of each photograph's mean caption to every column (n, m).
        """
        n = len(index)
        known = torch.zeros(len(self.mean), dtype=torch.bool)
        known[index] = True
        free = torch.randperm(len(self.mean), generator=generator)
        free = free[~known[free]][:others]
        which = torch.randint(0, EACH, (len(free),), generator=generator)
        captions = self.reading(generator)
        bank = torch.cat([captions[index].flatten(0, 1), captions[free, which]])
        positive = torch.zeros(n, len(bank))
        positive[torch.arange(n)[:, None], torch.arange(n * EACH).view(n, EACH)] = 1 / EACH
        return bank, positive, self.mean[index] @ bank.T


class Queue:
    """The last `size` image vectors without gradient, as further negatives of a caption."""

    def __init__(self, size: int, dim: int) -> None:
        self.vectors, self.owner = torch.zeros(0, dim), torch.zeros(0, dtype=torch.long)
        self.size = size

    def push(self, vectors: Tensor, owner: Tensor) -> None:
        self.vectors = torch.cat([vectors.detach(), self.vectors])[: self.size]
        self.owner = torch.cat([owner, self.owner])[: self.size]
