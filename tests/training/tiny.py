"""A data folder small enough for tests: a few rows of every set, tiny base nets, a teacher made of hashes."""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import soundfile
from numpy.typing import NDArray
from PIL import Image
from tests.training.tiny_text import write_text

Rows = list[dict[str, Any]]
IMAGE_CLASSES, SOUND_CLASSES = 12, 12
HELD_OUT_SOUND = "cello"


class HashTeacher:
    """Stands in for the text teacher: a unit vector (384,) drawn from the text's hash."""

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        seeds = [int.from_bytes(hashlib.sha1(text.encode()).digest()[:4]) for text in texts]
        rows = np.stack([np.random.default_rng(seed).standard_normal(384) for seed in seeds])
        return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def picture(seed: int, width: int, height: int) -> bytes:
    """A WebP of coarse random colours."""
    small = np.random.default_rng(seed).integers(0, 256, (3, 3, 3), dtype=np.uint8)
    out = io.BytesIO()
    Image.fromarray(small).resize((width, height), Image.Resampling.BICUBIC).save(out, "WEBP", quality=70)
    return out.getvalue()


def sound(hertz: float, seconds: float) -> bytes:
    """An Ogg/Vorbis tone at 16 kHz."""
    t = np.arange(int(16_000 * seconds)) / 16_000
    out = io.BytesIO()
    soundfile.write(out, 0.3 * np.sin(2 * np.pi * hertz * t), 16_000, format="OGG", subtype="VORBIS")
    return out.getvalue()


def write_set(folder: Path, name: str, rows: Rows, members: Sequence[bytes], ending: str) -> None:
    with zipfile.ZipFile(folder / f"{name}.zip", "w") as archive:
        for i, (row, member) in enumerate(zip(rows, members, strict=True)):
            row["file"] = f"{i:05d}.{ending}"
            archive.writestr(row["file"], member)
    with gzip.open(folder / f"{name}.jsonl.gz", "wt", encoding="utf8") as lines:
        lines.writelines(json.dumps(row) + "\n" for row in rows)


def write_images(folder: Path) -> None:
    folder.mkdir()
    wnids = [f"n{i:08d}" for i in range(10)]
    sets: dict[str, tuple[Rows, tuple[int, int]]] = {
        "flickr8k": (
            [
                {
                    "split": "train" if i < 24 else "dev",
                    "name": f"{i}.jpg",
                    "captions": [f"photograph {i} seen {j}" for j in range(5 if i else 4)],
                }
                for i in range(32)
            ],
            (176, 176),
        ),
        "tinyimagenet": (
            [{"split": "train", "wnid": wnids[i % 10], "label": f"thing {i % 10}"} for i in range(60)],
            (64, 64),
        ),
        "scenes": ([{"split": "train", "label": ("sea", "forest")[i % 2]} for i in range(40)], (150, 150)),
        "grocery": (
            [{"split": "train", "label": f"apple {i % 3}", "coarse": "apple", "kind": "photo"} for i in range(40)],
            (176, 132),
        ),
        "clothing": ([{"split": "train", "label": ("dress", "shoes")[i % 2]} for i in range(40)], (100, 170)),
        "imagenet_samples": (
            [
                {
                    "split": "train",
                    "class_index": i,
                    "wnid": wnids[i] if i < 10 else f"m{i:08d}",
                    "label": f"thing {i}",
                    "synonyms": f"thing {i}, object {i}",
                }
                for i in range(IMAGE_CLASSES)
            ],
            (176, 120),
        ),
        "emoji": (
            [
                {"split": "train", "emoji": "x", "name": {"en": f"face {i}"}, "keywords": {"en": ["face", f"mood {i}"]}}
                for i in range(20)
            ],
            (72, 72),
        ),
    }
    for name, (rows, size) in sets.items():
        write_set(folder, name, rows, [picture(i, *size) for i in range(len(rows))], "webp")


def write_sounds(folder: Path) -> None:
    folder.mkdir()
    labels = {
        "urbansound8k": ["siren", "jackhammer"],
        "animals": ["cat", "chicken"],
        "instruments": ["clarinet", HELD_OUT_SOUND],
        "digits": ["zero", "one"],
    }
    for n, (name, names) in enumerate(labels.items()):
        rows = [
            {"split": "train", "label": names[i % 2], "fold": 1 + i % 4 // 2, "seconds": 1.2 + 0.1 * n}
            for i in range(24)
        ]
        write_set(folder, name, rows, [sound(200 + 150 * (i % 2) + 400 * n, 1.2 + 0.1 * n) for i in range(24)], "ogg")


def net(folder: Path, stem: str, channels: int, width: int, act: str, classes: list[str], last: str) -> None:
    """A base net in the stored form: strided convolution, strided depthwise, 1x1, a sum, the average, a classifier."""
    shapes = [[8, channels, 3, 3], [8, 1, 3, 3], [8, 8, 1, 1], [width, 8, 1, 1]]
    ops = ["conv", "dwconv", "conv", "conv"]
    layers: list[dict[str, Any]] = []
    for i, (op, shape) in enumerate(zip(ops, shapes, strict=True)):
        stride = 2 if i < 2 else 1
        layers.append(
            {
                "out": i + 1 if i < 3 else 5,
                "op": op,
                "stride": stride,
                "groups": 8 if op == "dwconv" else 1,
                "act": "none" if i == 2 else act,
                "in": [i if i < 3 else 4],
                "w": f"w{i:02d}",
                "b": f"b{i:02d}",
                "pad": [0, 1, 0, 1] if i < 2 else [0] * 4,
                "shape": shape,
            }
        )
    layers.insert(3, {"out": 4, "op": "add", "in": [2, 3]})
    final = [len(classes), width] + ([1, 1] if last == "conv" else [])
    layers += [
        {"out": 6, "op": "mean", "in": [5]},
        {
            "out": 7,
            "op": last,
            "stride": 1,
            "groups": 1,
            "act": "none",
            "in": [6],
            "w": "w04",
            "b": "b04",
            "pad": [0] * 4,
            "shape": final,
        },
    ]
    rng = np.random.default_rng(len(stem))
    arrays: dict[str, NDArray[Any]] = {}
    for i, shape in enumerate([*shapes, final]):
        arrays[f"w{i:02d}"] = rng.integers(-127, 128, shape, dtype=np.int8)
        arrays[f"s{i:02d}"] = np.full(shape[0], 0.02 / np.sqrt(np.prod(shape[1:])), np.float32)
        arrays[f"b{i:02d}"] = rng.normal(0, 0.1, shape[0]).astype(np.float32)
    np.savez(folder / f"{stem}.npz", **arrays)
    (folder / f"{stem}.json").write_text(json.dumps({"input": 0, "labels": classes, "layers": layers}))


def write_base(folder: Path) -> None:
    folder.mkdir()
    things = ["background", *(f"thing {i}, object {i}" for i in range(IMAGE_CLASSES))]
    net(folder, "mobilenetv2_imagenet", 3, 1280, "relu6", things, "conv")
    net(folder, "yamnet_audioset", 1, 1024, "relu", ["Speech", *(f"noise {i}" for i in range(SOUND_CLASSES - 1))], "fc")


def write_selfcheck(folder: Path) -> None:
    """One picture and one sound with what the tiny nets say of them."""
    import torch
    from training.base import AUDIO_STEM, IMAGE_STEM, LayerNet, image_input

    rng = np.random.default_rng(0)
    image = rng.integers(0, 256, (224, 224, 3), dtype=np.uint8)
    mel = rng.normal(-3, 2, (3, 96, 64)).astype(np.float32)
    with torch.inference_mode():
        eye, ear = LayerNet(folder, IMAGE_STEM), LayerNet(folder, AUDIO_STEM)
        e = eye.features(image_input(torch.from_numpy(image).permute(2, 0, 1)[None]))
        a = ear.features(torch.from_numpy(mel)[:, None])
        np.savez(
            folder / "selfcheck.npz",
            image=image,
            image_embedding=e[0].numpy(),
            image_logits=eye.logits(e)[0].numpy(),
            log_mel=mel,
            audio_embeddings=a.numpy(),
            audio_logits=ear.logits(a).numpy(),
        )


def write_folder(root: Path) -> Path:
    """The whole folder, below `root`."""
    write_images(root / "images")
    write_sounds(root / "audio")
    write_text(root / "text")
    write_base(root / "base")
    write_selfcheck(root / "base")
    return root
