"""Fine-tune the text student in the shared space against the trained image encoder.

`python -m training.joint --data DIR --work DIR --map text_map.npz --image image.onnx`. All losses of `training.text` go
on, now on vectors after the text map; captions in English, Chinese (by people and by machine) and Arabic become queries
of their photographs. The map and the image encoder stay as they are. Writes `<work>/text/joint.pt`.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor, nn

from training.corpus import read_corpus
from training.data import SOUND_SETS, DataFolder, flat_captions, flickr_translations
from training.export_text import text_map
from training.image_net import embed, load_model
from training.packing import Packed
from training.pictures import load_pictures
from training.probes import recalls, sts
from training.retold import load_student
from training.student import Student
from training.teacher import IMAGE_PROMPTS, SOUND_PROMPTS, label_vectors
from training.text import SHARES, Further, Source, contrast, losses
from training.text import encode as read

PICTURES, NAMES, RANKED, SCALE = 256, 128, 1024, 40.0
TOO_NEAR = 0.95
EVERY = 25
NAMED_SETS = ("tinyimagenet", "scenes", "grocery", "clothing", "imagenet_samples", *SOUND_SETS)
KEYS = {"captions": 0.4, "zh_human": 0.25, "zh_mt_a": 0.05, "zh_mt_b": 0.05, "ar": 0.25}
TABLE_RATE, NET_RATE = 1.5e-3, 3e-4
SIZES = {64: 0.25, 128: 0.5, 256: 0.75, 384: 0.75, 512: 1.0}


class Mapped(nn.Module):
    """The student followed by the frozen text map: unit rows (n, 512). Stands in for `Student` in `losses`."""

    def __init__(self, student: Student, weight: Tensor, mean: Tensor) -> None:
        super().__init__()
        self.student = student
        self.register_buffer("weight", weight)
        self.register_buffer("mean", mean)

    def map(self, rows: Tensor) -> Tensor:
        """Rows of the teacher's space (n, 384) in the shared one (n, 512), unit."""
        weight, mean = self.get_buffer("weight"), self.get_buffer("mean")
        return F.normalize(rows @ weight.T - mean, dim=1)

    def forward(self, buckets: Tensor, offsets: Tensor, parts: list[tuple[Tensor, Tensor, Tensor]]) -> Tensor:
        rows: Tensor = self.student(buckets, offsets, parts)
        return self.map(rows)


def picture_vectors(data: DataFolder, work: Path, run: str) -> tuple[Tensor, Tensor]:
    """Unit vectors by a polished image run: (views, n, 512) of Flickr8k train, and (m, 512) of dev, one view."""
    folder = work / "image" / run
    model = load_model(data.base, folder / "polished.pt")
    pictures = load_pictures(data, work, "flickr8k")
    train, dev = (np.array([i for i, r in enumerate(pictures.rows) if r["split"] == s]) for s in ("train", "dev"))
    with torch.inference_mode():
        features = torch.load(folder / "views.pt", weights_only=True)["flickr8k"][:, torch.from_numpy(train)]
        seen = F.normalize(model.head(features.float()), dim=2)
        return seen, F.normalize(embed(model, pictures, dev), dim=1)


class Photographs:
    """Flickr8k train photographs as vectors (views, n, 512), and their captions by language as packed texts."""

    def __init__(self, data: DataFolder, vectors: Tensor) -> None:
        rows = data.split("flickr8k", "train")
        other = flickr_translations(data)
        texts: list[str] = []
        self.choices: dict[str, list[NDArray[np.int64]]] = {}
        for key in KEYS:
            self.choices[key] = []
            for row in rows:
                own: list[str] = row["captions"]
                found = own if key == "captions" else other.get(row["name"], {}).get(key, own)
                self.choices[key].append(np.arange(len(texts), len(texts) + len(found)))
                texts.extend(found)
        self.packed, self.vectors = Packed.of(texts), vectors
        if len(rows) != vectors.shape[1]:
            raise ValueError(f"picture vectors: {vectors.shape[1]} rows, the train split has {len(rows)}")

    def draw(self, random: np.random.Generator) -> tuple[NDArray[np.int64], Tensor]:
        """One caption each of PICTURES photographs, and the photographs' vectors in views drawn at random."""
        views, number, _ = self.vectors.shape
        which = random.choice(number, min(PICTURES, number), replace=False)
        keys = random.choice(list(KEYS), len(which), p=list(KEYS.values()))
        rows = [int(random.choice(self.choices[key][i])) for key, i in zip(keys, which, strict=True)]
        return np.array(rows), self.vectors[
            torch.from_numpy(random.integers(0, views, len(which))), torch.from_numpy(which)
        ]

    def ranking(self, random: np.random.Generator) -> Further:
        """Loss of the order in which a text finds RANKED photographs, against the order by the teacher's vector."""
        views, number, _ = self.vectors.shape
        which = random.choice(number, min(RANKED, number), replace=False)
        bank = SCALE * self.vectors[random.integers(0, views), torch.from_numpy(which)].T

        def further(texts: Tensor, targets: Tensor) -> dict[str, Tensor]:
            lost = F.kl_div(
                F.log_softmax(texts @ bank, 1), F.log_softmax(targets @ bank, 1), log_target=True, reduction="batchmean"
            )
            return {"ranking": lost}

        return further


class Names:
    """What pictures and sounds are called, in the prompts that find them, and the teacher's vectors of the names."""

    def __init__(self, data: DataFolder, work: Path) -> None:
        texts: list[str] = []
        vectors: list[NDArray[np.float32]] = []
        for kind, prompts in (("image", IMAGE_PROMPTS), ("sound", SOUND_PROMPTS)):
            found = label_vectors(work, data, kind)
            pictures = len(texts)
            texts.extend(prompt.format(name) for name in found for prompt in prompts)
            vectors.extend(vector for vector in found.values() for _ in prompts)
        self.packed, self.teacher = Packed.of(texts), torch.from_numpy(np.stack(vectors).astype(np.float32))
        used = {
            row[key] for name in NAMED_SETS for row in data.rows(name) for key in ("label", "coarse") if row.get(key)
        }
        rank = [6.0 if used & parts(text) else 1.0 for text in texts]
        sound = np.arange(len(rank)) >= pictures
        chance = np.where(sound, rank / (np.array(rank) @ sound), rank / (np.array(rank) @ ~sound))
        self.chance = chance / chance.sum()  # half of a draw are names of sounds

    def draw(self, random: np.random.Generator) -> NDArray[np.int64]:
        """NAMES different rows, names that pictures and sounds of the data have more often."""
        return random.choice(len(self.chance), min(NAMES, len(self.chance) // 2), replace=False, p=self.chance)


def parts(text: str) -> set[str]:
    """Every beginning and every end of a text that is whole words."""
    words = text.split(" ")
    return {" ".join(words[i:]) for i in range(len(words))} | {" ".join(words[:i]) for i in range(1, len(words))}


def name_loss(mapped: Mapped, names: Names, random: np.random.Generator) -> Tensor:
    """InfoNCE and cosine of prompted names against the teacher's vectors of the names."""
    rows = names.draw(random)
    texts = mapped(*names.packed.batch(rows, random, 0.1))
    target = mapped.map(names.teacher[torch.from_numpy(rows)])
    near = target @ target.T > TOO_NEAR
    loss: Tensor = contrast(texts, target, near) + 5 * (1 - (texts * target).sum(1)).mean()
    return loss


def picture_loss(mapped: Mapped, photographs: Photographs, random: np.random.Generator) -> Tensor:
    """InfoNCE both ways between captions and photographs, at every Matryoshka size."""
    rows, pictures = photographs.draw(random)
    texts = mapped(*photographs.packed.batch(rows, random, 0.1))
    truth = torch.arange(len(texts))
    total = texts.new_zeros(())
    for size, weight in SIZES.items():
        logits = SCALE * F.normalize(texts[:, :size], dim=1) @ F.normalize(pictures[:, :size], dim=1).T
        total = total + weight * (F.cross_entropy(logits, truth) + F.cross_entropy(logits.T, truth))
    loss: Tensor = total / (2 * sum(SIZES.values()))
    return loss


def check(mapped: Mapped, data: DataFolder, dev: Tensor) -> dict[str, list[float]]:
    """R@1, 5, 10 on dev photographs (n, 512): captions to photographs and back, human Chinese, and STS."""

    def encode(texts: Sequence[str]) -> NDArray[np.float32]:
        with torch.inference_mode():
            rows: NDArray[np.float32] = mapped.map(torch.from_numpy(read(mapped.student, texts))).numpy()
        return rows

    rows, pictures = data.split("flickr8k", "dev"), dev.numpy()
    other, (captions, owner) = flickr_translations(data), flat_captions(rows)
    scores = encode(captions) @ pictures.T
    own = owner[:, None] == np.arange(len(pictures))
    chinese = [(text, i) for i, row in enumerate(rows) for text in other[row["name"]].get("zh_human", ())]
    right = np.array([i for _, i in chinese])[:, None] == np.arange(len(pictures))
    return {
        "text->image": list(recalls(scores, own)),
        "image->text": list(recalls(scores.T, own.T)),
        "human Chinese": list(recalls(encode([text for text, _ in chinese]) @ pictures.T, right)),
        "STS": list(sts(encode, data).values()),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description="Fine-tune the text student against the image encoder.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--run", default="main", help="the image run whose photographs the texts learn to find")
    parser.add_argument("--steps", type=int, default=400)
    parser.add_argument("--start", default="state.pt", help="joint.pt for a second round")
    parser.add_argument("--out", default="joint.pt")
    parser.add_argument("--rate", type=float, default=1.0, help="factor of the learning rates")
    parser.add_argument("--weight", type=float, default=1.0, help="of the loss against the photographs")
    parser.add_argument(
        "--ranking", type=float, default=0.0, help="weight of the loss on the teacher's order of photographs"
    )
    parser.add_argument("--sts", type=float, default=1.0, help="factor of the loss on the STS scores")
    parser.add_argument("--names", type=float, default=0.0, help="weight of the loss on prompted names")
    parser.add_argument("--captions", type=float, default=SHARES["captions"], help="share of the captions in a draw")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    torch.manual_seed(0)
    SHARES["captions"] = args.captions
    data = DataFolder(args.data)
    student = load_student(args.work / "text" / args.start)
    weight, mean = (torch.from_numpy(part) for part in text_map(args.work / "image" / args.run / "text_map.npz"))
    mapped = Mapped(student, weight, mean)
    source = Source.read(read_corpus(data), data, args.work)
    source.teacher = mapped.map(torch.from_numpy(source.teacher)).numpy()
    names = Names(data, args.work)
    seen, dev = picture_vectors(data, args.work, args.run)
    photographs = Photographs(data, seen)
    table: torch.optim.Optimizer = torch.optim.SparseAdam(list(student.table.parameters()), lr=TABLE_RATE)
    net = torch.optim.AdamW(student.reader.parameters(), lr=NET_RATE, weight_decay=0.01)
    began = time.monotonic()
    sums: dict[str, float] = {}
    for step in range(args.steps):
        now = args.rate * min(1.0, (step + 1) / 20) * (1 - step / args.steps)
        table.param_groups[0]["lr"], net.param_groups[0]["lr"] = TABLE_RATE * now, NET_RATE * now
        random = np.random.default_rng((args.seed, step))
        ranking = photographs.ranking(random) if args.ranking else None
        found = losses(mapped, source, random, ranking)
        found["pictures"] = picture_loss(mapped, photographs, random)
        weights = {"pictures": args.weight, "ranking": args.ranking, "sts": args.sts, "names": args.names}
        if args.names:
            found["names"] = name_loss(mapped, names, random)
        table.zero_grad()
        net.zero_grad()
        torch.autograd.backward(torch.stack([value * weights.get(name, 1.0) for name, value in found.items()]).sum())
        nn.utils.clip_grad_norm_(student.reader.parameters(), 1.0)
        table.step()
        net.step()
        for name, value in found.items():
            sums[name] = sums.get(name, 0.0) + value.item() / EVERY
        if (step + 1) % EVERY == 0:
            values = {name: round(value, 3) for name, value in sums.items()}
            print(step + 1, f"{time.monotonic() - began:.0f}s", values, flush=True)
            sums = {}
        if (step + 1) % (10 * EVERY) == 0 or step + 1 == args.steps:
            torch.save({"student": student.state_dict(), "step": step + 1}, args.work / "text" / args.out)
            print(step + 1, check(mapped, data, dev), flush=True)


if __name__ == "__main__":
    main()
