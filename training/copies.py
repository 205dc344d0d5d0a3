"""Copies of the training sounds, one plain and some distorted, as log-mel patches made once; how a batch is drawn."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from sensorium.models.builtin.logmel import PATCH, log_mel, patches
from training.base import LayerNet
from training.schedule import to_net
from training.sounds import Sounds, distort

COPIES, FIRST_SEED = 5, 100
PLAIN = 0.6  # share of the plain copy in a draw
OF_A_RECORDING = 8  # clips of one recording in a distorted copy: some recordings have eighty
DIGITS = 0.3  # share of the spoken digits in a distorted copy
AT_ONCE = 64  # patches
EACH = 2  # patches of a clip in a batch
URBAN, SPOKEN = 0.55, 0.06
SHARES = {"urbansound8k": URBAN, "animals": 0.2145, "instruments": 0.1755, "digits": SPOKEN}


@dataclass(frozen=True)
class Piece:
    """One clip of one copy: its row among the sounds, and the numbers of its patches."""

    clip: int
    copy: int
    patches: NDArray[np.int64]


class Copies:
    """`mel[c]` (patches, 96, 64) float16 and the clip of every patch, kept in `<work>/audio/copies`."""

    def __init__(self, sounds: Sounds, work: Path, without: Sequence[str] = (), number: int = COPIES) -> None:
        self.folder, self.mel = work / "audio" / "copies", list[NDArray[np.float16]]()
        self.sounds = sounds
        self._pieces: dict[str, dict[str, dict[str, tuple[list[Piece], list[Piece]]]]] = {}
        for copy in range(number):
            mel, owner = self._stored(copy)
            self.mel.append(mel)
            for numbers in np.split(np.arange(len(owner)), np.flatnonzero(np.diff(owner)) + 1):
                clip = int(owner[numbers[0]])
                row = sounds.rows[clip]
                if row["label"] not in without:
                    classes = self._pieces.setdefault(row["set"], {}).setdefault(row["label"], {})
                    both = classes.setdefault(sounds.recording(clip), ([], []))
                    both[copy > 0].append(Piece(clip, copy, numbers))

    def _stored(self, copy: int) -> tuple[NDArray[np.float16], NDArray[np.int64]]:
        path, owner_path = self.folder / f"mel-{copy}.npy", self.folder / f"owner-{copy}.npy"
        if not owner_path.exists():
            self.folder.mkdir(parents=True, exist_ok=True)
            random = np.random.default_rng(FIRST_SEED + copy)
            mel, owner = distorted(self.sounds, random) if copy else plain(self.sounds)
            np.save(path, mel)
            np.save(owner_path, owner)
        return np.load(path, mmap_mode="r"), np.load(owner_path)

    @torch.inference_mode()
    def features(self, net: LayerNet) -> list[NDArray[np.float16]]:
        """What the untouched net makes of each copy's patches, (patches, 1024) each; kept beside the copies."""
        found = []
        for copy, mel in enumerate(self.mel):
            path = self.folder / f"features-{copy}.npy"
            if not path.exists():
                parts = [mel[start : start + AT_ONCE, None].astype(np.float32) for start in range(0, len(mel), AT_ONCE)]
                rows = torch.cat([net.features(to_net(torch.from_numpy(part))) for part in parts])
                np.save(path, rows.half().numpy())
            found.append(np.load(path))
        return found

    def draw(self, size: int, random: np.random.Generator) -> list[Piece]:
        """Pieces by set share; then each class alike, then each recording of the class alike, plain or distorted."""
        found: list[Piece] = []
        for name, share in SHARES.items():
            classes = sorted(self._pieces[name])
            for _ in range(round(size * share)):
                recordings = self._pieces[name][classes[random.integers(len(classes))]]
                clear, bent = list(recordings.values())[random.integers(len(recordings))]
                pieces = clear if not bent or random.random() < PLAIN else bent
                found.append(pieces[random.integers(len(pieces))])
        return found


def plain(sounds: Sounds) -> tuple[NDArray[np.float16], NDArray[np.int64]]:
    """Every training clip as the runtime hears it, and the clip of each patch."""
    mine = [i for i, row in enumerate(sounds.rows) if row["split"] == "train"]
    parts = [patches(sounds.samples_of(i)).astype(np.float16) for i in mine]
    return np.concatenate(parts), np.repeat(mine, [len(part) for part in parts])


def distorted(sounds: Sounds, random: np.random.Generator) -> tuple[NDArray[np.float16], NDArray[np.int64]]:
    """A distorted copy: patches side by side, and the clip of each."""
    urban = [i for i, row in enumerate(sounds.rows) if row["set"] == "urbansound8k" and row["split"] == "train"]
    seen: dict[tuple[str, str, str], int] = {}
    mel: list[NDArray[np.float16]] = []
    owner: list[int] = []
    for i in map(int, random.permutation(len(sounds.rows))):
        row = sounds.rows[i]
        key = (row["set"], row["label"], sounds.recording(i))
        if row["split"] != "train" or seen.get(key, 0) >= OF_A_RECORDING:
            continue
        if row["set"] == "digits" and random.random() > DIGITS:
            continue
        seen[key] = seen.get(key, 0) + 1
        other = urban[random.integers(len(urban))]
        behind = None if sounds.rows[other]["label"] == row["label"] else sounds.samples_of(other)
        frames = log_mel(distort(sounds.samples_of(i), behind, random))
        for start in range(0, len(frames) - PATCH + 1, PATCH):
            mel.append(frames[start : start + PATCH].astype(np.float16))
            owner.append(i)
    return np.stack(mel), np.array(owner)


def gathered(
    arrays: Sequence[NDArray[np.float16]], pieces: Sequence[Piece], random: np.random.Generator
) -> NDArray[np.float16]:
    """EACH random patches of every piece, of what `arrays` hold of each copy's patches: (pieces, EACH, ...)."""
    return np.stack([arrays[p.copy][random.choice(p.patches, EACH, replace=len(p.patches) < EACH)] for p in pieces])
