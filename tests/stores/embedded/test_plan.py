"""The plan takes the way that the sizes ask for; whichever it takes, the distances are exact."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.filter import parse
from sensorium.stores.base import IndexSpec, Query
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, Limits, plan
from sensorium.stores.embedded.inverted import search
from sensorium.stores.embedded.plan import Steps, Way, choose
from sensorium.types import Record

DIM = 8
ROWS = 1000
ROW_BYTES = DIM * 4


@pytest.fixture
def index(home: Path) -> Iterator[EmbeddedIndex]:
    """A thousand vectors, beyond what is scanned; up to fifty that match are fetched."""
    limits = Limits(exact_bytes=200 * ROW_BYTES, gather_bytes=50 * ROW_BYTES, background=False)
    rows = np.random.default_rng(0).standard_normal((ROWS, DIM), dtype=np.float32)
    with EmbeddedStore(home, limits=limits) as store:
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "planned", DIM))
        index.put(Record(f"key-{i:04}", row, {"n": i}) for i, row in enumerate(rows))
        yield index


def steps(index: EmbeddedIndex, below: int | None = None) -> Steps:
    filter = None if below is None else parse({"n": {"$lt": below}})
    taken = index.explain(Query(10, np.ones(DIM, np.float32), filter=filter))[1].steps
    assert taken is not None
    return taken


def test_few_matches_are_fetched_and_many_are_scanned() -> None:
    assert choose(1000, 100) is Way.SOME
    assert choose(1000, 900) is Way.ALL
    assert choose(1000, 1000) is Way.ALL
    assert choose(0, 0) is Way.ALL


def test_the_exact_way_does_not_change_the_answer(index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    query = Query(9, np.ones(DIM, np.float32), filter=parse({"n": {"$lt": 300}}))
    answers = []
    for share in (0.0, 1.0):
        monkeypatch.setattr(plan, "_FEW", share)
        answers.append([(hit.key, hit.distance) for hit in index.query(query)])
    assert answers[0] == answers[1]


def test_without_lists_all_is_measured_and_it_says_so(index: EmbeddedIndex) -> None:
    taken = steps(index)
    assert taken.way is Way.ALL
    assert taken.measured == taken.matching == taken.uncovered == ROWS
    assert "no inverted index yet" in taken.why


def test_lists_are_asked_once_they_are_there(index: EmbeddedIndex) -> None:
    assert index.optimise()
    taken = steps(index)
    assert taken.way is Way.LISTS
    assert taken.matching == ROWS
    assert taken.measured < ROWS / 2
    assert 0 < taken.lists < taken.of_lists
    assert taken.uncovered == 0


def test_few_that_match_are_measured_all(index: EmbeddedIndex) -> None:
    index.optimise()
    taken = steps(index, below=50)
    assert (taken.way, taken.matching, taken.measured) == (Way.SOME, 50, 50)
    assert steps(index, below=600).way is Way.LISTS


def test_what_came_after_the_lists_is_measured(index: EmbeddedIndex) -> None:
    index.optimise()
    index.put([Record("late", np.ones(DIM, np.float32), {"n": 5000})])
    hits, explanation = index.explain(Query(1, np.ones(DIM, np.float32)))
    assert hits[0].key == "late"
    assert explanation.steps is not None
    assert explanation.steps.uncovered == 1
    assert explanation.records == ROWS + 1


def test_many_more_than_the_lists_can_tell_are_measured_all(index: EmbeddedIndex) -> None:
    index.optimise()
    hits, explanation = index.explain(Query(ROWS, np.ones(DIM, np.float32)))
    assert len(hits) == ROWS
    assert explanation.steps is not None
    assert explanation.steps.way is Way.ALL


def test_an_index_of_few_vectors_is_scanned(home: Path) -> None:
    with EmbeddedStore(home) as store:
        store.create_bucket("default")
        index = store.create(IndexSpec("default", "small", DIM))
        index.put(Record(f"{i}", np.full(DIM, i + 1, np.float32), {}) for i in range(300))
        assert not index.optimise()
        assert steps(index).way is Way.ALL
        assert not list(home.rglob("*.ivf"))


def test_lists_that_hold_no_dead_are_searched_without_a_mask(
    index: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Which costs a third less: lists and codes need not be asked which rows may be found."""
    index.optimise()
    masks: list[Any] = []
    real = search.search

    def seen(*arguments: Any) -> Any:
        masks.append(arguments[3])
        return real(*arguments)

    monkeypatch.setattr(search, "search", seen)
    index.delete(f"key-{i:04}" for i in range(0, 100, 2))
    steps(index)
    assert masks.pop() is not None
    index.optimise()
    steps(index)
    steps(index, 1000)
    assert masks == [None, None]
    steps(index, 900)
    assert masks.pop() is not None
