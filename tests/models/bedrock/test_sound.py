"""Sound as bytes that a model takes."""

from __future__ import annotations

import io
import wave

import numpy as np
import pytest

from sensorium.errors import Invalid
from sensorium.models.bedrock.sound import WAV, encoded, wav
from sensorium.testing import payloads
from sensorium.types import Audio, Encoded

TYPES = frozenset(("audio/mpeg", WAV))


def test_a_file_goes_as_it_is() -> None:
    plain = payloads.audio(1)
    sound = Audio(plain.samples, plain.rate, Encoded("audio/mpeg", lambda: b"mp3"))
    assert encoded(sound, TYPES, 100) == ("audio/mpeg", b"mp3")


@pytest.mark.parametrize("own", [None, Encoded("audio/flac", lambda: pytest.fail("read"))])
def test_any_other_goes_as_wav(own: Encoded | None) -> None:
    plain = payloads.audio(1, rate=22_050)
    media_type, data = encoded(Audio(plain.samples, plain.rate, own), TYPES, 1 << 20)
    assert media_type == WAV
    with wave.open(io.BytesIO(data)) as file:
        assert (file.getframerate(), file.getnchannels(), file.getsampwidth()) == (22_050, 1, 2)
        samples = np.frombuffer(file.readframes(file.getnframes()), "<i2") / 32767
    assert np.allclose(samples, np.clip(plain.samples, -1, 1), atol=1e-4)


def test_what_does_not_fit_is_refused() -> None:
    plain = payloads.audio(1)
    sound = Audio(plain.samples, plain.rate, Encoded(WAV, lambda: b"x" * 2000))
    with pytest.raises(Invalid, match=r"1.0 seconds of sound take 32,044 bytes; at most 1,000"):
        encoded(sound, TYPES, 1000)
    assert len(wav(plain)) == 32_044
