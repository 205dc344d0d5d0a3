"""Train the image encoder and the text map: the head on frozen features first, then every layer.

`python -m training.image --data DIR --work DIR [--steps N] [--without-held-out]`
Writes `<work>/image/<run>/net.pt` (moving average of the weights) and `head.pt` (the head on the frozen net); a cut run
goes on from `checkpoint.pt`. Run it with `MALLOC_MMAP_MAX_=0 MALLOC_TRIM_THRESHOLD_=60000000000` in the environment:
big tensors are then reused instead of returned to the system, half as fast again.
"""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from training.base import IMAGE_STEM, LayerNet, verify
from training.captions import ASKED, EACH, CaptionBank, Queue
from training.data import DataFolder
from training.frozen import class_names, load_frozen
from training.labels import LabelBank, held_out_wnids, names_of
from training.losses import DIM, Centre, Scale, TextMap, contrast, soft_neighbours
from training.pictures import CROPS, Pictures, augmented, clean, degrade, load_pictures
from training.schedule import log, rate, relative_groups, to_net

FEATURES, HIDDEN = 1280, 1024
SIDE = 161  # at which the net is used; on dev photographs 193 and 225 are worse by 3 and 6 points of R@1
SHARES = {
    "tinyimagenet": 0.42,
    "scenes": 0.12,
    "grocery": 0.12,
    "clothing": 0.12,
    "imagenet_samples": 0.08,
    "emoji": 0.14,
}


@dataclass(frozen=True)
class Plan:
    """Sizes and rates. `sides` are (share of the steps, caption side, label side)."""

    steps: int = 1700
    captions: int = 96
    labels: int = 80
    head_steps: int = 400
    head_batch: int = 160
    head_rate: float = 1e-3
    tune_head_rate: float = 3e-4
    body_rate: float = 2e-3  # relative to a tensor's root mean square
    decay: float = 0.05
    soft_share: float = 0.1
    soft_temperature: float = 0.05
    label_weight: float = 1.0
    conse_weight: float = 0.5
    sides: tuple[tuple[float, int, int], ...] = ((0.5, 129, 97), (0.5, 161, 129))
    average: float = 0.998
    seed: int = 0


AGAIN = {"labels": 56, "body_rate": 1.2e-3, "tune_head_rate": 2e-4, "sides": ((0.6, 161, 113), (0.4, 177, 129))}
"""What a warm restart does otherwise: gentler, fewer names, larger photographs at the end."""


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


class Examples:
    """Draws batches: photographs with captions, and pictures with names, for a plan and a choice of classes."""

    def __init__(self, data: DataFolder, work: Path, plan: Plan, without: list[str]) -> None:
        self.plan = plan
        self.generator = torch.Generator().manual_seed(plan.seed)
        self.sets = {name: load_pictures(data, work, name) for name in CROPS}
        self.frozen = {name: load_frozen(data, work, self.sets[name]) for name in CROPS}
        self.use = {
            name: np.array(
                [i for i, row in enumerate(pictures.rows) if row["split"] == "train" and row.get("wnid") not in without]
            )
            for name, pictures in self.sets.items()
        }
        self.bank, self.captions = LabelBank(data, work), CaptionBank(data, work, "train")
        self.dev_captions = CaptionBank(data, work, "dev")
        known = {row["wnid"]: row["class_index"] for row in self.sets["imagenet_samples"].rows}
        self.allowed = torch.ones(len(known))
        self.allowed[[known[wnid] for wnid in without]] = 0
        if without:
            self.bank.leave_out([self.sets["imagenet_samples"].rows[known[wnid]] for wnid in without])
        self.class_teacher = self.bank.teacher[[self.bank.index[name] for name in class_names(data)]]

    def soft_classes(self, name: str, index: NDArray[np.int64]) -> Tensor:
        """ConSE targets (n, 1000), without the classes that are held out."""
        soft = self.frozen[name].soft(torch.from_numpy(index), len(self.allowed)) * self.allowed
        return soft / soft.sum(1, keepdim=True).clamp(min=1e-6)

    def photographs(self) -> Iterator[NDArray[np.int64]]:
        """Rows of Flickr8k in batches, shuffled anew at every pass."""
        order: NDArray[np.int64] = np.zeros(0, np.int64)
        size = self.plan.captions
        while True:
            if len(order) < size:
                order = np.concatenate(
                    [
                        order,
                        self.use["flickr8k"][
                            torch.randperm(len(self.use["flickr8k"]), generator=self.generator).numpy()
                        ],
                    ]
                )
            yield order[:size]
            order = order[size:]

    def named(self, size: int) -> list[tuple[str, NDArray[np.int64]]]:
        """Rows of the labelled sets, by their shares."""
        drawn = []
        for name, share in SHARES.items():
            pick = torch.randint(0, len(self.use[name]), (round(size * share),), generator=self.generator)
            drawn.append((name, self.use[name][pick.numpy()]))
        return drawn


class Objective:
    """The loss of one step from image features, however they were made."""

    def __init__(self, model: Model, examples: Examples, plan: Plan) -> None:
        self.model, self.examples, self.plan = model, examples, plan
        self.queue = Queue(2048, DIM)
        self.place = {
            int(row): i
            for i, row in enumerate(i for i, r in enumerate(examples.sets["flickr8k"].rows) if r["split"] == "train")
        }

    def captions(self, rows: NDArray[np.int64], features: Tensor) -> Tensor:
        m, e, plan = self.model, self.examples, self.plan
        bank, owner = e.captions, torch.tensor([self.place[int(row)] for row in rows])
        image = m.head(features)
        texts, positive, similar = bank.texts(owner, 1500, e.generator)
        mapped, scale = m.text(texts), m.caption_scale()
        soft = soft_neighbours(similar, positive, plan.soft_temperature, plan.soft_share)
        loss = contrast(image, mapped, scale, soft)
        n = len(rows)
        images = torch.cat([image, self.queue.vectors])
        owners = torch.cat([owner, self.queue.owner])
        own = torch.arange(n).repeat_interleave(ASKED)
        asked = own * EACH + torch.randint(0, EACH, (n * ASKED,), generator=e.generator)
        onehot = torch.zeros(n * ASKED, len(images))
        onehot[torch.arange(n * ASKED), own] = 1
        hidden = (owner[own][:, None] == owners[None]) & (onehot == 0)
        soft = soft_neighbours(
            (texts[asked] @ bank.mean[owners].T).masked_fill(hidden, -9.0),
            onehot,
            plan.soft_temperature,
            plan.soft_share,
        )
        loss = loss + contrast(mapped[asked], images, scale, soft, hidden)
        self.queue.push(image, owner)
        conse = contrast(image, m.text(e.class_teacher), m.conse_scale(), e.soft_classes("flickr8k", rows))
        return loss + 0.5 * plan.conse_weight * conse

    def names(self, drawn: list[tuple[str, NDArray[np.int64]]], features: Tensor) -> Tensor:
        m, e, plan = self.model, self.examples, self.plan
        image = m.head(features)
        options = [names_of(name, e.sets[name].rows[int(i)]) for name, rows in drawn for i in rows]
        bank, onehot, hidden = e.bank.batch(e.bank.draw(options, e.generator), 1500, e.generator)
        loss = plan.label_weight * contrast(image, m.text(bank), m.label_scale(), onehot, hidden)
        soft = torch.cat([e.soft_classes(name, rows) for name, rows in drawn])
        return loss + plan.conse_weight * contrast(image, m.text(e.class_teacher), m.conse_scale(), soft)


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


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the image encoder and the text map.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--run", default="main")
    parser.add_argument("--steps", type=int, default=Plan.steps)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--without-held-out", action="store_true", help="leave the 40 held-out classes out")
    parser.add_argument("--start", type=Path, help="stored weights to go on from, as a warm restart")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(Plan.seed)
    folder = args.work / "image" / args.run
    folder.mkdir(parents=True, exist_ok=True)
    data, plan = DataFolder(args.data), Plan(steps=args.steps)
    if args.start:
        plan = replace(plan, **AGAIN)
    examples = Examples(data, args.work, plan, held_out_wnids(data) if args.without_held_out else [])
    log(folder, base=verify(data.base))
    log(
        folder,
        plan=asdict(plan),
        torch=torch.__version__,
        without_held_out=args.without_held_out,
        started=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )
    model = Model(LayerNet(data.base, IMAGE_STEM))
    head_path = args.start or folder / "head.pt"
    if head_path.exists():
        model.load_state_dict(torch.load(head_path, weights_only=True))
    else:
        train_head(model, examples, plan)
        torch.save(model.state_dict(), head_path)
        log(folder, stage="head", **check(model, examples))
    tuning = Tuning(model, examples, plan, folder)
    tuning.restore()
    tuning.run()
    torch.save(tuning.average.state_dict(), folder / "net.pt")


if __name__ == "__main__":
    main()
