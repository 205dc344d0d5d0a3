"""Write `tests/models/builtin/golden.npz`: what the shipped encoders say of inputs made by formula.

`python -m training.golden --weights FOLDER`. Run it after an export; the tests hold every later build to it.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
from tests.models.builtin.signals import chirp, picture

from sensorium.models.builtin.audio import AudioEncoder
from sensorium.models.builtin.image import ImageEncoder
from sensorium.models.builtin.text import TextEncoder

TEXTS = ("a dog runs on the beach", "一只狗在沙滩上跑", "Вашингтон, 21 ноября", "long text. " * 60)
OUT = Path("tests/models/builtin/golden.npz")


def main() -> None:
    parser = argparse.ArgumentParser(description="Write the golden vectors of the encoders.")
    parser.add_argument("--weights", type=Path, required=True)
    parser.add_argument("--out", type=Path, default=OUT)
    args = parser.parse_args()
    np.savez(
        args.out,
        image=ImageEncoder(args.weights / "image.onnx").encode([picture()])[0],
        text=TextEncoder(args.weights).encode(TEXTS),
        audio=AudioEncoder(args.weights / "audio.onnx").encode([chirp()])[0],
    )
    print(args.out)


if __name__ == "__main__":
    main()
