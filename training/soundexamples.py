"""What the audio run learns from: sounds, their copies, their names, and what the untouched net hears in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from sensorium.models.builtin.logmel import patches
from training.base import AUDIO_STEM, LayerNet
from training.copies import SHARES, Copies
from training.data import DataFolder
from training.hearing import COMMON, LEAST
from training.schedule import to_net
from training.sounds import Sounds, load_sounds
from training.soundtext import TextSide

SPEECH = "Speech"  # what a spoken digit is called: the encoder hears that someone speaks, not what is said
TOO_NEAR = 0.6  # teacher cosine to a held-out name from which an AudioSet class is shut in the run without them
BEST = 12  # classes that the bridge is held to


class Examples:
    """The sounds, their copies, their targets, and what the untouched net said about each."""

    def __init__(self, data: DataFolder, work: Path, text: TextSide, without: tuple[str, ...]) -> None:
        self.sounds, self.text = load_sounds(data, work), text
        self.copies = Copies(self.sounds, work, without)
        rows = self.sounds.rows
        called = [text.index[SPEECH if row["set"] == "digits" else row["label"]] for row in rows]
        self.target = torch.tensor(called)
        net = LayerNet(data.base, AUDIO_STEM)
        self.classes = torch.tensor([text.index[name] for name in net.meta["labels"]])
        held = torch.tensor([text.index[name] for name in without], dtype=torch.long)
        near = (text.names @ text.names[held].T > TOO_NEAR).any(1) if without else torch.zeros(len(text.names)).bool()
        self.allowed_names = ~near
        self.allowed_classes = self.allowed_names[self.classes]
        mine = [i for i, row in enumerate(rows) if row["split"] == "train" and row["label"] not in without]
        self.own = torch.unique(self.target[mine])
        groups: dict[tuple[str, str], list[int]] = {}
        for i in mine:
            groups.setdefault((rows[i]["set"], rows[i]["label"]), []).append(i)
        number = {name: sum(1 for other, _ in groups if other == name) for name in SHARES}
        scores = base_scores(work, self.sounds, net)
        self.frequency = torch.zeros(len(self.classes))
        for (name, _), members in groups.items():
            self.frequency += SHARES[name] / number[name] * scores[members].mean(0)
        self.bridge = self._targets(scores)

    def _targets(self, scores: Tensor) -> Tensor:
        """The untouched net's scores less how common each class is, the best of them: rows sum to 1."""
        fair = scores / (self.frequency + LEAST) ** COMMON * self.allowed_classes
        best = fair.topk(min(BEST, fair.shape[1]))
        kept = torch.zeros_like(fair).scatter_(1, best.indices, best.values)
        return kept / kept.sum(1, keepdim=True).clamp(min=1e-6)


@torch.inference_mode()
def base_scores(work: Path, sounds: Sounds, net: LayerNet) -> Tensor:
    """The untouched net's mean scores (rows, 521), computed once into `<work>/audio/scores.npy`."""
    path = work / "audio" / "scores.npy"
    if not path.exists():
        found = [
            torch.sigmoid(
                net.logits(net.features(to_net(torch.from_numpy(patches(sounds.samples_of(i))[:, None]))))
            ).mean(0)
            for i in range(len(sounds.rows))
        ]
        np.save(path, torch.stack(found).numpy())
    return torch.from_numpy(np.load(path))
