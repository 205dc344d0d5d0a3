"""Calibrate the shared space: the mean of each modality, the bands, and `space.json` beside the nets.

`python -m training.space --data DIR --model FOLDER` reads the nets in FOLDER and writes FOLDER/space.json. Means come
from train rows, bands from dev rows: a band is named by how rarely two things drawn at random are as near as that (very
close: 1 of 1,000 pairs; close: 1 of 100; related: 1 of 20), so that a word means the same for every pair of modalities.
"""

from __future__ import annotations

import argparse
import hashlib
import itertools
import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sensorium.types import Audio, Image, Matrix, Modality, Page, Payload, Video
from training.data import DataFolder, Row, flat_captions, ntrex_split
from training.measures import NAMED_SOUNDS, Embed
from training.pages import sheets

DIMS = (64, 128, 256, 384, 512)
PICTURE, SOUND = 0.15, 0.35
CENTRED = {Modality.TEXT: 0.25, Modality.IMAGE: 0.5, Modality.AUDIO: 1.0}
"""Share of the mean that is taken away. Their own mean is taken away from photographs and captions in training already,
so that more costs more than it evens out: all of it costs 1.8 points of R@1. For sounds of unknown classes it gains 7
points of top-1. Mixed lists hold four modalities of five in the top 10 as it is."""
RARITY = (0.001, 0.01, 0.05)
EACH = 150
PHOTO_SETS = ("flickr8k", "tinyimagenet", "scenes", "grocery", "clothing", "emoji")
NETS = ("text.onnx", "text_table.npy", "text_scales.npy", "image.onnx", "audio.onnx")


def revision(folder: Path, numbers: Mapping[str, Any]) -> str:
    """Eight hexadecimal digits of the nets' content and of the numbers that vectors depend on.

    The version of the code that reads inputs, `calibration.READING`, is added when the space is read.
    """
    digest = hashlib.sha1(json.dumps(numbers, sort_keys=True).encode())
    for name in NETS:
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:8]


def some(rows: Sequence[Any], number: int) -> list[Any]:
    """Up to `number` rows, evenly spaced."""
    return [rows[i] for i in np.unique(np.linspace(0, len(rows) - 1, min(number, len(rows))).astype(int))]


def texts(data: DataFolder, split: str) -> list[Payload]:
    """Captions, definitions, names and news, the last two in several languages. Of definitions, every second is dev."""
    news = ntrex_split(data)[0 if split == "train" else 1]
    words = some([row for row in data.text("wordnet") if row.get("gloss") and row.get("x")], 4 * EACH)
    part = words[::2] if split == "train" else words[1::2]
    names = [name for row in part for names in [row["en"], *row["x"].values()] for name in names]
    captions = flat_captions(data.split("flickr8k", split))[0]
    return [
        *some(captions, EACH),
        *some([row["gloss"] for row in part], EACH),
        *some(names, EACH),
        *some([text for row in news for text in row.values()], EACH),
    ]


def pictures(data: DataFolder, split: str, number: int = EACH) -> list[Image]:
    """Pictures of every set but the ImageNet samples."""
    found: list[Image] = []
    for name in PHOTO_SETS:
        files = [row["file"] for row in some(data.split(name, split), number)]
        found.extend(Image(pixels) for pixels in data.images(name, files))
    return found


def sounds(data: DataFolder, split: str) -> list[Audio]:
    """Sounds of every set but the digits, as many of each label."""
    found: list[Audio] = []
    for name in NAMED_SOUNDS:
        rows: list[Row] = []
        for _, same in itertools.groupby(sorted(data.split(name, split), key=_label), key=_label):
            rows.extend(some(list(same), 10))
        found.extend(Audio(s, 16_000) for s in data.sounds(name, [row["file"] for row in rows]))
    return found


def _label(row: Row) -> str:
    return str(row["label"])


def means(embed: Embed, data: DataFolder) -> dict[Modality, NDArray[np.float32]]:
    """What to take away from each encoder's unit rows: a share of their mean on train rows."""
    drawn: dict[Modality, Sequence[Payload]] = {
        Modality.TEXT: texts(data, "train"),
        Modality.IMAGE: pictures(data, "train"),
        Modality.AUDIO: sounds(data, "train"),
    }
    return {kind: np.float32(share) * embed(drawn[kind]).mean(0) for kind, share in CENTRED.items()}


def samples(embed: Embed, data: DataFolder) -> dict[Modality, Matrix]:
    """Dev rows of every modality."""
    seen, heard = pictures(data, "dev", 40), sounds(data, "dev")
    clips = [Video((picture,), (0.0,), sound.seconds, sound) for picture, sound in zip(seen, heard, strict=False)]
    pages: list[Page] = [sheet.page for sheet in sheets(data)]
    return {
        Modality.TEXT: embed(texts(data, "dev")),
        Modality.DOCUMENT: embed(pages),
        Modality.IMAGE: embed(seen),
        Modality.AUDIO: embed(heard),
        Modality.VIDEO: embed(clips),
    }


def bands(rows: dict[Modality, Matrix]) -> list[list[Any]]:
    """[query modality, hit modality, very close, close, related] of every pair, as cosine distances."""
    found: list[list[Any]] = []
    for query, hit in itertools.product(rows, rows):
        distances = 1 - rows[query] @ rows[hit].T
        if query == hit:
            distances = distances[~np.eye(len(distances), dtype=bool)]
        cuts = np.quantile(distances, RARITY)
        found.append([query.value, hit.value, *(round(float(cut), 3) for cut in cuts)])
    return found


def write(folder: Path, means: dict[Modality, NDArray[np.float32]], bands: list[list[Any]], picture: float) -> None:
    """Write `space.json`."""
    numbers = {
        "dim": DIMS[-1],
        "dims": DIMS,
        "picture": picture,
        "sound": SOUND,
        "means": {kind.value: [round(float(x), 5) for x in mean] for kind, mean in means.items()},
    }
    stored = {"revision": revision(folder, numbers), **numbers, "bands": bands}
    (folder / "space.json").write_text(json.dumps(stored), encoding="utf8")


def calibrate(folder: Path, data: DataFolder, picture: float = PICTURE) -> None:
    """Means on the bare nets first, then bands on the centred space."""
    from training.evaluate import embedder

    write(folder, {}, [], picture)
    found = means(embedder(folder), data)
    write(folder, found, [], picture)
    write(folder, found, bands(samples(embedder(folder), data)), picture)


def main() -> None:
    parser = argparse.ArgumentParser(description="Calibrate the shared space.")
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--model", type=Path, required=True)
    parser.add_argument("--picture", type=float, default=PICTURE)
    args = parser.parse_args()
    calibrate(args.model, DataFolder(args.data), args.picture)


if __name__ == "__main__":
    main()
