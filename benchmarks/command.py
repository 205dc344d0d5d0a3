"""How long the command takes as a whole process: ``--help``, and a search over 20,000 vectors with the built-in model.

    python -m benchmarks.command [--records 20000] [--dim 512] [--runs 9]

Bars: ``--help`` under 0.3 s, a search under 1 s, on a warm disk. ``best`` and ``median`` are wall clock, ``cpu`` the
processor time of the best run (what counts on a busy machine), ``ratio`` the best over that of ``python -c 'import
numpy'`` in the same run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from sensorium.home import Home
from sensorium.types import Record

HELP_S, SEARCH_S = 0.3, 1.0
WORDS = ("red", "summer", "dress", "train", "station", "bell", "river", "mountain", "coffee", "paper")


def fill(home: Path, records: int, dim: int) -> None:
    """An index of random unit vectors with the metadata that Sensorium writes."""
    rng = np.random.default_rng(3)
    vectors = rng.standard_normal((records, dim), np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    with Home(home) as opened:
        space = opened.open("default", dim=dim, create=True)
        space.index.put(
            Record(
                f"{number:032x}",
                vectors[number],
                {
                    "source": f"file:///notes/{number // 8:06}.txt",
                    "modality": "text",
                    "media_type": "text/plain",
                    "start_char": number % 8 * 400,
                    "end_char": number % 8 * 400 + 400,
                    "content_hash": f"{number // 8:032x}",
                    "model": space.embedder.spec.stamp,
                    "text": " ".join(rng.choice(WORDS, 60)),
                },
            )
            for number in range(records)
        )


def clock(command: Sequence[str], runs: int) -> tuple[float, float, float]:
    """(best wall, median wall, CPU of the best) in seconds. The first run, which warms the disk, does not count."""
    found: list[tuple[float, float]] = []
    for _ in range(runs + 1):
        before, began = os.times(), time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        wall, after = time.perf_counter() - began, os.times()
        cpu = after.children_user + after.children_system - before.children_user - before.children_system
        found.append((wall, cpu))
    best = min(found[1:])
    return best[0], statistics.median(wall for wall, _ in found[1:]), best[1]


def main() -> None:
    """Build the index, run the commands, print a line each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--records", type=int, default=20_000)
    parser.add_argument("--dim", type=int, default=512)
    parser.add_argument("--runs", type=int, default=9)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        fill(Path(folder), args.records, args.dim)
        run = [str(Path(sys.executable).with_name("sensorium"))]
        search = [*run, "search", "a red summer dress", "--home", folder]
        commands = {
            "python -c 'import numpy'": ([sys.executable, "-c", "import numpy"], None),
            "sensorium --help": ([*run, "--help"], HELP_S),
            "sensorium search --help": ([*run, "search", "--help"], HELP_S),
            f"sensorium search, {args.records:,} x {args.dim}": (search, SEARCH_S),
            "the same, --json": ([*search, "--json"], SEARCH_S),
        }
        peer = 0.0
        print(f"{'':38} {'best':>7} {'median':>7} {'cpu':>7} {'ratio':>6}   bar")
        for name, (command, bar) in commands.items():
            best, median, cpu = clock(command, args.runs)
            peer = peer or best
            verdict = "" if bar is None else f"{bar:.1f} s {'met' if best < bar else 'MISSED'}"
            print(f"{name:38} {best:7.3f} {median:7.3f} {cpu:7.3f} {best / peer:6.1f}   {verdict}")


if __name__ == "__main__":
    main()
