"""Every row goes into one list, that of its nearest centroid; what there is to be known is written down."""

from __future__ import annotations

import threading

import numpy as np
import pytest

from sensorium.stores.embedded.inverted.build import build, lists_for
from sensorium.stores.embedded.inverted.projection import Projection
from sensorium.types import Matrix, Metric

from .conftest import DIM, OWNER, clustered, contents_of, leaning


@pytest.mark.parametrize("rows", [clustered(1200), leaning(1200)], ids=["turned", "axes"])
@pytest.mark.parametrize("metric", list(Metric))
def test_each_row_is_in_the_list_of_its_nearest_centroid(metric: Metric, rows: Matrix) -> None:
    made = contents_of(rows, metric)
    assert sorted(made.lists.slots.tolist()) == list(range(1200))
    projected = Projection(made.meta.columns, made.meta.width, metric, made.signs, made.axes).of(rows)
    assert (len(made.axes) > 0) == (rows.shape[1] == 512)
    squares = ((projected[:, None] - made.centroids[None]) ** 2).sum(2)
    owners = np.empty(1200, np.int64)
    owners[made.lists.slots] = made.lists.owners
    np.testing.assert_allclose(squares[np.arange(1200), owners], squares.min(1), rtol=1e-3, atol=1e-4)


def test_what_is_dead_is_left_out_and_what_is_said_is_true() -> None:
    rows = clustered(900)
    made = contents_of(rows, slots=np.arange(0, 900, 2))
    assert sorted(made.lists.slots.tolist()) == list(range(0, 900, 2))
    meta = made.meta
    assert (meta.covered, meta.trained, meta.dim, meta.owner) == (900, 450, DIM, OWNER.hex())
    assert meta.added == 0
    assert 0 < meta.error < 1
    assert len(made.lists.sizes) == len(made.centroids) <= lists_for(450)


@pytest.mark.parametrize("count", [1, 2, 7, 30])
def test_few_rows_are_no_trouble(count: int) -> None:
    made = contents_of(clustered(count))
    assert len(made.lists.slots) == count


def test_equal_rows_are_no_trouble() -> None:
    made = contents_of(np.ones((500, DIM), np.float32))
    assert len(made.lists.slots) == 500


def test_little_memory_means_a_smaller_sample() -> None:
    rows = clustered(2000)
    made = build(rows, np.arange(2000), Metric.COSINE, OWNER, 0, 1, lambda done, total: None)
    assert len(made.lists.slots) == 2000


def test_progress_rises_to_the_end_and_may_stop_it() -> None:
    told: list[tuple[int, int]] = []
    rows = clustered(9000)
    build(rows, np.arange(9000), Metric.COSINE, OWNER, 0, 1 << 30, lambda *step: told.append(step))
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1][0] == told[-1][1]

    def stop(done: int, total: int) -> None:
        if done:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        build(rows, np.arange(9000), Metric.COSINE, OWNER, 0, 1 << 30, stop)


def test_two_threads_make_what_one_makes() -> None:
    rows = clustered(9000)
    one, two = (
        build(rows, np.arange(9000), Metric.COSINE, OWNER, 0, 1 << 30, lambda done, total: None, threads)
        for threads in (1, 2)
    )
    assert one.meta == two.meta
    for before, after in zip(one.lists, two.lists, strict=True):
        np.testing.assert_array_equal(before, after)


def test_threads_that_are_not_to_be_had_are_done_without(monkeypatch: pytest.MonkeyPatch) -> None:
    """As when the interpreter ends, while whoever keeps the lists up has not been told to stop yet."""

    def start(self: threading.Thread) -> None:
        raise RuntimeError("can't start new thread")

    monkeypatch.setattr(threading.Thread, "start", start)
    contents = build(clustered(3000), np.arange(3000), Metric.COSINE, OWNER, 0, 1 << 30, lambda *step: None, 2)
    assert len(contents.lists.slots) == 3000
