"""Sound as bytes that a model takes: the file itself where it can be, else 16-bit WAV made of the samples."""

from __future__ import annotations

import io
import wave

import numpy as np

from sensorium.errors import Invalid
from sensorium.types import Audio

WAV = "audio/wav"


def encoded(sound: Audio, media_types: frozenset[str], max_bytes: int) -> tuple[str, bytes]:
    """(media type, bytes). Raises Invalid where neither the file nor the samples fit ``max_bytes``."""
    own = sound.encoded
    if own is not None and own.media_type in media_types and len(data := own.read()) <= max_bytes:
        return own.media_type, data
    data = wav(sound)
    if len(data) > max_bytes:
        message = f"{sound.seconds:.1f} seconds of sound take {len(data):,} bytes; at most {max_bytes:,} fit one call"
        raise Invalid(message, code="too_large", path="payload")
    return WAV, data


def wav(sound: Audio) -> bytes:
    """The samples as a WAV file, 16 bits a sample."""
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(sound.rate)
        file.writeframes((np.clip(sound.samples, -1, 1) * 32767).round().astype("<i2").tobytes())
    return out.getvalue()
