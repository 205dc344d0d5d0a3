"""What an image model finds on dev pictures, while it is trained."""

from __future__ import annotations

import numpy as np
import torch

from training.examples import Examples
from training.image_net import SIDE, Model, embed


@torch.inference_mode()
def check(model: Model, examples: Examples, side: int = SIDE) -> dict[str, float]:
    """Dev figures in per cent, with the teacher as text encoder."""
    was = model.training
    model.eval()
    normal = torch.nn.functional.normalize
    found: dict[str, float] = {}
    dev = {
        name: np.array([i for i, row in enumerate(p.rows) if row["split"] == "dev"])
        for name, p in examples.sets.items()
    }
    bank = examples.dev_captions
    image = normal(embed(model, examples.sets["flickr8k"], dev["flickr8k"], side), dim=1)
    text = normal(model.text(bank.flat), dim=1)
    scores = text @ image.T
    right = scores.gather(1, bank.owner[:, None])
    place = (scores > right).sum(1)
    order = scores.T.argsort(1, descending=True)
    hit = bank.owner[order] == torch.arange(len(image))[:, None]
    back = hit.float().argmax(1)
    for k in (1, 10):
        found[f"text_image_{k}"] = round(float((place < k).float().mean()) * 100, 1)
        found[f"image_text_{k}"] = round(float((back < k).float().mean()) * 100, 1)
    for name in ("scenes", "tinyimagenet", "grocery", "clothing"):
        key = "coarse" if name == "grocery" else "label"
        names = sorted({row[key] for row in examples.sets[name].rows})
        vectors = normal(model.text(examples.bank.teacher[[examples.bank.index[n] for n in names]]), dim=1)
        index = dev[name][:500]
        best = (normal(embed(model, examples.sets[name], index, side), dim=1) @ vectors.T).argmax(1)
        truth = torch.tensor([names.index(examples.sets[name].rows[int(i)][key]) for i in index])
        found[name] = round(float((best == truth).float().mean()) * 100, 1)
    model.train(was)
    return found
