"""Train the image encoder and the text map: the head on frozen features first, then every layer.

`python -m training.image --data DIR --work DIR [--steps N] [--without-held-out] [--start FILE] [--retold FILE]`
Writes `<work>/image/<run>/net.pt` (moving average of the weights) and `head.pt` (the head on the frozen net); a cut run
goes on from `checkpoint.pt`. With `--start` it goes on from stored weights, as a warm restart. The driver
(`python -m training`) sets the environment in which this runs twice as fast.
"""

from __future__ import annotations

import time
from dataclasses import asdict, replace

import torch

from training.base import verify
from training.examples import Examples
from training.image_check import check
from training.image_net import Model, fresh
from training.image_run import ImageRun
from training.objective import Objective
from training.plan import AGAIN, FIRST, Plan
from training.schedule import log
from training.tuning import Tuning


def train_head(model: Model, examples: Examples, plan: Plan) -> None:
    """Warm up the head and the text map on frozen features."""
    objective = Objective(model, examples, plan)
    parameters = [p for name, p in model.named_parameters() if not name.startswith("base.")]
    optimiser = torch.optim.AdamW(parameters, plan.head_rate, weight_decay=plan.decay)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, plan.head_rate, plan.head_steps, pct_start=0.1)
    model.train()
    for _ in range(plan.head_steps):
        pick = torch.randint(0, len(examples.use["flickr8k"]), (plan.head_batch,), generator=examples.generator)
        rows = examples.use["flickr8k"][torch.unique(pick).numpy()]
        drawn = examples.named(plan.head_batch)
        loss = objective.captions(rows, examples.frozen["flickr8k"].features[rows])
        loss = loss + objective.names(drawn, torch.cat([examples.frozen[name].features[r] for name, r in drawn]))
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        optimiser.step()
        schedule.step()


def main() -> None:
    run = ImageRun.read("Train the image encoder and the text map.", FIRST.steps)
    plan = replace(AGAIN if run.start else FIRST, steps=run.steps)
    examples = run.examples(plan)
    log(run.folder, base=verify(run.data.base))
    log(
        run.folder,
        plan=asdict(plan),
        torch=torch.__version__,
        without_held_out=run.without_held_out,
        started=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )
    model = fresh(run.data.base)
    head_path = run.start or run.folder / "head.pt"
    if head_path.exists():
        model.load_state_dict(torch.load(head_path, weights_only=True))
    else:
        train_head(model, examples, plan)
        torch.save(model.state_dict(), head_path)
        log(run.folder, stage="head", **check(model, examples))
    tuning = Tuning(model, examples, plan, run.folder)
    tuning.restore()
    tuning.run()
    torch.save(tuning.average.state_dict(), run.folder / "net.pt")


if __name__ == "__main__":
    main()
