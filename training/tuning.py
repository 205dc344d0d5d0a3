"""The long run over every layer of the image net."""

from __future__ import annotations

import copy
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn

from training.examples import Examples
from training.image_check import check
from training.image_net import Model
from training.objective import Objective
from training.pictures import augmented, degrade
from training.plan import Plan
from training.schedule import log, rate, relative_groups, to_net


class Tuning:
    """The long run over every layer, with its optimiser, moving average and checkpoint."""

    def __init__(self, model: Model, examples: Examples, plan: Plan, folder: Path) -> None:
        self.model, self.examples, self.plan, self.folder = model, examples, plan, folder
        body = model.base.body_parameters()
        groups = relative_groups(body, plan.body_rate)
        groups.append(
            {
                "params": [p for name, p in model.named_parameters() if not name.startswith("base.")],
                "lr": plan.tune_head_rate,
                "weight_decay": plan.decay,
            }
        )
        self.peaks = [group["lr"] for group in groups]
        self.optimiser = torch.optim.AdamW(groups)
        self.average = copy.deepcopy(model).eval()
        self.objective = Objective(model, examples, plan)
        self.step = 0

    def restore(self) -> None:
        path = self.folder / "checkpoint.pt"
        if path.exists():
            stored = torch.load(path, weights_only=True)
            self.model.load_state_dict(stored["model"])
            self.average.load_state_dict(stored["average"])
            self.optimiser.load_state_dict(stored["optimiser"])
            self.examples.generator.set_state(stored["generator"])
            self.step = stored["step"]

    def save(self) -> None:
        partial = self.folder / "checkpoint.partial"
        torch.save(
            {
                "step": self.step,
                "model": self.model.state_dict(),
                "average": self.average.state_dict(),
                "optimiser": self.optimiser.state_dict(),
                "generator": self.examples.generator.get_state(),
            },
            partial,
        )
        partial.rename(self.folder / "checkpoint.pt")

    def sides(self) -> tuple[int, int]:
        done = self.step / self.plan.steps
        for share, caption_side, label_side in self.plan.sides:
            if done < share:
                return caption_side, label_side
            done -= share
        return self.plan.sides[-1][1:]

    def advance(self, rows: NDArray[np.int64]) -> tuple[float, float]:
        """One step; returns the two losses."""
        e, g = self.examples, self.examples.generator
        factor = rate(self.step, self.plan.steps)
        for group, peak in zip(self.optimiser.param_groups, self.peaks, strict=True):
            group["lr"] = peak * factor
        self.optimiser.zero_grad()
        caption_side, label_side = self.sides()
        x = to_net(degrade(augmented(e.sets["flickr8k"], rows, caption_side, g), g, 0.15))
        first = self.objective.captions(rows, self.model.base.features(x))
        torch.autograd.backward(first)
        drawn = e.named(self.plan.labels)
        x = to_net(degrade(torch.cat([augmented(e.sets[name], r, label_side, g) for name, r in drawn]), g))
        second = self.objective.names(drawn, self.model.base.features(x))
        torch.autograd.backward(second)
        nn.utils.clip_grad_norm_(self.model.parameters(), 5.0)
        self.optimiser.step()
        with torch.no_grad():
            keep = min(self.plan.average, self.step / (self.step + 10))
            for slow, fast in zip(self.average.state_dict().values(), self.model.state_dict().values(), strict=True):
                slow.lerp_(fast, 1 - keep)
        self.step += 1
        return float(first.detach()), float(second.detach())

    def run(self) -> None:
        self.model.train()
        started, losses = time.time(), []
        batches = self.examples.photographs()
        while self.step < self.plan.steps:
            losses.append(self.advance(next(batches)))
            if self.step % 50 == 0:
                a, b = np.mean(losses, 0)
                log(
                    self.folder,
                    step=self.step,
                    captions=round(float(a), 3),
                    names=round(float(b), 3),
                    seconds=round(time.time() - started, 1),
                    sides=self.sides(),
                )
                losses = []
            if self.step % 100 == 0 or self.step == self.plan.steps:
                self.save()
            if self.step % 500 == 0 or self.step == self.plan.steps:
                log(self.folder, step=self.step, **check(self.average, self.examples))
