"""A model and its batches on the tiny folder, for tests of the image run."""

from __future__ import annotations

from pathlib import Path

import torch
from training.data import DataFolder
from training.examples import Examples
from training.image_net import Model
from training.image_net import fresh as new
from training.plan import Plan

PLAN = Plan(steps=4, captions=6, labels=25, head_steps=3, head_batch=25, sides=((0.5, 33, 33), (0.5, 65, 33)))


def fresh(tiny: Path, work: Path, plan: Plan, without: list[str] | None = None) -> tuple[Model, Examples]:
    torch.manual_seed(0)
    data = DataFolder(tiny)
    return new(data.base), Examples(data, work, plan, without or [])
