"""Flickr8k's captions as the text student reads them: further targets of the photographs, beside the teacher's vectors.

`python -m training.retold --data DIR --work DIR [--weights joint.pt] [--out retold.npz]` writes (photographs, 5, 384)
unit rows of the train split: `en`, and `zh_human` and `ar`, captions that no picture has seen through the teacher. A
share of the features is dropped, so that captions that the student was trained on read like new ones.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import torch
from numpy.typing import NDArray

from training.captions import EACH
from training.data import DataFolder, flickr_translations
from training.packing import Packed
from training.plan import RETOLD
from training.student import Student

DROP = 0.1


def retell(
    student: Student, data: DataFolder, split: str = "train", drop: float = DROP
) -> dict[str, NDArray[np.float32]]:
    """{language: (photographs, 5, 384)}: fewer captions repeat, English where there are none."""
    rows, other = data.split("flickr8k", split), flickr_translations(data)
    random, found = np.random.default_rng(0), {}
    student.eval()
    for key in RETOLD:
        texts: list[str] = []
        for row in rows:
            own = row["captions"] if key == "en" else other.get(row["name"], {}).get(key) or row["captions"]
            texts.extend(own[i % len(own)] for i in range(EACH))
        packed = Packed.of(texts)
        with torch.inference_mode():
            vectors = [
                student(*packed.batch(part, random, drop)).numpy()
                for part in np.array_split(np.arange(len(texts)), max(1, len(texts) // 500))
            ]
        found[key] = np.concatenate(vectors).reshape(len(rows), EACH, -1)
    student.train()
    return found


def load_student(path: Path) -> Student:
    """A trained student from its stored state."""
    student = Student()
    student.load_state_dict(torch.load(path)["student"])
    return student


def main() -> None:
    parser = argparse.ArgumentParser(description="Store the captions as the text student reads them.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--weights", default="joint.pt")
    parser.add_argument("--out", default="retold.npz")
    args = parser.parse_args()
    student = load_student(args.work / "text" / args.weights)
    found: dict[str, Any] = {**retell(student, DataFolder(args.data))}
    np.savez(args.work / "text" / args.out, **found)


if __name__ == "__main__":
    main()
