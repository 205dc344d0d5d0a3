"""Draw the tuned audio net half-way back to its base, so that it still knows sounds that it was not tuned on.

`python -m training.soften --data DIR --work DIR [--run main]` reads `head.pt` and `net.pt` and writes `softened.pt`.
Two steps. The weights become the mean of those before and after all layers were trained: that keeps what the training
sounds taught and most of what the base knew. Then the residual, which has learned the trained names only and pulls
every sound towards one of them, is weighed down.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import torch
from torch import Tensor

from sensorium.models.builtin.logmel import patches
from training.copies import SHARES
from training.data import DataFolder
from training.export_audio import load_model
from training.hearing import AudioModel
from training.schedule import to_net
from training.sounds import Sounds, load_sounds

RESIDUAL, CENTRE = 0.6, 0.75
EACH = 6  # training clips of a class whose mean is taken


@torch.no_grad()
def between(model: AudioModel, before: AudioModel) -> None:
    """Set the model's weights to the mean of its own and those of `before`."""
    for own, other in zip(model.state_dict().values(), before.state_dict().values(), strict=True):
        own.lerp_(other, 0.5)


@torch.inference_mode()
def usual(sounds: Sounds, model: AudioModel) -> list[tuple[float, Tensor]]:
    """Some training clips of every class as (share, features (patches, 1024)); shares as in training, sum 1."""
    groups: dict[tuple[str, str], list[int]] = {}
    for i, row in enumerate(sounds.rows):
        if row["split"] == "train":
            groups.setdefault((row["set"], row["label"]), []).append(i)
    found = []
    for (name, _), members in groups.items():
        some = members[:: -(-len(members) // EACH)]
        classes = sum(1 for other, _ in groups if other == name)
        for i in some:
            x = to_net(torch.from_numpy(patches(sounds.samples_of(i)))[:, None])
            found.append((SHARES[name] / classes / len(some), model.base.features(x)))
    return found


@torch.inference_mode()
def mean_of(model: AudioModel, clips: list[tuple[float, Tensor]]) -> Tensor:
    """The mean vector of clips in the shared space (512,), before the centre is taken off."""
    rows = torch.stack([share * model.told(features).mean(0) for share, features in clips])
    return model.to_space @ rows.sum(0)


@torch.no_grad()
def soften(model: AudioModel, clips: list[tuple[float, Tensor]]) -> None:
    """Weigh the residual down, open all classes of the bridge (the base net knew them), and set the centre.

    The training's own centre suits the trained names, the plain clips' mean suits unknown ones: CENTRE is the share of
    the second.
    """
    before = mean_of(model, clips)
    for value in model.residual[4].state_dict().values():
        value.mul_(RESIDUAL)
    model.allowed.fill_(1)
    kept = model.centre.mean - before
    model.centre.mean.copy_(mean_of(model, clips) + (1 - CENTRE) * kept)


def main() -> None:
    parser = argparse.ArgumentParser(description="Draw the tuned audio net back towards its base.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--run", default="main")
    args = parser.parse_args()
    data, folder = DataFolder(args.data), args.work / "audio" / args.run
    model = load_model(data.base, folder / "net.pt")
    between(model, load_model(data.base, folder / "head.pt"))
    soften(model, usual(load_sounds(data, args.work), model))
    torch.save(model.state_dict(), folder / "softened.pt")
    print(folder / "softened.pt")


if __name__ == "__main__":
    main()
