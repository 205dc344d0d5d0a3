"""The training sounds, decoded once into one int16 array, and how a sound changes between two recordings of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from scipy.fft import irfft, next_fast_len, rfft, rfftfreq
from torch import Tensor

from sensorium.models.builtin.logmel import RATE, levelled
from training.data import SOUND_SETS, DataFolder, Row

LONGEST = 4 * RATE  # samples of a distorted sound
ECHO = RATE // 2  # samples of the longest echo
CORNERS = np.log(np.array([50.0, 150.0, 400.0, 1000.0, 2500.0, 6000.0, 8000.0]))  # where the loudness curve bends


@dataclass(frozen=True)
class Sounds:
    """All sound sets in order: rows (with `set` added), samples end to end (int16), and each row's (start, stop)."""

    rows: list[Row]
    samples: NDArray[np.int16]
    spans: NDArray[np.int64]

    def samples_of(self, i: int) -> NDArray[np.float32]:
        start, stop = self.spans[i]
        return self.samples[start:stop].astype(np.float32) / np.float32(32768)

    def recording(self, i: int) -> str:
        """What the clip was cut from. Urban clips of one recording are told by their names; others stand alone."""
        row = self.rows[i]
        return str(row["name"]).split("-")[0] if row["set"] == "urbansound8k" and "name" in row else str(i)


def load_sounds(data: DataFolder, work: Path) -> Sounds:
    """Decode every set into `<work>/audio/samples.npy` on first use, then map it."""
    rows = [{**row, "set": name} for name in SOUND_SETS for row in data.rows(name)]
    path, spans_path = work / "audio" / "samples.npy", work / "audio" / "spans.npy"
    if not spans_path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        parts = [
            np.clip(sound * 32768, -32768, 32767).astype(np.int16)
            for name in SOUND_SETS
            for sound in data.sounds(name, [row["file"] for row in rows if row["set"] == name])
        ]
        ends = np.cumsum([len(part) for part in parts])
        np.save(path, np.concatenate(parts))
        np.save(spans_path, np.stack([np.concatenate([[0], ends[:-1]]), ends], 1))
    return Sounds(rows, np.load(path, mmap_mode="r"), np.load(spans_path))


def loudness(samples: NDArray[np.float32]) -> float:
    """Root mean square, never 0."""
    return float(np.sqrt(np.square(samples).mean())) + 1e-6


def distort(
    samples: NDArray[np.float32], behind: NDArray[np.float32] | None, random: np.random.Generator
) -> NDArray[np.float32]:
    """At most 4 s of a sound as another microphone in another place may have heard it, in [-1, 1].

    By chance: speed and pitch, another sound `behind` it, an echo, a bent loudness curve, the band limits of low-rate
    sources, noise, and the level around the runtime's peak. A class has few recordings: without this a net learns
    their rooms and microphones.
    """
    sound = samples
    if random.random() < 0.7:
        faster = float(np.exp(random.uniform(-0.22, 0.22)))
        at = np.arange(int(len(sound) / faster)) * faster
        sound = np.interp(at, np.arange(len(sound)), sound).astype(np.float32)
    start = int(random.integers(0, max(1, len(sound) - LONGEST + 1)))
    sound = sound[start : start + LONGEST]
    loud = loudness(sound)
    if behind is not None and random.random() < 0.3:
        other = np.resize(behind, len(sound))
        sound = sound + other * np.float32(loud / loudness(other) * 10 ** (-random.uniform(5, 20) / 20))
    heard = through(sound, loud, random)
    gain = 10 ** (random.uniform(-9, 3) / 20)
    out: NDArray[np.float32] = np.clip(levelled(heard) * np.float32(gain), -1, 1)
    return out


def through(sound: NDArray[np.float32], loud: float, random: np.random.Generator) -> NDArray[np.float32]:
    """The sound through a random room, microphone and line: echo, loudness curve, band limits, noise."""
    size = next_fast_len(len(sound) + ECHO, real=True)
    spectrum, hertz = rfft(sound, size), rfftfreq(size, 1 / RATE)
    if random.random() < 0.3:
        length = int(RATE * random.uniform(0.1, 0.5))
        echo = random.standard_normal(length) * np.exp(-6.9 * np.arange(length) / length)
        echo *= random.uniform(0.2, 0.8) / np.sqrt(np.square(echo).sum())
        echo[0] += 1
        spectrum = spectrum * rfft(echo, size)
    if random.random() < 0.8:
        curve = random.normal(0, 4, len(CORNERS)).clip(-9, 9)
        spectrum = spectrum * 10 ** (np.interp(np.log(hertz.clip(50)), CORNERS, curve) / 20)
    if random.random() < 0.3:
        top = np.exp(random.uniform(np.log(1200), np.log(7500)))
        spectrum = spectrum / (1 + np.exp(((hertz - top) / 50).clip(-50, 50)))
    if random.random() < 0.2:
        bottom = np.exp(random.uniform(np.log(80), np.log(400)))
        spectrum = spectrum / (1 + np.exp(((bottom - hertz) / 20).clip(-50, 50)))
    if random.random() < 0.4:
        noise = rfft(random.standard_normal(size)) * (hertz.clip(30) / 1000) ** random.uniform(-1, 0)
        spectrum = spectrum + noise * (loud / irfft(noise, size).std() * 10 ** (-random.uniform(8, 35) / 20))
    heard: NDArray[np.float32] = irfft(spectrum, size)[: len(sound)].astype(np.float32)
    return heard


def mask(patches: Tensor, generator: torch.Generator) -> Tensor:
    """Blanks a band of up to 10 mel bands in half of the clips, with the clip's mean: (n, p, 96, 64)."""
    n = len(patches)
    width = torch.randint(1, 11, (n, 1), generator=generator)
    start = torch.randint(0, 54, (n, 1), generator=generator)
    bands = torch.arange(64)[None]
    hidden = (bands >= start) & (bands < start + width) & (torch.rand(n, 1, generator=generator) < 0.5)
    return torch.where(hidden[:, None, None], patches.mean((1, 2, 3), keepdim=True), patches)
