"""What an image run trains: the net, the head on it, the text map and the temperatures."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.base import IMAGE_STEM, LayerNet
from training.losses import DIM, Centre, Scale, TextMap
from training.pictures import Pictures, clean
from training.schedule import to_net

FEATURES, HIDDEN = 1280, 1024
SIDE = 177  # at which the net is used: on dev photographs 161 finds half a point less


class ImageHead(nn.Module):
    """Features (n, 1280) -> shared space (n, 512), centred, not normalised: a linear map plus a small MLP."""

    def __init__(self) -> None:
        super().__init__()
        self.skip = nn.Linear(FEATURES, DIM)
        self.mlp = nn.Sequential(
            nn.Dropout(0.2), nn.Linear(FEATURES, HIDDEN), nn.GELU(), nn.Dropout(0.3), nn.Linear(HIDDEN, DIM)
        )
        self.centre = Centre()

    def forward(self, features: Tensor) -> Tensor:
        out: Tensor = self.centre(self.skip(features) + self.mlp(features))
        return out


class Model(nn.Module):
    """Everything that is trained together."""

    def __init__(self, base: LayerNet) -> None:
        super().__init__()
        self.base, self.head, self.text = base, ImageHead(), TextMap()
        self.caption_scale, self.label_scale, self.conse_scale = Scale(), Scale(), Scale()


def fresh(base: Path) -> Model:
    """The base net under a new head."""
    return Model(LayerNet(base, IMAGE_STEM))


def load_model(base: Path, weights: Path) -> Model:
    """A trained model from its stored state, in evaluation mode."""
    model = fresh(base)
    model.load_state_dict(torch.load(weights, weights_only=True))
    return model.eval()


@torch.inference_mode()
def embed(model: Model, pictures: Pictures, index: NDArray[np.int64], side: int = SIDE) -> Tensor:
    """Shared-space vectors (n, 512) of whole pictures, by the model as it is."""
    model.eval()
    return torch.cat(
        [
            model.head(model.base.features(to_net(clean(pictures, index[i : i + 50], side))))
            for i in range(0, len(index), 50)
        ]
    )
