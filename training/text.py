"""Train the text student: distillation from the teacher, translation pairs, and STS scores.

`python -m training.text --data DIR --work DIR --steps N` goes on from `<work>/text/state.pt` where there is one. Each
step draws texts of two domains and the English texts that they mean: InfoNCE and cosine against the teacher's vectors,
InfoNCE between the student's own vectors of a text and its English, and CoSENT on STS pairs, also across languages.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from training.corpus import Corpus, read_corpus
from training.data import DataFolder
from training.packing import Flat, Packed
from training.probes import news, sts
from training.student import Student

SHARES = {"captions": 0.34, "sounds": 0.05, "sts": 0.14, "news": 0.22, "words": 0.18, "gloss": 0.07}
MAIN_LANGUAGES = {"en", "zh", "ru", "es", "de", "fr", "ja", "pt", "ar", "hi", "it", "ko", "nl", "pl", "tr", "uk", "cs"}
SCALE, STS_SCALE = 20.0, 20.0
BATCH, STS_PAIRS = 512, 96
DROP = 0.1
ABROAD = 160  # texts of a draw that are also compared with the student's own reading of their English
TABLE_RATE, NET_RATE, WARM, DECAY = 5e-3, 1e-3, 100, 0.35
STS_LANGUAGES = 11

Further = Callable[[Tensor, Tensor], dict[str, Tensor]]
"""Unit rows of a draw and their targets, both (n, dim), to further parts of the loss."""
Reads = Callable[[Tensor, Tensor, list[tuple[Tensor, Tensor, Tensor]]], Tensor]
"""A batch of `Packed.batch` to unit rows: the student alone, or followed by the text map."""


@dataclass
class Source:
    """The corpus as numbers: rows of `packed` are all domains' texts in order, then the English texts."""

    packed: Packed
    owners: Flat
    english_from: int
    spans: dict[str, tuple[int, int]]
    weights: dict[str, NDArray[np.float64]]
    teacher: NDArray[np.float32]
    foreign: NDArray[np.bool_]
    sts_scores: NDArray[np.float32]

    @classmethod
    def read(cls, corpus: Corpus, data: DataFolder, work: Path) -> Source:
        texts: list[str] = []
        owners: list[tuple[int, ...]] = []
        foreign: list[bool] = []
        spans, weights = {}, {}
        for name, domain in corpus.domains.items():
            spans[name] = (len(texts), len(texts) + len(domain))
            texts.extend(domain.texts)
            owners.extend(domain.owners)
            foreign.extend(language != "en" for language in domain.languages)
            weight = np.array([2.0 if language in MAIN_LANGUAGES else 1.0 for language in domain.languages])
            weights[name] = np.cumsum(weight / weight.sum())
        path = work / "text" / f"packed-{len(texts)}.npz"
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            Packed.of(texts + corpus.english).save(path)
        scores = [row["score"] for row in data.text("stsb") if row["split"] == "train"]
        return cls(
            Packed.load(path),
            Flat.of(owners),
            len(texts),
            spans,
            weights,
            corpus.teacher(work),
            np.array(foreign),
            np.array(scores, np.float32),
        )

    def targets(self, rows: NDArray[np.int64]) -> Tensor:
        """Unit teacher vectors (n, 384): the mean over the English texts that each row means."""
        values, offsets = self.owners.take(rows)
        sums = np.add.reduceat(self.teacher[values], offsets[:-1], axis=0)
        return F.normalize(torch.from_numpy(sums), dim=1)

    def draw(self, random: np.random.Generator) -> NDArray[np.int64]:
        """BATCH distinct rows from two domains."""
        names = [name for name in SHARES if name in self.spans]
        shares = np.array([SHARES[name] for name in names])
        rows = []
        for name in random.choice(names, 2, p=shares / shares.sum()):
            start, _ = self.spans[name]
            rows.append(start + np.searchsorted(self.weights[name], random.random(BATCH // 2)))
        return np.unique(np.concatenate(rows).clip(0, self.english_from - 1))

    def draw_sts(self, random: np.random.Generator) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
        """Rows of sides a then b of STS_PAIRS pairs, half of them across two languages, and their scores."""
        pairs = random.choice(len(self.sts_scores), min(STS_PAIRS, len(self.sts_scores)), replace=False)
        language = random.integers(0, STS_LANGUAGES, len(pairs))
        other = np.where(random.random(len(pairs)) < 0.5, language, random.integers(0, STS_LANGUAGES, len(pairs)))
        first = self.spans["sts"][0] + pairs * 2 * STS_LANGUAGES
        return np.concatenate([first + language, first + STS_LANGUAGES + other]), self.sts_scores[pairs]


def contrast(a: Tensor, b: Tensor, same: Tensor) -> Tensor:
    """InfoNCE of rows a against rows b; `same` (n, n) marks pairs that mean the same and are no negatives."""
    logits = SCALE * a @ b.T
    logits = logits.masked_fill(same & ~torch.eye(len(a), dtype=torch.bool), -1e4)
    return F.cross_entropy(logits, torch.arange(len(a)))


def cosent(cosine: Tensor, score: Tensor) -> Tensor:
    """CoSENT: log(1 + sum over pairs with score_i > score_j of exp(scale (cos_j - cos_i)))."""
    gap = STS_SCALE * (cosine[None, :] - cosine[:, None])
    wrong = gap[(score[:, None] > score[None, :])]
    return torch.logsumexp(torch.cat([wrong.new_zeros(1), wrong]), 0)


def losses(
    student: Reads, source: Source, random: np.random.Generator, further: Further | None = None
) -> dict[str, Tensor]:
    """One draw, one forward pass, the parts of the loss."""
    rows = source.draw(random)
    owner = source.owners.values[source.owners.offsets[rows]].astype(np.int64)
    abroad = np.flatnonzero(source.foreign[rows])[:ABROAD]
    pairs, scores = source.draw_sts(random)
    every = np.concatenate([rows, source.english_from + owner[abroad], pairs])
    out = student(*source.packed.batch(every, random, DROP))
    x, english, sides = torch.split(out, [len(rows), len(abroad), len(pairs)])
    target = source.targets(rows)
    owners = torch.from_numpy(owner)
    same = owners[:, None] == owners[None, :]
    a, b = sides.chunk(2)
    found = {
        "teacher": contrast(x, target, same),
        "cosine": 5 * (1 - (x * target).sum(1)).mean(),
        "sts": 0.4 * cosent((a * b).sum(1), torch.from_numpy(scores)),
    }
    if further is not None:
        found |= further(x, target)
    if len(abroad) > 1:
        index = torch.from_numpy(abroad)
        away, near = x[index], same[index][:, index]
        found["pairs"] = 0.5 * (contrast(away, english, near) + contrast(english, away, near))
        found["english"] = 2.5 * (1 - (english * torch.from_numpy(source.teacher[owner[abroad]])).sum(1)).mean()
    return found


def encode(student: Student, texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit rows (n, 384) of texts that may be new."""
    packed = Packed.of(texts)
    student.eval()
    with torch.inference_mode():
        rows = [
            student(*packed.batch(part)).numpy()
            for part in np.array_split(np.arange(len(texts)), max(1, len(texts) // 500))
        ]
    student.train()
    return np.concatenate(rows)


def rate(step: int, steps: int) -> float:
    """Warm-up, plateau, linear decay over the last DECAY of the steps to a fiftieth."""
    return min(1.0, (step + 1) / WARM, max(0.02, (steps - step) / (DECAY * steps)))


def train(source: Source, data: DataFolder, work: Path, steps: int, seed: int = 0, every: int = 500) -> Student:
    """Train to `steps`; the state is saved every `every` steps, and measures are appended to `log.jsonl`."""
    torch.manual_seed(seed)
    student = Student()
    table: torch.optim.Optimizer = torch.optim.SparseAdam(list(student.table.parameters()), lr=TABLE_RATE)
    net = torch.optim.AdamW(student.reader.parameters(), lr=NET_RATE, weight_decay=0.01)
    state, start = work / "text" / "state.pt", 0
    if state.exists():
        saved = torch.load(state)
        student.load_state_dict(saved["student"])
        table.load_state_dict(saved["table"])
        net.load_state_dict(saved["net"])
        start = saved["step"]
    began = time.monotonic()
    sums: dict[str, tuple[float, int]] = {}
    for step in range(start, steps):
        now = rate(step, steps)
        table.param_groups[0]["lr"], net.param_groups[0]["lr"] = TABLE_RATE * now, NET_RATE * now
        found = losses(student, source, np.random.default_rng((seed, step)))
        table.zero_grad()
        net.zero_grad()
        torch.autograd.backward(torch.stack(list(found.values())).sum())
        torch.nn.utils.clip_grad_norm_(student.reader.parameters(), 1.0)
        table.step()
        net.step()
        for name, value in found.items():
            total, number = sums.get(name, (0.0, 0))
            sums[name] = total + value.item(), number + 1
        if (step + 1) % 50 == 0:
            means = {name: round(total / number, 3) for name, (total, number) in sums.items()}
            print(step + 1, f"{time.monotonic() - began:.0f}s", means, flush=True)
            sums = {}
        if (step + 1) % every == 0 or step + 1 == steps:
            torch.save(
                {
                    "student": student.state_dict(),
                    "table": table.state_dict(),
                    "net": net.state_dict(),
                    "step": step + 1,
                },
                state.with_suffix(".partial"),
            )
            state.with_suffix(".partial").rename(state)
            report = {
                "step": step + 1,
                "seconds": round(time.monotonic() - began),
                "sts": sts(lambda t: encode(student, t), data),
                "news": news(lambda t: encode(student, t), data),
            }
            print(json.dumps(report), flush=True)
            with (work / "text" / "log.jsonl").open("a") as log:
                log.write(json.dumps(report) + "\n")
    return student


def main() -> None:
    parser = argparse.ArgumentParser(description="Train the text student.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--steps", type=int, default=6000)
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    data = DataFolder(args.data)
    train(Source.read(read_corpus(data), data, args.work), data, args.work, args.steps)


if __name__ == "__main__":
    main()
