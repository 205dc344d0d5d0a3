"""Print the table of bars for every shipped size.

    python -m training.evaluate --data DIR [--model FOLDER] [--held-out FOLDER] [--json FILE]

`--model` is a folder of weights (the installed ones by default); `--held-out` is one of the run without the held-out
classes, on which alone "never trained on" is measured.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sensorium.models.batched import Batched
from sensorium.models.builtin.calibration import WEIGHTS
from sensorium.models.builtin.provider import BuiltinProvider
from sensorium.types import Matrix, Payload, Purpose
from training.bars import table
from training.data import DataFolder
from training.measures import Embed, Figures, Prepared, by_name, language, pages, retrieval
from training.mixed import MixedList
from training.speed import speed
from training.unseen import unseen


def embedder(folder: Path) -> Embed:
    """Payloads in any number to unit rows, by the model whose weights lie in `folder`."""
    model = Batched(BuiltinProvider(folder).load(""))

    def embed(payloads: Sequence[Payload]) -> Matrix:
        return model.embed(payloads, Purpose.GENERIC_INDEX)

    return embed


def evaluate(folder: Path, data: DataFolder, held_out: Path | None = None) -> dict[int, Figures]:
    """{size: {measure: value}} of the model in `folder`, every Matryoshka size."""
    provider = BuiltinProvider(folder)
    spec, embed = provider.specs()[0], embedder(folder)
    ready, mixed = Prepared(embed, data), MixedList.of(embed, data)
    found = {
        size: retrieval(ready, size)
        | by_name(ready, size)
        | language(ready, size)
        | pages(ready, size)
        | mixed.figures(size)
        for size in spec.dims
    }
    ten = [f"flickr8k dev {way} R@10" for way in ("text->image", "image->text")]
    native = found[spec.dim]
    if 256 in found:
        native["256-d: R@10 lost against native"] = float(np.mean([native[k] - found[256][k] for k in ten]))
    native |= speed(embed, data)
    if held_out is not None:
        native |= unseen(embedder(held_out), data)
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description="Measure the built-in model against its bars.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, default=WEIGHTS)
    parser.add_argument("--held-out", type=Path)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    found = evaluate(args.model, DataFolder(args.data), args.held_out)
    print(table(found))
    if args.json is not None:
        args.json.write_text(json.dumps(found, indent=1), encoding="utf8")


if __name__ == "__main__":
    main()
