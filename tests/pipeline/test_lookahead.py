from pathlib import Path

import numpy as np

from sensorium.pipeline.candidate import FileCandidate
from sensorium.pipeline.job import Job, Piece
from sensorium.pipeline.lookahead import OVERHEAD, weigh
from sensorium.testing import payloads
from sensorium.types import Modality, Segment


def piece(modality: Modality) -> Piece:
    job = Job(FileCandidate(Path("/x"), 1, 1, True), {}, None, "", "")
    return Piece(job, Segment("file:///x", modality, "any/thing", None, payloads.payload(modality, 1)))


def test_weights_follow_the_arrays() -> None:
    assert weigh(piece(Modality.IMAGE)) == OVERHEAD + 48 * 64 * 3
    assert weigh(piece(Modality.AUDIO)) == OVERHEAD + 16_000 * np.dtype(np.float32).itemsize
    assert weigh(piece(Modality.VIDEO)) > 4 * 48 * 64 * 3
    assert weigh(piece(Modality.TEXT)) < OVERHEAD + 500
    assert weigh(piece(Modality.DOCUMENT)) > OVERHEAD + 96 * 72 * 3
