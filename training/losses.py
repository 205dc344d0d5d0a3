"""Losses of the shared space: contrast at every Matryoshka size, with hard, several or soft targets."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

DIM = 512
CUTS = (64, 128, 256, 256, 384)  # Matryoshka sizes below the whole, as often as they are drawn
LARGEST_SCALE = 100.0


class Centre(nn.Module):
    """Subtracts the running mean of a modality and normalises: cosines of two modalities then share a zero."""

    mean: Tensor
    seen: Tensor

    def __init__(self, dim: int = DIM, momentum: float = 0.02) -> None:
        super().__init__()
        self.momentum = momentum
        self.register_buffer("mean", torch.zeros(dim))
        self.register_buffer("seen", torch.zeros(()))

    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            with torch.no_grad():
                share = max(self.momentum, 1.0 / (1.0 + float(self.seen)))
                self.mean.lerp_(x.mean(0), share)
                self.seen.add_(1)
        return x - self.mean


class TextMap(nn.Module):
    """The teacher's caption space (384-d) -> shared space (512-d), centred, not normalised."""

    def __init__(self, source: int = 384) -> None:
        super().__init__()
        self.linear = nn.Linear(source, DIM, bias=False)
        nn.init.orthogonal_(self.linear.weight)
        self.centre = Centre()

    def forward(self, teacher: Tensor) -> Tensor:
        out: Tensor = self.centre(self.linear(teacher))
        return out


class Scale(nn.Module):
    """A learned inverse temperature, at most 100."""

    def __init__(self, start: float = 20.0) -> None:
        super().__init__()
        self.log = nn.Parameter(torch.tensor(start).log())

    def forward(self) -> Tensor:
        return self.log.exp().clamp(max=LARGEST_SCALE)


def similarity(a: Tensor, b: Tensor) -> list[tuple[float, Tensor]]:
    """(weight, cosines (n, m)) of the whole vector and of one Matryoshka cut, drawn anew; a and b need no unit norm."""
    cut = CUTS[int(torch.randint(0, len(CUTS), (1,)))]
    return [
        (weight, F.normalize(a[:, :size], dim=1) @ F.normalize(b[:, :size], dim=1).T)
        for size, weight in ((DIM, 0.5), (cut, 0.5))
    ]


def contrast(a: Tensor, b: Tensor, scale: Tensor, target: Tensor, hidden: Tensor | None = None) -> Tensor:
    """Cross entropy of softmax(scale x cosine) against `target` (n, m; rows sum to 1) without the `hidden` pairs."""
    loss = a.new_zeros(())
    for weight, cosine in similarity(a, b):
        logits = scale * cosine
        if hidden is not None:
            logits = logits.masked_fill(hidden, -1e4)
        loss = loss - weight * (target * F.log_softmax(logits, 1)).sum(1).mean()
    return loss


def soft_neighbours(similar: Tensor, positive: Tensor, temperature: float, share: float) -> Tensor:
    """Target rows: `positive` (n, m, rows sum to 1) mixed with softmax(similar / temperature) by `share`."""
    return (1 - share) * positive + share * F.softmax(similar / temperature, 1)
