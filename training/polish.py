"""Polish the head and the text map on the tuned net's own features: many passes over a few views, in large batches.

`python -m training.polish --data DIR --work DIR [--run main]` reads `net.pt` and writes `polished.pt` beside it. Passes
over stored features cost nothing beside those through the net, so that batches can be large and the temperature, which
one long run of small batches hardly moves, can settle.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.examples import Examples
from training.image_check import check
from training.image_net import SIDE, Model, load_model
from training.image_run import ImageRun
from training.objective import Objective
from training.pictures import augmented, clean, degrade
from training.plan import SHARES, Plan
from training.schedule import log, rate, to_net

BATCH = 64


@dataclass(frozen=True)
class Polish:
    """Views of a photograph (the whole, and random crops) and of a labelled picture; sizes and rates."""

    steps: int = 300
    captions: int = 384
    labels: int = 160
    photograph_crops: int = 2
    label_crops: int = 1
    head_rate: float = 5e-4
    scale_rate: float = 1e-2
    label_weight: float = 0.5


class Views:
    """Features of every training picture, as the tuned net sees it: {set: (views, rows, 1280)} float16."""

    def __init__(self, model: Model, examples: Examples, plan: Polish, path: Path) -> None:
        if path.exists():
            self.features: dict[str, Tensor] = torch.load(path, weights_only=True)
            return
        model.eval()
        self.features = {}
        for name in ("flickr8k", *SHARES):
            crops = plan.photograph_crops if name == "flickr8k" else plan.label_crops
            views = [self._view(model, examples, name, crop=False)] if name == "flickr8k" else []
            views += [self._view(model, examples, name, crop=True) for _ in range(crops)]
            self.features[name] = torch.stack(views)
        torch.save(self.features, path)

    @torch.inference_mode()
    def _view(self, model: Model, examples: Examples, name: str, crop: bool) -> Tensor:
        pictures, use, g = examples.sets[name], examples.use[name], examples.generator
        out = torch.zeros(len(pictures.rows), model.head.skip.in_features, dtype=torch.float16)
        for start in range(0, len(use), BATCH):
            rows = use[start : start + BATCH]
            side = SIDE if name == "flickr8k" else min(SIDE, 129)
            x = degrade(augmented(pictures, rows, side, g), g) if crop else clean(pictures, rows, side)
            out[torch.from_numpy(rows)] = model.base.features(to_net(x)).half()
        return out

    def draw(self, name: str, rows: NDArray[np.int64], generator: torch.Generator) -> Tensor:
        """One view of each row (n, 1280) float32."""
        views = self.features[name]
        which = torch.randint(0, len(views), (len(rows),), generator=generator)
        return views[which, torch.from_numpy(rows)].float()


def polish(model: Model, examples: Examples, views: Views, plan: Polish, folder: Path) -> None:
    """Train the head, the text map and the temperatures; the net stays."""
    objective = Objective(model, examples, Plan(soft_share=0.05, conse_weight=0.3))
    scales = [model.caption_scale.log, model.label_scale.log, model.conse_scale.log]
    chosen = {id(p) for p in scales}
    rest = [p for name, p in model.named_parameters() if not name.startswith("base.") and id(p) not in chosen]
    groups = [{"params": rest, "lr": plan.head_rate}, {"params": scales, "lr": plan.scale_rate, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.05)
    peaks, g, started, losses = [plan.head_rate, plan.scale_rate], examples.generator, time.time(), []
    use = examples.use["flickr8k"]
    model.train()
    for step in range(plan.steps):
        for group, peak in zip(optimiser.param_groups, peaks, strict=True):
            group["lr"] = peak * rate(step, plan.steps)
        rows = use[torch.randperm(len(use), generator=g)[: plan.captions].numpy()]
        drawn = examples.named(plan.labels)
        loss = objective.captions(rows, views.draw("flickr8k", rows, g))
        loss = loss + plan.label_weight * objective.names(
            drawn, torch.cat([views.draw(name, r, g) for name, r in drawn])
        )
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(rest, 5.0)
        optimiser.step()
        losses.append(loss.item())
        if (step + 1) % 50 == 0 or step + 1 == plan.steps:
            log(
                folder,
                polish=step + 1,
                loss=round(float(np.mean(losses)), 3),
                seconds=round(time.time() - started, 1),
                scales=[round(p.detach().exp().item(), 1) for p in scales],
            )
            losses = []


def main() -> None:
    run = ImageRun.read("Polish the image head and the text map.", Polish.steps)
    plan = Polish(steps=run.steps)
    examples = run.examples(Plan())
    model = load_model(run.data.base, run.folder / "net.pt")
    views = Views(model, examples, plan, run.folder / "views.pt")
    if run.start is not None:
        model.load_state_dict(torch.load(run.start, weights_only=True))
    polish(model, examples, views, plan, run.folder)
    torch.save(model.state_dict(), run.folder / "polished.pt")
    log(run.folder, stage="polish", **check(model, examples))


if __name__ == "__main__":
    main()
