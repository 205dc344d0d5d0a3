"""What is encoded comes back: size, length, content, the note to turn a picture."""

from __future__ import annotations

import io

import av
import numpy as np
import pytest
from PIL import Image, ImageOps

from sensorium.samples import encode
from sensorium.samples.synthesis import RATE


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp"])
def test_a_picture_keeps_its_size_and_colour(suffix: str) -> None:
    body = encode.picture(Image.new("RGB", (64, 48), (200, 30, 60)), suffix)
    with Image.open(io.BytesIO(body)) as back:
        assert back.size == (64, 48)
        assert np.abs(np.asarray(back.convert("RGB"), int) - (200, 30, 60)).max() < 12


def test_a_turned_picture_is_upright_once_its_exif_is_obeyed() -> None:
    upright = Image.new("RGB", (40, 80), "white")
    upright.paste((255, 0, 0), (0, 0, 40, 20))
    with Image.open(io.BytesIO(encode.picture(upright, ".jpg", 6))) as stored:
        assert stored.size == (80, 40)
        back = np.asarray(ImageOps.exif_transpose(stored), int)
    assert back.shape == (80, 40, 3)
    assert back[5, 20, 1] < 60
    assert back[60, 20, 1] > 200


@pytest.mark.parametrize("suffix", [".wav", ".flac", ".mp3", ".ogg", ".m4a"])
def test_a_sound_keeps_its_length_and_pitch_and_its_bytes_do_not_vary(suffix: str) -> None:
    wave = (0.5 * np.sin(2 * np.pi * 1000 * np.arange(2 * RATE) / RATE)).astype(np.float32)
    body = encode.sound(wave, suffix)
    assert encode.sound(wave, suffix) == body
    with av.open(io.BytesIO(body)) as box:
        frames = list(box.decode(audio=0))
    back = np.concatenate([f.to_ndarray().astype(np.float64).mean(axis=0) for f in frames])
    rate = frames[0].sample_rate
    assert len(back) / rate == pytest.approx(2, abs=0.15)
    middle = back[rate // 2 : rate // 2 + rate]
    assert np.abs(np.fft.rfft(middle)).argmax() == pytest.approx(1000, abs=2)


@pytest.mark.parametrize("suffix", [".mp4", ".webm"])
@pytest.mark.parametrize("loud", [True, False])
def test_a_clip_has_its_frames_and_sound_only_when_asked(suffix: str, loud: bool) -> None:
    frames = [np.full((48, 64, 3), 20 * k, np.uint8) for k in range(10)]
    wave = np.zeros(2 * RATE, np.float32) if loud else None
    body = encode.clip(frames, 5, (64, 48), wave, suffix)
    assert encode.clip(frames, 5, (64, 48), wave, suffix) == body
    with av.open(io.BytesIO(body)) as box:
        assert len(box.streams.audio) == loud
        shown = [f.to_ndarray(format="rgb24").mean() for f in box.decode(video=0)]
    assert shown == pytest.approx([20 * k for k in range(10)], abs=8)
