"""How loud a sound is over time."""

from __future__ import annotations

import wave
from pathlib import Path

import numpy as np
import pytest

from sensorium.errors import Unreadable
from sensorium.media.loudness import PER_SECOND, Loudness, drawn, loudness
from sensorium.types import Source


def _write(path: Path, samples: np.ndarray) -> Source:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8_000)
        file.writeframes((samples * 32_000).astype("<i2").tobytes())
    return Source(path.name, path=path)


def test_silence_and_sound(tmp_path: Path) -> None:
    t = np.arange(24_000) / 8_000
    found = loudness(_write(tmp_path / "a.wav", np.sin(2 * np.pi * 400 * t) * (t >= 1) * 0.5))
    assert found.seconds == 3
    assert len(found.peaks) == 3 * PER_SECOND
    assert found.peaks[: PER_SECOND - 1].max() < 0.01
    assert abs(float(found.peaks[PER_SECOND + 1 :].min()) - 0.49) < 0.02
    assert drawn(found, 0, 3, 3) == pytest.approx([0, 1, 1], abs=0.05)
    assert drawn(found, 1, 3, 500)[-1] > 0.9  # more numbers than there are


def test_nothing_to_hear() -> None:
    assert drawn(Loudness(np.zeros(1, np.float32), 0.0), 0, 0, 4) == [0, 0, 0, 0]
    with pytest.raises(Unreadable):
        loudness(Source("x.wav", data=b"RIFF\0\0\0\0WAVE"))
