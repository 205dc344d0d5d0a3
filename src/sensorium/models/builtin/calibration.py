"""What training measured about the space: means, page and clip weights, bands. Read from `weights/space.json`."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from sensorium.errors import NotFound
from sensorium.models.base import Band
from sensorium.types import Matrix, Modality, Vector

WEIGHTS = Path(__file__).parent / "weights"
READING = 1
"""Version of the code between an input and the nets: tokens, features, resampling, log-mel, views, composition.

Raise it with any change that moves a vector: it is part of the revision, so that an index made before is told apart.
"""


@dataclass(frozen=True)
class Calibration:
    """Frozen numbers beside the nets.

    `means` (dim,) of each encoder's unit rows are taken away before the rows are made unit again, so that a mixed list
    is not sorted by modality. `picture` is the weight of a page's picture against its text (1), `sound` the share of a
    clip's sound beside its frames (0..1). `revision` names everything that a vector depends on: the stored digest of
    the nets and of the numbers here, then a dot and `READING`.
    """

    revision: str
    dim: int
    dims: tuple[int, ...]
    means: Mapping[Modality, Vector] = field(default_factory=dict)
    picture: float = 0.3
    sound: float = 0.35
    bands: Mapping[tuple[Modality, Modality], Band] = field(default_factory=dict)

    @classmethod
    def read(cls, folder: Path) -> Calibration:
        """Read `space.json`; NotFound where the installation lacks it."""
        path = folder / "space.json"
        if not path.is_file():
            raise NotFound(f"weights of the built-in model: {path} is missing; reinstall sensorium", path=str(path))
        stored = json.loads(path.read_text(encoding="utf8"))
        bands = {(Modality(query), Modality(hit)): Band(*cuts) for query, hit, *cuts in stored["bands"]}
        means = {Modality(name): np.array(mean, np.float32) for name, mean in stored["means"].items()}
        revision = f"{stored['revision']}.{READING}"
        return cls(revision, stored["dim"], tuple(stored["dims"]), means, stored["picture"], stored["sound"], bands)

    def centred(self, rows: Matrix, modality: Modality) -> Matrix:
        """Unit rows about the modality's mean."""
        mean = self.means.get(modality)
        return rows if mean is None else unit(rows - mean)


def unit(rows: Matrix) -> Matrix:
    """Rows of length 1; a row of zeros becomes the first unit vector."""
    norms = np.linalg.norm(rows, axis=1, keepdims=True)
    out = np.divide(rows, np.where(norms > 0, norms, 1), dtype=np.float32)
    out[norms[:, 0] == 0, 0] = 1.0
    return out
