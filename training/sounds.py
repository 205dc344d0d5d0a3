"""The training sounds, decoded once into one int16 array, and their augmentation as log-mel patches."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
import torch.nn.functional as F
from numpy.typing import NDArray
from torch import Tensor

from sensorium.models.builtin.logmel import FAINTEST, FRAME, HOP, PATCH, PEAK, RATE, mel_weights, window
from training.data import SOUND_SETS, DataFolder, Row

FRAMES = PATCH + 2 * 48  # a training crop: three patches, about 2 s
CROP = FRAME + (FRAMES - 1) * HOP


@dataclass(frozen=True)
class Sounds:
    """All sound sets in order: rows (with `set` added), samples end to end (int16), and each row's (start, stop)."""

    rows: list[Row]
    samples: NDArray[np.int16]
    spans: NDArray[np.int64]

    def samples_of(self, i: int) -> NDArray[np.float32]:
        start, stop = self.spans[i]
        return self.samples[start:stop].astype(np.float32) / np.float32(32768)


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


def crop(samples: NDArray[np.float32], generator: torch.Generator) -> NDArray[np.float32]:
    """About 2 s from a random place; a shorter sound lies at a random place in silence, or is repeated."""
    spare = len(samples) - CROP
    place = int(torch.randint(0, abs(spare) + 1, (1,), generator=generator))
    if spare >= 0:
        return samples[place : place + CROP]
    if float(torch.rand(1, generator=generator)) < 0.5:
        return np.resize(samples, CROP)
    return np.pad(samples, (place, -spare - place))


def disturb(waves: Tensor, generator: torch.Generator) -> Tensor:
    """Noise, the band limit of low-rate sources, and the level around the runtime's peak: (n, samples)."""
    n = len(waves)

    def draw(low: float, high: float) -> Tensor:
        return torch.rand(n, 1, generator=generator) * (high - low) + low

    spectrum = torch.fft.rfft(waves)
    hertz = torch.linspace(0, RATE / 2, spectrum.shape[1])[None]
    limited = torch.rand(n, 1, generator=generator) < 0.25
    top = torch.where(limited, torch.exp(draw(float(np.log(2000)), float(np.log(7500)))), torch.tensor(9000.0))
    tilt = (hertz.clamp(min=60) / 1000) ** draw(-0.2, 0.2)  # microphones and loudspeakers differ
    waves = torch.fft.irfft(spectrum * torch.sigmoid((top - hertz) / 50) * tilt, waves.shape[1])
    loud = waves.square().mean(1, keepdim=True).sqrt()
    noise = torch.fft.rfft(torch.randn(waves.shape, generator=generator))
    noise = torch.fft.irfft(noise * (hertz.clamp(min=30) / 1000) ** draw(-1.0, 0.0), waves.shape[1])
    noise = noise / noise.square().mean(1, keepdim=True).sqrt()
    noisy = (torch.rand(n, 1, generator=generator) < 0.4) * 10 ** (-draw(8, 35) / 20)
    waves = waves + noise * noisy * loud
    gain = PEAK * 10 ** (draw(-9, 3) / 20) / waves.abs().amax(1, keepdim=True).clamp(min=FAINTEST)
    return (waves * gain).clamp(-1, 1)


def mel_patches(waves: Tensor) -> Tensor:
    """(n, CROP) -> (n, 3, 96, 64) log-mel patches, as the runtime makes them."""
    frames = waves.unfold(1, FRAME, HOP) * torch.from_numpy(window())
    mel = torch.log(torch.fft.rfft(frames, 512).abs() @ torch.from_numpy(mel_weights()) + 1e-3)
    return torch.stack([mel[:, start : start + PATCH] for start in (0, 48, 96)], 1)


def mask(patches: Tensor, generator: torch.Generator) -> Tensor:
    """Blanks a band of up to 10 mel bands in half of the clips, with the clip's mean."""
    n = len(patches)
    width = torch.randint(1, 11, (n, 1), generator=generator)
    start = torch.randint(0, 54, (n, 1), generator=generator)
    bands = torch.arange(64)[None]
    hidden = (bands >= start) & (bands < start + width) & (torch.rand(n, 1, generator=generator) < 0.5)
    return torch.where(hidden[:, None, None], patches.mean((1, 2, 3), keepdim=True), patches)


def mixed(waves: Tensor, share: Tensor, order: Tensor) -> Tensor:
    """Each wave with another of the batch, at equal loudness by `share` (n, 1) of its own."""
    level = F.normalize(waves, dim=1)
    length = waves.norm(dim=1, keepdim=True)
    out: Tensor = (share * level + (1 - share) * level[order]) * length
    return out
