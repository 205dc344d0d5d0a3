"""The exact scan agrees with the exact distances of every row, to the last bit and the last tie."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from sensorium.stores.distances import exact_distances
from sensorium.stores.embedded.scan import Mask, Nearest, Scan, scan_all, scan_some
from sensorium.stores.embedded.slots import SlotFile, SlotHeader
from sensorium.stores.embedded.vectors import Vectors
from sensorium.types import Matrix, Metric

MakeVectors = Callable[[Matrix, Metric], Vectors]


@pytest.fixture
def make_vectors(home: Path) -> Iterator[MakeVectors]:
    files: list[SlotFile] = []

    def make(rows: Matrix, metric: Metric) -> Vectors:
        file = SlotFile.create(home / f"vectors.{len(files)}.slots", SlotHeader(rows.shape[1], 0, b"o" * 16))
        files.append(file)
        file.append(0, rows)
        return Vectors(file, metric)

    yield make
    for file in files:
        file.close()


def expected(scan: Scan, rows: Matrix, mask: Mask | None) -> Nearest:
    """All distances, sorted; the slots up to the last tie of the k-th place."""
    slots = np.arange(len(rows)) if mask is None else np.flatnonzero(mask)
    distances = exact_distances(rows[slots], scan.vector, scan.metric)
    order = np.argsort(distances, kind="stable")
    kept = [i for i in order if len(order) <= scan.k or distances[i] <= distances[order[scan.k - 1]]]
    return Nearest(slots[kept], distances[kept])


def same(found: Nearest, wanted: Nearest) -> None:
    assert found.slots.tolist() == wanted.slots.tolist()
    assert found.distances.tobytes() == wanted.distances.tobytes()


@pytest.mark.parametrize("metric", list(Metric))
@pytest.mark.parametrize("dim", [1, 2, 7, 64, 300])
def test_all_and_some_agree_with_every_distance(make_vectors: MakeVectors, metric: Metric, dim: int) -> None:
    random = np.random.default_rng(dim)
    rows = random.standard_normal((700, dim), dtype=np.float32)
    rows[200:260] = rows[:60]  # equal
    rows[300:340] = rows[:40] * 3  # scaled: equal under cosine only
    rows[400:500] = rows[3] + random.standard_normal((100, dim), dtype=np.float32) * np.float32(1e-6)  # nearly equal
    vectors = make_vectors(rows, metric)
    masks = [None, np.ones(700, np.bool_), random.random(700) < 0.5, random.random(700) < 0.03, np.zeros(700, np.bool_)]
    for k in (1, 5, 61, 699, 700, 5000):
        for query in (rows[3], random.standard_normal(dim, dtype=np.float32)):
            scan = Scan(query, metric, k)
            for mask in masks:
                wanted = expected(scan, rows, mask)
                same(scan_all(scan, vectors, 700, mask), wanted)
                slots = np.arange(700) if mask is None else np.flatnonzero(mask)
                same(scan_some(scan, vectors, 700, slots), wanted)


@pytest.mark.parametrize("metric", list(Metric))
@pytest.mark.parametrize("scale", [1e-30, 1e-20, 1e18, 1e25, 1e37])
def test_vectors_beyond_the_squares_of_float32_are_found_too(
    make_vectors: MakeVectors, metric: Metric, scale: float
) -> None:
    rows = np.random.default_rng(1).standard_normal((100, 5), dtype=np.float32)
    rows[::3] *= np.float32(scale)
    vectors = make_vectors(rows, metric)
    for query in (rows[0], rows[1], rows[3] * np.float32(0.5)):
        scan = Scan(query, metric, 7)
        same(scan_all(scan, vectors, 100, None), expected(scan, rows, None))
        same(scan_some(scan, vectors, 100, np.arange(40)), expected(scan, rows[:40], None))


def test_later_slots_are_not_looked_at(make_vectors: MakeVectors) -> None:
    rows = np.eye(4, dtype=np.float32)
    vectors = make_vectors(rows, Metric.COSINE)
    assert scan_all(Scan(rows[3], Metric.COSINE, 1), vectors, 3, None).distances.tolist() == [1, 1, 1]
    assert scan_all(Scan(rows[3], Metric.COSINE, 1), vectors, 0, None).slots.tolist() == []
