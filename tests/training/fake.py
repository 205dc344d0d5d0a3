"""An embedder for tests of what is measured: unit rows drawn from a payload's content, so that equal means equal."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence

import numpy as np

from sensorium.types import Audio, Image, Matrix, Page, Payload, Video

DIM = 512


def content(payload: Payload) -> bytes:
    """What makes a payload itself."""
    match payload:
        case str():
            return payload.encode()
        case Page():
            return payload.text.encode()
        case Image():
            return payload.pixels.tobytes()
        case Audio():
            return payload.samples.tobytes()
        case Video():
            return b"".join(frame.pixels.tobytes() for frame in payload.frames)


def embed(payloads: Sequence[Payload]) -> Matrix:
    """Unit rows (n, 512)."""
    seeds = [int.from_bytes(hashlib.sha1(content(payload)).digest()[:4]) for payload in payloads]
    rows = np.stack([np.random.default_rng(seed).standard_normal(DIM) for seed in seeds]).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)
