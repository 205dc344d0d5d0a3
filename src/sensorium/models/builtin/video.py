"""Video vectors, composed: the mean of a segment's frames, with its sound or without."""

from __future__ import annotations

import numpy as np

from sensorium.errors import Invalid
from sensorium.types import Matrix, Vector

SOUND_SHARE = 0.35
"""Weight of the sound beside the pictures in a combined vector."""


def unit(vector: Vector) -> Vector:
    """The vector at length 1; a zero vector stays zero."""
    length = float(np.linalg.norm(vector))
    return (vector / length).astype(np.float32) if length > 0 else vector.astype(np.float32)


def compose(frames: Matrix | None, sound: Vector | None, sound_share: float = SOUND_SHARE) -> Vector:
    """One unit vector (dim,) of a segment from its frame vectors (n, dim) and its sound vector (dim,).

    A silent clip has no `sound`, a clip without pictures no `frames`; each then stands alone. Raises Invalid for
    a segment with neither.
    """
    if frames is not None and len(frames) == 0:
        frames = None
    if frames is None:
        if sound is None:
            raise Invalid("a video segment needs frames or sound; found neither", path="video")
        return unit(sound)
    seen = unit(frames.mean(axis=0))
    return seen if sound is None else unit((1 - sound_share) * seen + sound_share * unit(sound))
