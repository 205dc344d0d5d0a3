"""Texts as numbers: tokens of every training text and features of every token, flat with offsets."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from sensorium.models.builtin.features import buckets
from sensorium.models.builtin.tokens import tokens
from training.student import MAX_TOKENS

Ints = NDArray[np.int64]
Batch = tuple[Tensor, Tensor, list[tuple[Tensor, Tensor, Tensor]]]
PARTS = 5
"""A batch is cut into this many parts by length, so that little of it is padding."""


class Flat:
    """Rows of different lengths: `values[offsets[i]:offsets[i + 1]]` is row i."""

    def __init__(self, values: NDArray[np.int32], offsets: Ints) -> None:
        self.values, self.offsets = values, offsets

    @classmethod
    def of(cls, rows: Sequence[Sequence[int] | Ints]) -> Flat:
        offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum([len(row) for row in rows], out=offsets[1:])
        return cls(np.fromiter(chain.from_iterable(rows), np.int32, int(offsets[-1])), offsets)

    def __len__(self) -> int:
        return len(self.offsets) - 1

    def take(self, rows: Ints) -> tuple[NDArray[np.int32], Ints]:
        """The values of `rows`, one after the other, and their offsets (rows + 1)."""
        starts, lengths = self.offsets[rows], self.offsets[rows + 1] - self.offsets[rows]
        offsets = np.zeros(len(rows) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        index = np.arange(offsets[-1]) + np.repeat(starts - offsets[:-1], lengths)
        return self.values[index], offsets


class Packed:
    """Tokenised texts over one vocabulary. Token 0 is padding and has no features."""

    def __init__(self, texts: Flat, features: Flat) -> None:
        self.texts, self.features = texts, features

    @classmethod
    def of(cls, texts: Sequence[str]) -> Packed:
        """Tokenise; a text without any token gets padding alone and so the zero vector of the table."""
        numbers: dict[str, int] = {"": 0}
        rows = [
            [numbers.setdefault(token, len(numbers)) for token in tokens(text)[:MAX_TOKENS]] or [0] for text in texts
        ]
        return cls(Flat.of(rows), Flat.of([[], *(buckets(token) for token in list(numbers)[1:])]))

    def save(self, path: Path) -> None:
        np.savez(path, t=self.texts.values, to=self.texts.offsets, f=self.features.values, fo=self.features.offsets)

    @classmethod
    def load(cls, path: Path) -> Packed:
        z = np.load(path)
        return cls(Flat(z["t"], z["to"]), Flat(z["f"], z["fo"]))

    def batch(self, rows: Ints, random: np.random.Generator | None = None, drop: float = 0.0) -> Batch:
        """What `Student.forward` takes for these texts; with `random`, a share `drop` of features is left out."""
        values, offsets = self.texts.take(rows)
        distinct, local = np.unique(values, return_inverse=True)
        features, ends = self.features.take(distinct.astype(np.int64))
        if random is not None and drop > 0:
            kept = random.random(len(features)) >= drop
            ends = np.concatenate([[0], np.cumsum(kept)])[ends]
            features = features[kept]
        lengths = np.diff(offsets)
        order = np.argsort(lengths, kind="stable")
        parts = []
        for part in np.array_split(order, PARTS if len(order) >= 8 * PARTS else 1):
            longest = int(lengths[part].max())
            column = np.arange(longest)[None, :]
            mask = column < lengths[part][:, None]
            index = np.where(mask, offsets[part][:, None] + column, 0)
            found = part, local[index], mask.astype(np.float32)
            parts.append((torch.from_numpy(found[0]), torch.from_numpy(found[1]), torch.from_numpy(found[2])))
        return torch.from_numpy(features.astype(np.int64)), torch.from_numpy(ends.astype(np.int64)), parts
