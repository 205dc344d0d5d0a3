"""A clip's parts really hold their scene and their sound."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from sensorium.samples import clips
from sensorium.samples.clips import CLIPS, FPS, SECONDS


def _frames(path: Path) -> NDArray[np.float32]:
    with av.open(str(path)) as box:
        return np.stack([f.to_ndarray(format="rgb24") for f in box.decode(video=0)]).astype(np.float32)


def _loudness(path: Path, parts: int) -> list[float]:
    """Root mean square of each part's middle."""
    with av.open(str(path)) as box:
        frames = list(box.decode(audio=0))
    rate = frames[0].sample_rate
    wave = np.concatenate([f.to_ndarray().astype(np.float64).mean(axis=0) for f in frames])
    cuts = [wave[int((i * SECONDS + 0.5) * rate) : int(((i + 1) * SECONDS - 0.5) * rate)] for i in range(parts)]
    return [float(np.sqrt((cut**2).mean())) for cut in cuts]


@pytest.mark.parametrize("name", CLIPS)
def test_each_part_lasts_five_seconds_and_looks_unlike_its_neighbour(library: Path, name: str) -> None:
    parts = CLIPS[name]
    frames = _frames(library / "clips" / name)
    assert frames.shape[1:] == (240, 320, 3)
    assert len(frames) == len(parts) * SECONDS * FPS
    middle = [frames[i * SECONDS * FPS + SECONDS * FPS // 2] for i in range(len(parts))]
    for one, next_ in pairwise(middle):
        assert np.abs(one - next_).mean() > 8


@pytest.mark.parametrize("name", CLIPS)
def test_a_part_shows_its_scene(library: Path, name: str) -> None:
    frames = _frames(library / "clips" / name)
    for i, part in enumerate(CLIPS[name]):
        if part.overlay is not None:
            continue
        wanted = np.stack(list(clips.part_frames(part, clips.first_seed(name) + i)))[:: FPS * 2]
        shown = frames[i * SECONDS * FPS : (i + 1) * SECONDS * FPS : FPS * 2]
        assert np.abs(shown - wanted).mean() < 12


@pytest.mark.parametrize("name", CLIPS)
def test_sound_is_where_it_should_be_and_silence_too(library: Path, name: str) -> None:
    path = library / "clips" / name
    with av.open(str(path)) as box:
        silent = not box.streams.audio
    assert silent == (not any(part.sound for part in CLIPS[name]))
    if silent:
        return
    for part, loud in zip(CLIPS[name], _loudness(path, len(CLIPS[name])), strict=True):
        assert (loud > 0.004) == (part.sound is not None), part.about


def test_the_siren_part_wails_and_the_cricket_part_chirps(library: Path) -> None:
    with av.open(str(library / "clips/night_in_town.mp4")) as box:
        frames = list(box.decode(audio=0))
    rate = frames[0].sample_rate
    wave = np.concatenate([f.to_ndarray().mean(axis=0) for f in frames])

    def centroid(start: float, end: float) -> float:
        spectrum = np.abs(np.fft.rfft(wave[int(start * rate) : int(end * rate)])) ** 2
        return float((spectrum * np.fft.rfftfreq(int(end * rate) - int(start * rate), 1 / rate)).sum() / spectrum.sum())

    assert 400 < centroid(5.5, 9.5) < 3000
    assert centroid(10.5, 14.5) > 3000
