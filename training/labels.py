"""Names of the pictures as text targets, and the classes that are held out for "never trained on"."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from training.data import DataFolder, Row
from training.teacher import label_vectors

TOO_NEAR = 0.7  # teacher cosine from which another name is no negative of a name


def names_of(kind: str, row: Row) -> list[tuple[str, float]]:
    """The texts that a picture may be called, with their shares; none for a picture with captions."""
    if kind == "flickr8k":
        return []
    if kind == "emoji":
        words = [row["name"]["en"], *row["keywords"].get("en", ())]
        return [(word, 0.5 if i == 0 else 0.5 / max(1, len(words) - 1)) for i, word in enumerate(words)]
    if kind == "imagenet_samples":
        parts = [part.strip() for part in row["synonyms"].split(",")]
        return [(row["label"], 0.6), *((part, 0.4 / len(parts)) for part in parts)]
    names = [(row["label"], 0.5)]
    names += [(row[key], 0.25) for key in ("coarse", "description") if row.get(key)]
    return names


def held_out_wnids(data: DataFolder) -> list[str]:
    """40 of Tiny-ImageNet's 200 classes: every fifth of the sorted wnids."""
    return sorted({row["wnid"] for row in data.rows("tinyimagenet")})[::5]


class LabelBank:
    """All names with their teacher vectors (names, 384), and which pairs are too near to contrast."""

    def __init__(self, data: DataFolder, work: Path) -> None:
        vectors = label_vectors(work, data, "image")
        self.index = {name: i for i, name in enumerate(vectors)}
        self.teacher = torch.from_numpy(np.stack(list(vectors.values())).astype(np.float32))
        self.free = torch.ones(len(vectors), dtype=torch.bool)  # may serve as a negative

    def leave_out(self, rows: list[Row]) -> None:
        """Never use the names of these ImageNet samples, as a target or as a negative."""
        for row in rows:
            for name in (row["label"], row["synonyms"], *(part.strip() for part in row["synonyms"].split(","))):
                self.free[self.index[name]] = False

    def draw(self, names: list[list[tuple[str, float]]], generator: torch.Generator) -> Tensor:
        """One name's index for each picture, by share: (n,) int64."""
        drawn = []
        for options in names:
            weights = torch.tensor([share for _, share in options])
            drawn.append(self.index[options[int(torch.multinomial(weights, 1, generator=generator))][0]])
        return torch.tensor(drawn)

    def batch(self, target: Tensor, negatives: int, generator: torch.Generator) -> tuple[Tensor, Tensor, Tensor]:
        """Teacher vectors of a bank (m, 384), one-hot targets and hidden pairs (n, m): names that are too near."""
        others = torch.randperm(len(self.teacher), generator=generator)
        others = others[self.free[others]][:negatives]
        bank = torch.unique(torch.cat([target, others]))
        onehot = (bank[None] == target[:, None]).float()
        near = self.teacher[target] @ self.teacher[bank].T > TOO_NEAR
        return self.teacher[bank], onehot, near & (onehot == 0)
