"""The plan fetches few rows and scans many; both ways end the same."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sensorium.stores.embedded import plan
from sensorium.stores.embedded.plan import Way, choose, nearest
from sensorium.stores.embedded.scan import Scan
from sensorium.stores.embedded.slots import SlotFile, SlotHeader
from sensorium.stores.embedded.vectors import Vectors
from sensorium.types import Metric


def test_few_matches_are_fetched_and_many_are_scanned() -> None:
    assert choose(1000, 100) is Way.SOME
    assert choose(1000, 900) is Way.ALL
    assert choose(1000, 1000) is Way.ALL
    assert choose(0, 0) is Way.ALL


def test_the_way_does_not_change_the_answer(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = np.random.default_rng(0).standard_normal((500, 12), dtype=np.float32)
    file = SlotFile.create(home / "vectors.0.slots", SlotHeader(12, 0, b"o" * 16))
    file.append(0, rows)
    mask = np.random.default_rng(1).random(500) < 0.3
    scan = Scan(rows[0], Metric.EUCLIDEAN, 9)
    answers = []
    for share in (0.0, 1.0):
        monkeypatch.setattr(plan, "_FEW", share)
        found = nearest(scan, Vectors(file, Metric.EUCLIDEAN), 500, mask)
        answers.append((found.slots.tolist(), found.distances.tolist()))
    assert answers[0] == answers[1]
    assert mask[answers[0][0]].all()
    file.close()
