"""Train the audio encoder: the AudioSet bridge into the teacher's space, a residual, and every layer of the net.

`python -m training.audio --data DIR --work DIR --text-map FILE [--steps N] [--run main] [--without-held-out]`
The text map stays as the image run left it. A patch becomes the mean of the 521 label vectors under a sharpened
softmax of its scores, plus a learned residual; a sound is the mean of its patches, mapped like a text.
"""

from __future__ import annotations

import argparse
import copy
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from sensorium.models.builtin.logmel import patches
from training.base import AUDIO_STEM, LayerNet
from training.data import DataFolder
from training.losses import Centre, Scale, contrast, soft_neighbours
from training.schedule import log, rate, relative_groups, to_net
from training.sounds import crop, disturb, load_sounds, mask, mel_patches, mixed
from training.teacher import embeddings, label_vectors

FEATURES, HIDDEN = 1024, 256
SHARES = {"urbansound8k": 0.45, "animals": 0.24, "instruments": 0.21, "digits": 0.1}
SPEECH = "Speech"  # what a spoken digit is called: the encoder hears that someone speaks, not what is said
HELD_OUT = ("children playing", "jackhammer", "chicken", "donkey", "monkey", "cello", "flute", "snare drum")
CAPTIONS = 6000  # audio captions that serve as text neighbours


@dataclass(frozen=True)
class Plan:
    steps: int = 350
    batch: int = 40
    head_rate: float = 1e-3
    body_rate: float = 1e-3  # relative to a tensor's root mean square
    decay: float = 0.05
    average: float = 0.99
    seed: int = 0


class AudioModel(nn.Module):
    """Patches (n, p, 96, 64) -> shared space (n, 512), centred, not normalised."""

    allowed: Tensor
    to_space: Tensor

    def __init__(self, base: LayerNet, labels: Tensor, to_space: Tensor) -> None:
        super().__init__()
        self.base = base
        self.labels = nn.Parameter(labels - labels.mean(0))  # (521, 384)
        self.sharpness = nn.Parameter(torch.tensor(1.0))
        last = nn.Linear(HIDDEN, labels.shape[1])
        nn.init.zeros_(last.weight)
        nn.init.zeros_(last.bias)
        self.residual = nn.Sequential(nn.Dropout(0.2), nn.Linear(FEATURES, HIDDEN), nn.GELU(), nn.Dropout(0.2), last)
        self.centre = Centre()
        self.register_buffer("allowed", torch.ones(len(labels)))
        self.register_buffer("to_space", to_space)  # (512, 384)
        self.label_scale, self.caption_scale = Scale(), Scale()

    def patch_vectors(self, x: Tensor) -> Tensor:
        """Patches (n, 1, 96, 64) -> teacher-space vectors (n, 384)."""
        features = self.base.features(x)
        scores = (self.sharpness * self.base.logits(features)).masked_fill(self.allowed == 0, -1e4)
        out: Tensor = scores.softmax(1) @ self.labels + self.residual(features)
        return out

    def forward(self, x: Tensor) -> Tensor:
        n, p = x.shape[:2]
        mean = self.patch_vectors(to_net(x.flatten(0, 1)[:, None])).view(n, p, -1).mean(1)
        out: Tensor = self.centre(mean @ self.to_space.T)
        return out


class TextSide:
    """Names and captions in the shared space, frozen; soft targets come from the teacher's own similarities."""

    def __init__(self, data: DataFolder, work: Path, text_map: Path) -> None:
        with np.load(text_map) as stored:
            self.weight, self.mean = torch.from_numpy(stored["weight"]), torch.from_numpy(stored["mean"])
        vectors = label_vectors(work, data, "sound")
        self.index = {name: i for i, name in enumerate(vectors)}
        self.names = torch.from_numpy(np.stack(list(vectors.values())).astype(np.float32))
        texts = [row["captions"][0] for row in data.text("audio_captions")]
        kept = [texts[i] for i in np.unique(np.linspace(0, len(texts) - 1, CAPTIONS).astype(int))]
        self.captions = torch.from_numpy(embeddings(work, "audio_captions", kept))

    def space(self, teacher: Tensor) -> Tensor:
        return teacher @ self.weight.T - self.mean


class Examples:
    """Draws clips by set and class, and knows what the untouched net said about each."""

    def __init__(self, data: DataFolder, work: Path, text: TextSide, without: tuple[str, ...], seed: int) -> None:
        self.generator = torch.Generator().manual_seed(seed)
        self.sounds, self.text = load_sounds(data, work), text
        self.target = torch.tensor(
            [text.index[SPEECH if row["set"] == "digits" else row["label"]] for row in self.sounds.rows]
        )
        self.scores = base_scores(data, work, self)
        self.classes = torch.tensor([text.index[name] for name in LayerNet(data.base, AUDIO_STEM).meta["labels"]])
        held = torch.tensor([text.index[name] for name in without], dtype=torch.long)
        near = (text.names @ text.names[held].T > 0.6).any(1) if without else torch.zeros(len(text.names)).bool()
        self.allowed_names = ~near
        self.allowed_classes = self.allowed_names[self.classes]
        self.pools: dict[str, list[NDArray[np.int64]]] = {}
        for name in SHARES:
            members = [
                i
                for i, row in enumerate(self.sounds.rows)
                if row["set"] == name and row["split"] == "train" and row["label"] not in without
            ]
            labels = sorted({self.sounds.rows[i]["label"] for i in members})
            self.pools[name] = [
                np.array([i for i in members if self.sounds.rows[i]["label"] == label]) for label in labels
            ]

    def draw(self, size: int) -> NDArray[np.int64]:
        """Clips by set share, each class of a set alike."""
        picked = []
        for name, share in SHARES.items():
            for _ in range(round(size * share)):
                pool = self.pools[name][int(torch.randint(0, len(self.pools[name]), (1,), generator=self.generator))]
                picked.append(pool[int(torch.randint(0, len(pool), (1,), generator=self.generator))])
        return np.array(picked)

    def batch(self, rows: NDArray[np.int64]) -> Tensor:
        """Augmented log-mel patches (n, 3, 96, 64)."""
        g = self.generator
        waves = torch.from_numpy(np.stack([crop(self.sounds.samples_of(int(i)), g) for i in rows]))
        share = torch.where(
            torch.rand(len(rows), 1, generator=g) < 0.25,
            0.6 + 0.35 * torch.rand(len(rows), 1, generator=g),
            torch.ones(1),
        )
        waves = mixed(waves, share, torch.randperm(len(rows), generator=g))
        return mask(mel_patches(disturb(waves, g)), g)


@torch.inference_mode()
def base_scores(data: DataFolder, work: Path, examples: Examples) -> Tensor:
    """The untouched net's mean scores (rows, 521), computed once into `<work>/audio/scores.npy`."""
    path = work / "audio" / "scores.npy"
    if not path.exists():
        net = LayerNet(data.base, AUDIO_STEM).eval()
        found = [
            torch.sigmoid(
                net.logits(net.features(to_net(torch.from_numpy(patches(examples.sounds.samples_of(i))[:, None]))))
            ).mean(0)
            for i in range(len(examples.sounds.rows))
        ]
        np.save(path, torch.stack(found).numpy())
    return torch.from_numpy(np.load(path))


def loss_of(model: AudioModel, examples: Examples, rows: NDArray[np.int64]) -> Tensor:
    """Names (both ways), the bridge's own scores, and captions as neighbours."""
    text, g = examples.text, examples.generator
    sound = model(examples.batch(rows))
    target = examples.target[torch.from_numpy(rows)]
    free = torch.nonzero(examples.allowed_names).flatten()
    bank = torch.unique(torch.cat([free, target]))
    onehot = (bank[None] == target[:, None]).float()
    scale = model.label_scale()
    soft = soft_neighbours(text.names[target] @ text.names[bank].T, onehot, 0.05, 0.3)
    loss = contrast(sound, text.space(text.names[bank]), scale, soft)
    same = (target[:, None] == target[None]).float()
    loss = loss + 0.5 * contrast(text.space(text.names[target]), sound, scale, same / same.sum(1, keepdim=True))
    scores = examples.scores[torch.from_numpy(rows)] * examples.allowed_classes
    best = scores.topk(8)
    bridge = torch.zeros_like(scores).scatter_(1, best.indices, best.values)
    bridge = bridge / bridge.sum(1, keepdim=True).clamp(min=1e-6)
    loss = loss + 0.5 * contrast(sound, text.space(text.names[examples.classes]), scale, bridge)
    meant = F.normalize(text.names[target] + bridge @ text.names[examples.classes], dim=1)
    some = text.captions[torch.randperm(len(text.captions), generator=g)[:1000]]
    near = (meant @ some.T / 0.05).softmax(1)
    return loss + 0.3 * contrast(sound, text.space(some), model.caption_scale(), near)


@torch.inference_mode()
def check(model: AudioModel, examples: Examples, only: tuple[str, ...] = ()) -> dict[str, float]:
    """Dev sounds by name, top-1 in per cent: within each set, over all names together, or among `only`."""
    model.eval()
    rows = examples.sounds.rows
    dev = [
        i
        for i, row in enumerate(rows)
        if (row["split"] == "dev" or (only and row["label"] in only))
        and row["set"] != "digits"
        and (not only or row["label"] in only)
    ]
    vectors = F.normalize(
        torch.cat([model(torch.from_numpy(patches(examples.sounds.samples_of(i)))[None]) for i in dev]), dim=1
    )
    groups = (
        {"held_out": set(only)}
        if only
        else {
            **{name: {row["label"] for row in rows if row["set"] == name} for name in SHARES if name != "digits"},
            "all": {row["label"] for row in rows if row["set"] != "digits"},
        }
    )
    found = {}
    for group, members in groups.items():
        names = sorted(members)
        bank = F.normalize(examples.text.space(examples.text.names[[examples.text.index[n] for n in names]]), dim=1)
        mine = [
            j for j, i in enumerate(dev) if rows[i]["label"] in members and group in (rows[i]["set"], "all", "held_out")
        ]
        best = (vectors[mine] @ bank.T).argmax(1)
        right = [names[int(b)] == rows[dev[j]]["label"] for b, j in zip(best, mine, strict=True)]
        found[group] = round(100 * float(np.mean(right)), 1)
    model.train()
    return found


def train(model: AudioModel, examples: Examples, plan: Plan, folder: Path, only: tuple[str, ...]) -> AudioModel:
    """Every layer; returns the moving average of the weights."""
    groups = relative_groups(
        [*model.base.body_parameters(), *model.base.classifier_parameters(), model.labels], plan.body_rate
    )
    small = [p for name, p in model.named_parameters() if not name.startswith("base.") and name != "labels"]
    groups.append({"params": small, "lr": plan.head_rate, "weight_decay": plan.decay})
    peaks = [group["lr"] for group in groups]
    optimiser = torch.optim.AdamW(groups)
    average = copy.deepcopy(model)
    started, losses = time.time(), []
    model.train()
    for step in range(1, plan.steps + 1):
        for group, peak in zip(optimiser.param_groups, peaks, strict=True):
            group["lr"] = peak * rate(step - 1, plan.steps)
        loss = loss_of(model, examples, examples.draw(plan.batch))
        optimiser.zero_grad()
        torch.autograd.backward(loss)
        nn.utils.clip_grad_norm_(model.parameters(), 5.0)
        optimiser.step()
        with torch.no_grad():
            keep = min(plan.average, step / (step + 10))
            for slow, fast in zip(average.state_dict().values(), model.state_dict().values(), strict=True):
                slow.lerp_(fast, 1 - keep)
        losses.append(loss.item())
        if step % 175 == 0 or step == plan.steps:
            log(
                folder,
                step=step,
                loss=round(float(np.mean(losses)), 3),
                seconds=round(time.time() - started, 1),
                **check(average, examples, only),
            )
            losses = []
            torch.save(average.state_dict(), folder / "net.pt")
    return average


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the audio encoder.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--text-map", type=Path, required=True, help="text_map.npz of the image run")
    parser.add_argument("--run", default="main")
    parser.add_argument("--steps", type=int, default=Plan.steps)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--without-held-out", action="store_true", help="leave the 8 held-out classes out")
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(Plan.seed)
    data, plan = DataFolder(args.data), Plan(steps=args.steps)
    folder = args.work / "audio" / args.run
    folder.mkdir(parents=True, exist_ok=True)
    only = HELD_OUT if args.without_held_out else ()
    text = TextSide(data, args.work, args.text_map)
    examples = Examples(data, args.work, text, only, plan.seed)
    model = AudioModel(LayerNet(data.base, AUDIO_STEM), text.names[examples.classes], text.weight)
    model.allowed.copy_(examples.allowed_classes)
    log(
        folder,
        plan=asdict(plan),
        torch=torch.__version__,
        held_out=only,
        started=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
    )
    log(folder, step=0, **check(model, examples, only))
    train(model, examples, plan, folder, only)


if __name__ == "__main__":
    main()
