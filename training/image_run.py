"""What every stage of an image run is given on the command line, and what it opens."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

import torch

from training.data import DataFolder
from training.examples import Examples
from training.labels import held_out_wnids
from training.plan import RETOLD, Plan


@dataclass(frozen=True)
class ImageRun:
    """`folder` of the run's weights and log, the data, the arguments."""

    folder: Path
    data: DataFolder
    work: Path
    steps: int
    without_held_out: bool
    retold: Path | None
    start: Path | None

    @classmethod
    def read(cls, description: str, steps: int) -> ImageRun:
        """Parse the command line; `steps` is the number where none is given. Seeds torch."""
        parser = argparse.ArgumentParser(description=description)
        parser.add_argument("--data", type=Path, required=True)
        parser.add_argument("--work", type=Path, required=True)
        parser.add_argument("--run", default="main", help="name of the run; also of its folder below <work>/image")
        parser.add_argument("--steps", type=int, default=steps)
        parser.add_argument("--threads", type=int, default=2)
        parser.add_argument("--without-held-out", action="store_true", help="leave the 40 held-out classes out")
        parser.add_argument("--retold", type=Path, help="captions as the text student reads them (`training.retold`)")
        parser.add_argument("--start", type=Path, help="weights to begin with")
        args = parser.parse_args()
        torch.set_num_threads(args.threads)
        torch.manual_seed(Plan.seed)
        folder = args.work / "image" / args.run
        folder.mkdir(parents=True, exist_ok=True)
        data = DataFolder(args.data)
        return cls(folder, data, args.work, args.steps, args.without_held_out, args.retold, args.start)

    def examples(self, plan: Plan) -> Examples:
        """Batches for a plan, without the held-out classes and with retold captions as asked."""
        examples = Examples(self.data, self.work, plan, held_out_wnids(self.data) if self.without_held_out else [])
        if self.retold is not None:
            examples.captions.retell(self.retold, RETOLD)
        return examples
