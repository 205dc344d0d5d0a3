"""The audio encoder as a module: what the base net hears, told in words, plus what only the net itself can tell."""

from __future__ import annotations

import torch
from torch import Tensor, nn

from training.base import LayerNet
from training.losses import Centre, Scale
from training.schedule import to_net

FEATURES, HIDDEN = 1024, 256
COMMON = 0.8  # how much of a class's frequency is taken out of its share at the start
LEAST = 1e-3  # frequency of a class that is never heard
FAINT = 1e-3  # added to the sum of a patch's weighed probabilities, so that silence says nothing


class AudioModel(nn.Module):
    """Patches (n, p, 96, 64) -> shared space (n, 512), centred, not normalised.

    A patch is the mean of the 521 label vectors, weighed by the probability of each class and less the more common the
    class is (without that, "Vehicle" and "Music" drown the rest), plus a residual. A sound is the mean of its patches.
    """

    allowed: Tensor
    to_space: Tensor

    def __init__(self, base: LayerNet, labels: Tensor, to_space: Tensor) -> None:
        super().__init__()
        self.base = base
        self.labels = nn.Parameter(labels - labels.mean(0))  # (521, 384)
        self.weigh = nn.Parameter(torch.zeros(len(labels)))  # logarithm of a class's weight
        last = nn.Linear(HIDDEN, labels.shape[1])
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.residual = nn.Sequential(nn.Dropout(0.3), nn.Linear(FEATURES, HIDDEN), nn.GELU(), nn.Dropout(0.3), last)
        self.centre = Centre()
        self.register_buffer("allowed", torch.ones(len(labels)))
        self.register_buffer("to_space", to_space)  # (512, 384)
        self.label_scale, self.own_scale, self.caption_scale = Scale(), Scale(), Scale()

    def expect(self, frequency: Tensor) -> None:
        """Weigh the classes down by how often the untouched net hears them (521,)."""
        with torch.no_grad():
            self.weigh.copy_(-COMMON * torch.log(frequency + LEAST))

    def shares(self, features: Tensor) -> Tensor:
        """The share of each class in a patch (n, 521); rows sum to 1, or less where hardly anything is heard."""
        found = torch.sigmoid(self.base.logits(features)) * (self.weigh.exp() * self.allowed)
        return found / (found.sum(1, keepdim=True) + FAINT)

    def told(self, features: Tensor, keep: Tensor | None = None) -> Tensor:
        """Features (n, 1024) -> teacher-space vectors (n, 384); `keep` (n, 1) weighs the residual."""
        extra = self.residual(features)
        out: Tensor = self.shares(features) @ self.labels + (extra if keep is None else keep * extra)
        return out

    def patch_vectors(self, x: Tensor) -> Tensor:
        """Patches (n, 1, 96, 64) -> teacher-space vectors (n, 384)."""
        return self.told(self.base.features(x))

    def heard(self, features: Tensor, each: int, keep: Tensor | None = None) -> Tensor:
        """Features (n x each, 1024) of n sounds -> the shared space (n, 512); `keep` (n, 1) as in `told`."""
        kept = None if keep is None else keep.repeat_interleave(each, 0)
        mean = self.told(features, kept).view(-1, each, self.labels.shape[1]).mean(1)
        out: Tensor = self.centre(mean @ self.to_space.T)
        return out

    def forward(self, x: Tensor) -> Tensor:
        return self.heard(self.base.features(to_net(x.flatten(0, 1)[:, None])), x.shape[1])
