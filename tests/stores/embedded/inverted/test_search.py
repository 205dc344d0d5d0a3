"""Nearly all of the nearest are found, with and without filters, near the query and far from it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from sensorium.stores.distances import exact_distances
from sensorium.stores.embedded.inverted import projection
from sensorium.stores.embedded.inverted.search import search
from sensorium.stores.embedded.scan import Mask, Scan
from sensorium.stores.embedded.slots import SlotFile, SlotHeader
from sensorium.stores.embedded.vectors import Vectors
from sensorium.types import Matrix, Metric

from .conftest import Make, clustered, leaning

ROWS, WIDE = 6000, 64


def kept(rows: Matrix, query: Matrix, name: str) -> Mask | None:
    rng = np.random.default_rng(3)
    far = exact_distances(rows, query[0], Metric.COSINE)
    return {
        "all": None,
        "alive": rng.random(ROWS) < 0.95,
        "half": rng.random(ROWS) < 0.5,
        "tenth": rng.random(ROWS) < 0.1,
        "far": far > np.quantile(far, 0.4),
        "near": far < np.quantile(far, 0.3),
    }[name]


@pytest.mark.parametrize("at_once", [1 << 16, 0], ids=["at_once", "in_two"])
@pytest.mark.parametrize("metric", list(Metric))
@pytest.mark.parametrize("name", ["all", "alive", "half", "tenth", "far", "near"])
def test_the_nearest_are_found(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, metric: Metric, name: str, at_once: int
) -> None:
    monkeypatch.setattr("sensorium.stores.embedded.inverted.search._AT_ONCE", at_once)
    monkeypatch.setattr("sensorium.stores.embedded.inverted.search._BEFORE", 2)  # lists are small here
    monkeypatch.setattr("sensorium.stores.embedded.inverted.search._AMONG", 2)
    rows = clustered(ROWS, WIDE)
    inverted = make(rows, metric)
    slots = SlotFile.create(tmp_path / "vectors.0.slots", SlotHeader(WIDE, 0, b"o" * 16))
    slots.append(0, rows)
    vectors = Vectors(slots, metric)
    found = wanted = measured = unsure = 0
    queries = clustered(60, WIDE, seed=7)
    for query in queries:
        mask = kept(rows, query[None], name)
        matching = ROWS if mask is None else int(mask.sum())
        told = search(inverted, Scan(query, metric, 10), vectors, mask, matching)
        if told is None:  # then all that match are measured
            unsure, found, wanted = unsure + 1, found + 10, wanted + 10
            continue
        nearest, looked = told
        exact = exact_distances(rows, query, metric)
        np.testing.assert_array_equal(nearest.distances, exact[nearest.slots])
        assert mask is None or mask[nearest.slots].all()
        may = exact if mask is None else exact[mask]
        found += int((nearest.distances[:10] <= np.partition(may, 9)[9]).sum())
        wanted += 10
        measured += looked.measured
    slots.close()
    assert found >= 0.98 * wanted
    assert measured < 60 * ROWS / 3
    assert unsure < 12 or name == "far"  # where hundreds are about as near


@pytest.mark.parametrize("metric", list(Metric))
@pytest.mark.parametrize("which", ["most", "few"])
def test_fewer_dimensions_find_as_much(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, metric: Metric, which: str
) -> None:
    """Most rows differ in the same hundred of 512, a few in others."""
    rows = leaning(4000, 30)
    slots = SlotFile.create(tmp_path / "vectors.0.slots", SlotHeader(512, 0, b"o" * 16))
    slots.append(0, rows)
    vectors = Vectors(slots, metric)

    def found(width: int) -> int:
        inverted = make(rows, metric)
        assert inverted.projection.width == width
        count = 0
        for query in leaning(60, seed=7) if which == "most" else leaning(0, 60, seed=7):
            told = search(inverted, Scan(query, metric, 10), vectors, None, len(rows))
            exact = exact_distances(rows, query, metric)
            near = exact[told[0].slots[:10]] if told is not None else np.sort(exact)[:10]  # then all are measured
            count += int((near <= np.partition(exact, 9)[9]).sum())
        return count

    fewer = found(256)
    monkeypatch.setattr(projection, "axes", lambda rows, most: None)
    assert fewer >= min(590, found(512))
    slots.close()


def test_of_what_was_found_at_once_all_that_may_be_near_is_measured(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("sensorium.stores.embedded.inverted.search._LEAST", 12)  # two more than are wanted
    monkeypatch.setattr("sensorium.stores.embedded.inverted.search._SHORTLIST", 1)
    monkeypatch.setattr("sensorium.stores.embedded.inverted.search._HEAP", 20)  # nobody has to look again
    rows = clustered(ROWS, WIDE)
    inverted = make(rows)
    monkeypatch.setattr(inverted, "within", None)
    slots = SlotFile.create(tmp_path / "vectors.0.slots", SlotHeader(WIDE, 0, b"o" * 16))
    slots.append(0, rows)
    vectors = Vectors(slots, Metric.COSINE)
    found = 0
    for query in rows[:20]:
        told = search(inverted, Scan(query, Metric.COSINE, 10), vectors, None, ROWS)
        assert told is not None
        exact = exact_distances(rows, query, Metric.COSINE)
        found += int((told[0].distances[:10] <= np.partition(exact, 9)[9]).sum())
    slots.close()
    assert found >= 0.95 * 200


@pytest.mark.parametrize("share", [0.0, 0.2])
def test_rows_alone_in_their_lists_are_measured_at_once(
    make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, share: float
) -> None:
    monkeypatch.setattr("sensorium.stores.embedded.inverted.search._STRAYED", 0.5)  # lists are small here
    monkeypatch.setattr("sensorium.stores.embedded.inverted.search._SPARSE", 1.0)
    rows = clustered(ROWS, WIDE)
    inverted = make(rows)
    slots = SlotFile.create(tmp_path / "vectors.0.slots", SlotHeader(WIDE, 0, b"o" * 16))
    slots.append(0, rows)
    vectors = Vectors(slots, Metric.COSINE)
    found = 0
    for query in clustered(20, WIDE, seed=7):
        exact = exact_distances(rows, query, Metric.COSINE)
        mask = np.random.default_rng(5).random(ROWS) < 0.03  # a row or two in most lists, and all of the farthest
        mask |= exact > np.quantile(exact, 1 - share)
        told = search(inverted, Scan(query, Metric.COSINE, 10), vectors, mask, int(mask.sum()))
        assert told is not None
        nearest, looked = told
        assert mask[nearest.slots].all()
        assert (looked.lists > 0) == (share > 0)
        found += int((nearest.distances[:10] <= np.partition(exact[mask], 9)[9]).sum())
    slots.close()
    assert found >= 0.98 * 200


def test_a_few_dead_do_not_make_it_look_farther(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = clustered(ROWS, WIDE)
    inverted = make(rows)
    slots = SlotFile.create(tmp_path / "vectors.0.slots", SlotHeader(WIDE, 0, b"o" * 16))
    slots.append(0, rows)
    vectors, scan = Vectors(slots, Metric.COSINE), Scan(rows[0], Metric.COSINE, 10)
    alive = np.random.default_rng(3).random(ROWS) < 0.95
    every = search(inverted, scan, vectors, None, ROWS)
    with monkeypatch.context() as patch:
        patch.setattr("sensorium.stores.embedded.inverted.search._near", None)  # the way of filters
        most = search(inverted, scan, vectors, alive, int(alive.sum()))
    assert every is not None
    assert most is not None
    assert most[1].lists == every[1].lists
    near = np.argsort(exact_distances(rows, rows[0], Metric.COSINE))
    alive[near[: ROWS // 10]] = False  # few of all, and all of the nearest lists: what lives is farther
    rest = search(inverted, scan, vectors, alive, int(alive.sum()))
    slots.close()
    exact = exact_distances(rows, rows[0], Metric.COSINE)
    assert rest is None or set(rest[0].distances[:10]) == set(np.partition(exact[alive], 9)[:10])


@pytest.mark.parametrize("together", [15, 30])
def test_who_has_died_very_near_makes_it_look_farther(make: Make, tmp_path: Path, together: int) -> None:
    """As when all of a document is gone, or a filter asks for what is like it: fewer than are looked at first."""
    rng = np.random.default_rng(4)
    centres = rng.standard_normal((ROWS // together, WIDE), dtype=np.float32)
    owners = rng.integers(0, len(centres), ROWS)
    rows = centres[owners] + np.float32(0.3) * rng.standard_normal((ROWS, WIDE), dtype=np.float32)
    inverted = make(rows)
    slots = SlotFile.create(tmp_path / "vectors.0.slots", SlotHeader(WIDE, 0, b"o" * 16))
    slots.append(0, rows)
    vectors = Vectors(slots, Metric.COSINE)
    found = 0
    for number in range(20):
        scan = Scan(centres[number], Metric.COSINE, 10)
        alive = owners != number  # most of the nearest list, and few of the others: what lives is far away
        told = search(inverted, scan, vectors, alive, int(alive.sum()))
        exact = exact_distances(rows, centres[number], Metric.COSINE)
        may = np.partition(exact[alive], 9)[9]
        found += 10 if told is None else int((told[0].distances[:10] <= may).sum())
    slots.close()
    assert found >= 0.9 * 200


@pytest.mark.parametrize(
    ("metric", "scale"),
    [(Metric.COSINE, 1e-25), (Metric.COSINE, 1e25), (Metric.EUCLIDEAN, 1e-13), (Metric.EUCLIDEAN, 1e13)],
)
def test_the_nearest_are_found_whatever_their_length(make: Make, tmp_path: Path, metric: Metric, scale: float) -> None:
    rows = np.float32(scale) * np.random.default_rng(5).standard_normal((ROWS, WIDE), dtype=np.float32)
    inverted = make(rows, metric)
    slots = SlotFile.create(tmp_path / "vectors.0.slots", SlotHeader(WIDE, 0, b"o" * 16))
    slots.append(0, rows)
    found = 0
    for query in rows[:20] + np.float32(scale) * np.random.default_rng(6).standard_normal((20, WIDE), dtype=np.float32):
        told = search(inverted, Scan(query, metric, 10), Vectors(slots, metric), None, ROWS)
        assert told is not None
        found += int((told[0].distances[:10] <= np.partition(exact_distances(rows, query, metric), 9)[9]).sum())
    slots.close()
    assert found >= 0.97 * 200


@pytest.mark.parametrize("alive", [1.0, 0.95])
def test_of_equal_vectors_all_are_measured_once(make: Make, tmp_path: Path, alive: float) -> None:
    rows = clustered(ROWS, WIDE)
    mask = np.random.default_rng(6).random(ROWS) < alive
    rows[:600] = rows[0]  # equal codes, more than are measured at first
    inverted = make(rows)
    slots = SlotFile.create(tmp_path / "vectors.0.slots", SlotHeader(WIDE, 0, b"o" * 16))
    slots.append(0, rows)
    scan, vectors = Scan(rows[0], Metric.COSINE, 10), Vectors(slots, Metric.COSINE)
    told = search(inverted, scan, vectors, None if mask.all() else mask, int(mask.sum()))
    slots.close()
    assert told is not None
    assert sorted(told[0].slots.tolist()) == np.flatnonzero(mask[:600]).tolist()
