"""The whole recipe: `python -m training --data DIR --work DIR [--out FOLDER]` (or `make model`).

Runs every stage in order, each in a process of its own. A stage that has finished is marked in `<work>/done` and
skipped next time; one that was cut goes on from its checkpoint. `<work>/record.json` says what ran when, for how long
and with which versions. The weights end up in FOLDER (the package's own by default), the table in `<work>/table.json`.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sensorium.models.builtin.calibration import WEIGHTS

PACKAGES = ("torch", "numpy", "onnx", "onnxruntime", "tokenizers", "pillow", "scipy", "soundfile", "anyascii")
TEXT_STEPS = 2150
EARLY = (  # rounds of the text encoder against the first image encoder
    ("--steps", "300"),
    ("--start", "joint.pt", "--weight", "2.5", "--captions", "0.5", "--seed", "2", "--steps", "200"),
    ("--start", "joint.pt", "--weight", "2.5", "--captions", "0.5", "--names", "1", "--seed", "3", "--steps", "220"),
    ("--start", "joint.pt", "--weight", "4", "--captions", "0.5", "--names", "2", "--seed", "4", "--steps", "150"),
)
_LATER = ("--start", "joint.pt", "--weight", "1.5", "--ranking", "1.5", "--captions", "1.2")
LONG = (  # still against the first image encoder
    (*_LATER, "--rate", "2", "--sts", "0.4", "--names", "1", "--seed", "5", "--steps", "1800"),
)
LAST = (  # against the final one
    (*_LATER, "--rate", "1", "--sts", "0.5", "--names", "1.5", "--seed", "7", "--steps", "500"),
    (*_LATER, "--rate", "0.8", "--sts", "0.5", "--names", "1.5", "--seed", "8", "--steps", "400"),
)
IMAGE_STEPS = 1700
AGAIN_STEPS = 1800
HELD_OUT_STEPS = 150  # the runs that only measure what was never trained on are short
HELD_OUT_AUDIO = ("--head-steps", "300", "--steps", "260")
ENVIRONMENT = {"MALLOC_MMAP_MAX_": "0", "MALLOC_TRIM_THRESHOLD_": "60000000000", "OMP_WAIT_POLICY": "PASSIVE"}
"""glibc then reuses big tensors instead of returning them to the system, and waiting threads sleep: twice as fast."""


@dataclass(frozen=True)
class Stage:
    """A module of the recipe with its arguments (`--data` comes on its own where it is needed)."""

    name: str
    module: str
    arguments: tuple[str, ...]


def pictures(both: tuple[str, ...], run: str, steps: int, *less: str) -> list[Stage]:
    """An image run from the base net: head, every layer, polish, and the text map that the next stages need."""
    named = (*both, "--run", run)
    return [
        Stage(f"image {run}", "training.image", (*named, "--steps", str(steps), *less)),
        Stage(f"image {run} polish", "training.polish", (*named, *less)),
        Stage(f"image {run} map", "training.export_image", named),
    ]


def retold(both: tuple[str, ...], name: str) -> Stage:
    """The captions as the text encoder now reads them, for the next image stage."""
    return Stage(name, "training.retold", both)


def pictures_again(both: tuple[str, ...], first: str, run: str, steps: int, *less: str) -> Stage:
    """A warm restart of the run `first`, on captions as the text encoder reads them too."""
    start = ("--start", str(Path(both[-1]) / "image" / first / "polished.pt"))
    return Stage(
        f"image {run}", "training.image", (*both, "--run", run, *_captions(both), *less, *start, "--steps", str(steps))
    )


def polished_again(both: tuple[str, ...], run: str, *less: str) -> list[Stage]:
    """The polish of a warm restart, and its text map."""
    return [
        Stage(f"image {run} polish", "training.polish", (*both, "--run", run, *_captions(both), *less)),
        Stage(f"image {run} map", "training.export_image", (*both, "--run", run)),
    ]


def _captions(both: tuple[str, ...]) -> tuple[str, str]:
    return "--retold", str(Path(both[-1]) / "text" / "retold.npz")


def texts(both: tuple[str, ...], run: str, rounds: Sequence[tuple[str, ...]], first: int) -> list[Stage]:
    """Rounds of the text encoder against the image encoder of a run, numbered from `first`."""
    return [
        Stage(f"joint {i}", "training.joint", (*both, "--run", run, *extra)) for i, extra in enumerate(rounds, first)
    ]


def exports(both: tuple[str, ...], run: str, sounds: str, out: Path) -> list[Stage]:
    """The three encoders and the space of an image run and a sound run."""
    text_map = str(Path(both[-1]) / "image" / run / "text_map.npz")
    name = f"export {run}"
    return [
        Stage(f"{name} image", "training.export_image", (*both, "--run", run, "--out", str(out / "image.onnx"))),
        Stage(
            f"{name} audio",
            "training.export_audio",
            (*both, "--run", sounds, "--text-map", text_map, "--out", str(out / "audio.onnx")),
        ),
        Stage(
            f"{name} text",
            "training.export_text",
            (*both[2:], "--weights", "joint.pt", "--map", text_map, "--out", str(out)),
        ),
        Stage(f"{name} space", "training.space", (*both[:2], "--model", str(out))),
    ]


def stages(data: Path, work: Path, out: Path) -> list[Stage]:
    """The recipe in order."""
    both, held, less = ("--data", str(data), "--work", str(work)), work / "held_out", "--without-held-out"
    own, unseen = (work / "image" / run / "text_map.npz" for run in ("again", "held_out_again"))
    student = ("--student", str(work / "text" / "joint.pt"))
    return [
        Stage("teacher", "training.teacher", both),
        Stage("text", "training.text", (*both, "--steps", str(TEXT_STEPS))),
        *pictures(both, "main", IMAGE_STEPS),
        *texts(both, "main", EARLY, 1),
        retold(both, "retold"),
        pictures_again(both, "main", "again", AGAIN_STEPS),
        *texts(both, "main", LONG, 1 + len(EARLY)),
        retold(both, "retold again"),
        *polished_again(both, "again"),
        *texts(both, "again", LAST, 1 + len(EARLY) + len(LONG)),
        Stage("audio", "training.audio", (*both, *student, "--text-map", str(own))),
        Stage("audio softening", "training.soften", both),
        *exports(both, "again", "main", out),
        *pictures(both, "held_out", HELD_OUT_STEPS, less),
        pictures_again(both, "held_out", "held_out_again", HELD_OUT_STEPS, less),
        *polished_again(both, "held_out_again", less),
        Stage(
            "held-out audio",
            "training.audio",
            (*both, *student, "--run", "held_out", less, "--text-map", str(unseen), *HELD_OUT_AUDIO),
        ),
        Stage("held-out audio softening", "training.soften", (*both, "--run", "held_out")),
        *exports(both, "held_out_again", "held_out", held),
        Stage(
            "evaluate",
            "training.evaluate",
            ("--data", str(data), "--model", str(out), "--held-out", str(held), "--json", str(work / "table.json")),
        ),
        Stage("card", "training.card", ("--table", str(work / "table.json"), "--model", str(out))),
    ]


def run(data: Path, work: Path, out: Path) -> None:
    """Run what has not run yet."""
    done = work / "done"
    for folder in (done, out, work / "held_out"):
        folder.mkdir(parents=True, exist_ok=True)
    record = work / "record.json"
    entries = json.loads(record.read_text()) if record.exists() else {}
    entries["machine"] = f"{platform.system()} {platform.machine()}, Python {platform.python_version()}"
    entries["versions"] = {name: version(name) for name in PACKAGES}
    environment = {**ENVIRONMENT, **os.environ}
    for stage in stages(data, work, out):
        mark = done / stage.name.replace(" ", "-")
        if mark.exists():
            continue
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        began = time.monotonic()
        print(f"== {stage.name}", flush=True)
        subprocess.run([sys.executable, "-m", stage.module, *stage.arguments], check=True, env=environment)
        seconds = round(time.monotonic() - began)
        entries.setdefault("stages", []).append({"name": stage.name, "started": started, "seconds": seconds})
        record.write_text(json.dumps(entries, indent=1))
        mark.touch()


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m training", description="Make the built-in model.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=WEIGHTS)
    args = parser.parse_args()
    run(args.data, args.work, args.out)


if __name__ == "__main__":
    main()
