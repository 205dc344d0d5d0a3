"""Readers of the data folder (`--data DIR`) and its splits.

The folder holds `images/*.zip` and `audio/*.zip`, each with an index `*.jsonl.gz` (one JSON object a line, `file` names
the zip member), and `text/*.jsonl.xz`. Splits: flickr8k, stsb and multi30k carry their own (`train`, `dev` or `val`);
for the other sets a row is dev where `sha1(file)[0] % 10 == 0` (UrbanSound8K: fold 2); ntrex holds its last 200 rows
out. A dev row never trains anything. The sets reserved for judging are not in the folder at all.
"""

from __future__ import annotations

import gzip
import hashlib
import io
import json
import lzma
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Row = dict[str, Any]

IMAGE_SETS = ("flickr8k", "tinyimagenet", "scenes", "grocery", "clothing", "imagenet_samples", "emoji")
SOUND_SETS = ("urbansound8k", "animals", "instruments", "digits")
OWN_SPLITS = {"flickr8k"}
NTREX_HELD_OUT = 200


@dataclass(frozen=True)
class DataFolder:
    """The data folder: `rows` gives an index, `images` and `sounds` decode members in the order asked for."""

    root: Path

    def rows(self, name: str) -> list[Row]:
        """All rows of an image or sound set; each row's `split` is "train" or "dev" after `split_of`."""
        kind = "images" if name in IMAGE_SETS else "audio"
        with gzip.open(self.root / kind / f"{name}.jsonl.gz", "rt", encoding="utf8") as lines:
            rows = [json.loads(line) for line in lines]
        for row in rows:
            row["split"] = split_of(name, row)
        return rows

    def split(self, name: str, split: str) -> list[Row]:
        """Rows of one split ("train" or "dev") of an image or sound set."""
        return [row for row in self.rows(name) if row["split"] == split]

    def text(self, name: str) -> list[Row]:
        """All rows of a text file, as they are stored (`text/<name>.jsonl.xz`)."""
        with lzma.open(self.root / "text" / f"{name}.jsonl.xz", "rt", encoding="utf8") as lines:
            return [json.loads(line) for line in lines]

    def members(self, name: str, files: Sequence[str]) -> Iterator[bytes]:
        """Encoded bytes of zip members, in order."""
        kind = "images" if name in IMAGE_SETS else "audio"
        with zipfile.ZipFile(self.root / kind / f"{name}.zip") as archive:
            for file in files:
                yield archive.read(file)

    def images(self, name: str, files: Sequence[str]) -> Iterator[NDArray[np.uint8]]:
        """Decoded pictures, each (height, width, 3) uint8 RGB."""
        from PIL import Image

        for data in self.members(name, files):
            with Image.open(io.BytesIO(data)) as picture:
                yield np.asarray(picture.convert("RGB"), dtype=np.uint8)

    def sounds(self, name: str, files: Sequence[str]) -> Iterator[NDArray[np.float32]]:
        """Decoded sounds, each (samples,) float32 mono at 16 kHz in [-1, 1]."""
        import soundfile

        for data in self.members(name, files):
            samples, rate = soundfile.read(io.BytesIO(data), dtype="float32")
            if rate != 16000:
                raise ValueError(f"{name}: a member has {rate} Hz; the data folder holds 16000 Hz only")
            yield samples if samples.ndim == 1 else samples.mean(axis=1)

    @cached_property
    def base(self) -> Path:
        """The folder of base nets (`base/`)."""
        return self.root / "base"


def sha1_tenth(file: str) -> bool:
    """True for the tenth of files that is dev in sets without a split of their own."""
    return hashlib.sha1(file.encode()).digest()[0] % 10 == 0


def split_of(name: str, row: Row) -> str:
    """ "train" or "dev" of a row of an image or sound set. Emoji and ImageNet samples follow the sha1 rule, too."""
    if name in OWN_SPLITS:
        return "train" if row["split"] == "train" else "dev"
    if name == "urbansound8k":
        return "dev" if row["fold"] == 2 else "train"
    return "dev" if sha1_tenth(row["file"]) else "train"


def flat_captions(rows: Sequence[Row], key: str = "captions") -> tuple[list[str], NDArray[np.int64]]:
    """Captions of all rows in order, and for each the index of its row in `rows`."""
    texts: list[str] = []
    owner: list[int] = []
    for i, row in enumerate(rows):
        texts.extend(row[key])
        owner.extend([i] * len(row[key]))
    return texts, np.asarray(owner, dtype=np.int64)


def flickr_translations(data: DataFolder) -> dict[str, Row]:
    """Chinese and Arabic captions by the Flickr8k photograph's name (the `name` field of its rows)."""
    return {row["image"]: row for row in data.text("flickr8k_zh_ar")}


def ntrex_split(data: DataFolder) -> tuple[list[Row], list[Row]]:
    """(train, held out) rows of ntrex; held out are the last 200."""
    rows = data.text("ntrex")
    return rows[:-NTREX_HELD_OUT], rows[-NTREX_HELD_OUT:]
