"""Train the audio encoder: the AudioSet bridge into the teacher's space, a residual, and every layer of the net.

`python -m training.audio --data DIR --work DIR --text-map FILE [--student FILE] [--run main] [--without-held-out]`
The text map stays as the image run left it. First the residual learns on the untouched net's features, which are
computed once; then all layers learn, at a low rate. In half of the draws the residual is left out, so that
the bridge alone, which is all that a sound of an unknown class has, learns too.
"""

from __future__ import annotations

import argparse
import copy
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from sensorium.models.builtin.logmel import patches
from training.base import AUDIO_STEM, LayerNet
from training.copies import EACH, SHARES, Copies, Piece, gathered
from training.data import DataFolder
from training.hearing import AudioModel
from training.losses import contrast
from training.schedule import log, rate, relative_groups, to_net
from training.soundexamples import Examples
from training.sounds import mask
from training.soundtext import TextSide

HELD_OUT = ("children playing", "jackhammer", "chicken", "donkey", "monkey", "cello", "flute", "snare drum")


@dataclass(frozen=True)
class Plan:
    head_steps: int = 400
    head_batch: int = 96
    steps: int = 400
    batch: int = 40
    body_rate: float = 5e-4  # relative to a tensor's root mean square
    head_rate: float = 1e-3
    decay: float = 0.05
    average: float = 0.99
    alone: float = 0.5  # share of the sounds of a batch that have the bridge alone
    mix: float = 0.1  # share that has another sound mixed in, and its targets
    neighbours: float = 0.2  # share of a name's target that goes to names that mean the same
    seed: int = 0


def loss_of(
    model: AudioModel,
    examples: Examples,
    plan: Plan,
    sound: Tensor,
    clips: Sequence[int],
    blend: tuple[Tensor, Tensor],
    g: torch.Generator,
) -> Tensor:
    """All names, the names of the data's own classes, the bridge's scores, and captions as neighbours.

    `sound` (n, 512); `blend`: each sound's own share (n, 1) and the number of the sound that has the rest.
    """
    text, (share, other) = examples.text, blend

    def blended(rows: Tensor) -> Tensor:
        return share * rows + (1 - share) * rows[other]

    target = examples.target[torch.tensor(clips)]
    bank = torch.unique(torch.cat([torch.nonzero(examples.allowed_names).flatten(), target]))
    similar = F.softmax(text.names[target] @ text.names[bank].T / 0.05, 1)
    named = (1 - plan.neighbours) * blended((bank[None] == target[:, None]).float()) + plan.neighbours * similar
    own = blended((examples.own[None] == target[:, None]).float())
    same = (target[:, None] == target[None]).float()
    same = same / same.sum(1, keepdim=True)
    scale, own_scale = model.label_scale(), model.own_scale()
    loss = sound.new_zeros(())
    for names in text.banks:
        loss = loss + 0.5 * contrast(sound, names[bank], scale, named)
        loss = loss + 0.25 * contrast(names[target], sound, scale, same)
        loss = loss + 0.5 * contrast(sound, names[examples.own], own_scale, own)
    bridge = blended(examples.bridge[torch.tensor(clips)])
    loss = loss + 0.5 * contrast(sound, text.banks[0][examples.classes], scale, bridge)
    meant = F.normalize(text.names[target] + bridge @ text.names[examples.classes], dim=1)
    some = torch.randperm(len(text.captions), generator=g)[:500]
    near = (meant @ text.captions[some].T / 0.05).softmax(1)
    return loss + 0.3 * contrast(sound, text.caption_bank[some], model.caption_scale(), near)


@torch.inference_mode()
def check(model: AudioModel, examples: Examples, only: tuple[str, ...] = ()) -> dict[str, float]:
    """Dev sounds by name, top-1 in per cent: within each set, over all names together, or among `only`."""
    model.eval()
    rows, names = examples.sounds.rows, examples.text.banks[1]
    dev = [
        i
        for i, row in enumerate(rows)
        if row["set"] != "digits" and (row["label"] in only if only else row["split"] == "dev")
    ]
    vectors = F.normalize(
        torch.cat([model(torch.from_numpy(patches(examples.sounds.samples_of(i)))[None]) for i in dev]), dim=1
    )
    groups = {"held_out": set(only)}
    if not only:
        groups = {name: {row["label"] for row in rows if row["set"] == name} for name in SHARES if name != "digits"}
        groups["all"] = {row["label"] for row in rows if row["set"] != "digits"}
    found = {}
    for group, members in groups.items():
        labels = sorted(members)
        bank = names[[examples.text.index[name] for name in labels]]
        mine = [j for j, i in enumerate(dev) if group in (rows[i]["set"], "all", "held_out")]
        best = (vectors[mine] @ bank.T).argmax(1)
        right = [labels[int(b)] == rows[dev[j]]["label"] for b, j in zip(best, mine, strict=True)]
        found[group] = round(100 * float(np.mean(right)), 1)
    model.train()
    return found


class Blend:
    """A batch from stored arrays: pieces, patches with others mixed in, shares and partners."""

    def __init__(self, plan: Plan, size: int, seed: int) -> None:
        self.plan, self.size = plan, size
        self.random, self.generator = np.random.default_rng(seed), torch.Generator().manual_seed(seed)

    def batch(
        self, copies: Copies, arrays: Sequence[NDArray[np.float16]], loud: bool
    ) -> tuple[Tensor, list[Piece], tuple[Tensor, Tensor]]:
        """`loud`: the arrays hold logarithms, so that magnitudes are what is mixed."""
        g, pieces = self.generator, copies.draw(self.size, self.random)
        x = torch.from_numpy(gathered(arrays, pieces, self.random)).float()
        n = len(pieces)
        other = torch.randperm(n, generator=g)
        share = torch.where(
            torch.rand(n, 1, generator=g) < self.plan.mix, 1 - torch.rand(n, 1, generator=g) / 2, torch.ones(1)
        )
        part = share.view(n, *[1] * (x.dim() - 1))
        x = x.exp() if loud else x
        x = part * x + (1 - part) * x[other]
        return (mask(x.log(), g) if loud else x), pieces, (share, other)


def run_phase(
    model: AudioModel,
    examples: Examples,
    plan: Plan,
    blend: Blend,
    body: list[nn.Parameter],
    body_rate: float,
    steps: int,
    read: Callable[[], tuple[Tensor, list[Piece], tuple[Tensor, Tensor]]],
    hear: Callable[[Tensor], Tensor],
    note: Callable[[int, float, AudioModel], None],
) -> AudioModel:
    """Train `body`, the bridge and the residual; returns the moving average of the weights."""
    groups = relative_groups([*body, model.labels], body_rate)
    small = [
        p for name, p in model.named_parameters() if not name.startswith("base.") and name not in ("labels", "weigh")
    ]
    groups.append({"params": small, "lr": plan.head_rate, "weight_decay": plan.decay})
    groups.append({"params": [model.weigh], "lr": plan.head_rate, "weight_decay": 0.0})
    peaks = [group["lr"] for group in groups]
    tuned = [p for group in groups for p in group["params"]]
    model.requires_grad_(False)
    for p in tuned:
        p.requires_grad_(True)
    optimiser = torch.optim.AdamW(groups)
    average, losses = copy.deepcopy(model), []
    model.train()
    for step in range(1, steps + 1):
        for group, peak in zip(optimiser.param_groups, peaks, strict=True):
            group["lr"] = peak * rate(step - 1, steps)
        x, pieces, mixed = read()
        keep = (torch.rand(len(pieces), 1, generator=blend.generator) >= plan.alone).float()
        sound = model.heard(hear(x.flatten(0, 1)), EACH, keep)
        loss = loss_of(model, examples, plan, sound, [piece.clip for piece in pieces], mixed, blend.generator)
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(tuned, 5.0)
        optimiser.step()
        with torch.no_grad():
            kept = min(plan.average, step / (step + 10))
            for slow, fast in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
                slow.lerp_(fast, 1 - kept)
        losses.append(loss.item())
        if step == steps:
            note(step, float(np.mean(losses)), average)
            losses = []
    return average


def train(model: AudioModel, examples: Examples, plan: Plan, folder: Path, only: tuple[str, ...]) -> AudioModel:
    """The residual on the untouched net's features, then every layer. Leaves `head.pt`, from
    which a cut run goes on, and `net.pt`."""
    started, copies = time.time(), examples.copies

    def noting(phase: str, file: str) -> Callable[[int, float, AudioModel], None]:
        def note(step: int, loss: float, average: AudioModel) -> None:
            seconds = round(time.time() - started, 1)
            log(folder, phase=phase, step=step, loss=round(loss, 3), seconds=seconds, **check(average, examples, only))
            torch.save(average.state_dict(), folder / file)

        return note

    blend, whole = Blend(plan, plan.head_batch, plan.seed), Blend(plan, plan.batch, plan.seed + 1)
    if not (folder / "head.pt").exists():
        stored = copies.features(model.base)
        run_phase(
            model,
            examples,
            plan,
            blend,
            [],
            plan.body_rate,
            plan.head_steps,
            lambda: blend.batch(copies, stored, loud=False),
            lambda x: x,
            noting("head", "head.pt"),
        )
    model.load_state_dict(torch.load(folder / "head.pt", weights_only=True))
    return run_phase(
        model,
        examples,
        plan,
        whole,
        [*model.base.body_parameters(), *model.base.classifier_parameters()],
        plan.body_rate,
        plan.steps,
        lambda: whole.batch(copies, copies.mel, loud=True),
        lambda x: model.base.features(to_net(x[:, None])),
        noting("all layers", "net.pt"),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the audio encoder.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--text-map", type=Path, required=True, help="text_map.npz of the image run")
    parser.add_argument("--student", type=Path, help="weights of the text student, whose names are targets too")
    parser.add_argument("--run", default="main")
    parser.add_argument("--head-steps", type=int, default=Plan.head_steps)
    parser.add_argument("--steps", type=int, default=Plan.steps)
    parser.add_argument("--body-rate", type=float, default=Plan.body_rate)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--without-held-out", action="store_true", help="leave the 8 held-out classes out")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(Plan.seed)
    data, plan = DataFolder(args.data), Plan(head_steps=args.head_steps, steps=args.steps, body_rate=args.body_rate)
    folder = args.work / "audio" / args.run
    folder.mkdir(parents=True, exist_ok=True)
    only = HELD_OUT if args.without_held_out else ()
    text = TextSide(data, args.work, args.text_map, args.student)
    examples = Examples(data, args.work, text, only)
    model = AudioModel(LayerNet(data.base, AUDIO_STEM), text.both[examples.classes], text.weight)
    model.expect(examples.frequency)
    model.allowed.copy_(examples.allowed_classes)
    log(
        folder,
        plan=asdict(plan),
        torch=torch.__version__,
        held_out=only,
        started=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )
    train(model, examples, plan, folder, only)


if __name__ == "__main__":
    main()
