"""The whole recipe: `python -m training --data DIR --work DIR [--out FOLDER]` (or `make model`).

Runs every stage in order, each in a process of its own. A stage that has finished is marked in `<work>/done` and
skipped next time; one that was cut goes on from its checkpoint. `<work>/record.json` says what ran when, for how long
and with which versions. The weights end up in FOLDER (the package's own by default), the table in `<work>/table.json`.
"""

from __future__ import annotations

import argparse
import json
import platform
import subprocess
import sys
import time
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from sensorium.models.builtin.calibration import WEIGHTS

PACKAGES = ("torch", "numpy", "onnx", "onnxruntime", "tokenizers", "pillow", "scipy", "soundfile", "anyascii")
TEXT_STEPS = 2150
JOINT_ROUNDS = (
    ("--steps", "300"),
    ("--start", "joint.pt", "--weight", "2.5", "--captions", "0.5", "--seed", "2", "--steps", "200"),
    ("--start", "joint.pt", "--weight", "2.5", "--captions", "0.5", "--names", "1", "--seed", "3", "--steps", "220"),
    ("--start", "joint.pt", "--weight", "4", "--captions", "0.5", "--names", "2", "--seed", "4", "--steps", "150"),
)
HELD_OUT_STEPS = 150  # the runs that only measure what was never trained on are short


@dataclass(frozen=True)
class Stage:
    """A module of the recipe with its arguments (`--data` comes on its own where it is needed)."""

    name: str
    module: str
    arguments: tuple[str, ...]


def stages(data: Path, work: Path, out: Path) -> list[Stage]:
    """The recipe in order."""
    both, held = ("--data", str(data), "--work", str(work)), work / "held_out"
    own, less = work / "image" / "main" / "text_map.npz", work / "image" / "held_out" / "text_map.npz"
    rest = ("--run", "held_out", "--without-held-out")

    def text(folder: Path, text_map: Path) -> tuple[str, ...]:
        return ("--work", str(work), "--weights", "joint.pt", "--map", str(text_map), "--out", str(folder))

    return [
        Stage("teacher", "training.teacher", both),
        Stage("text", "training.text", (*both, "--steps", str(TEXT_STEPS))),
        Stage("image", "training.image", both),
        Stage("image polish", "training.polish", both),
        Stage("image export", "training.export_image", (*both, "--out", str(out / "image.onnx"))),
        Stage("audio", "training.audio", (*both, "--text-map", str(own))),
        Stage("audio softening", "training.soften", both),
        Stage("audio export", "training.export_audio", (*both, "--out", str(out / "audio.onnx"))),
        *(
            Stage(
                f"joint {i}", "training.joint", (*both, "--map", str(own), "--image", str(out / "image.onnx"), *extra)
            )
            for i, extra in enumerate(JOINT_ROUNDS, 1)
        ),
        Stage("text export", "training.export_text", text(out, own)),
        Stage("space", "training.space", ("--data", str(data), "--model", str(out))),
        Stage("held-out image", "training.image", (*both, *rest, "--steps", str(HELD_OUT_STEPS))),
        Stage("held-out image polish", "training.polish", (*both, *rest, "--steps", str(HELD_OUT_STEPS))),
        Stage(
            "held-out image export",
            "training.export_image",
            (*both, "--run", "held_out", "--out", str(held / "image.onnx")),
        ),
        Stage("held-out audio", "training.audio", (*both, *rest, "--text-map", str(less))),
        Stage("held-out audio softening", "training.soften", (*both, "--run", "held_out")),
        Stage(
            "held-out audio export",
            "training.export_audio",
            (*both, "--run", "held_out", "--out", str(held / "audio.onnx")),
        ),
        Stage("held-out text export", "training.export_text", text(held, less)),
        Stage("held-out space", "training.space", ("--data", str(data), "--model", str(held))),
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
    for stage in stages(data, work, out):
        mark = done / stage.name.replace(" ", "-")
        if mark.exists():
            continue
        started = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
        began = time.monotonic()
        print(f"== {stage.name}", flush=True)
        subprocess.run([sys.executable, "-m", stage.module, *stage.arguments], check=True)
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
