"""Making the lists: centroids by k-means, then every row into the list of the nearest, with its code.

k-means works on the rows' first dimensions after the rotation, which keeps their distances well enough and is several
times faster than on all; the centroids are then the means of the whole rows.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from functools import partial

import faiss
import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.beside import Beside
from sensorium.stores.embedded.inverted import inverted, trial
from sensorium.stores.embedded.inverted.encoder import ROWS_AT_ONCE, Encoded, Encoder
from sensorium.stores.embedded.inverted.file import Contents, Meta, fingerprint
from sensorium.stores.embedded.inverted.lists import Lists
from sensorium.stores.embedded.inverted.projection import Projection
from sensorium.types import Matrix, Metric

Slots = NDArray[np.int64]
Progress = Callable[[int, int], None]
"""Told how many of how many steps are done; it may raise to stop."""

_ROUNDS = 8
_ROWS_A_LIST = 40
_SKETCH = 128
"""Dimensions that k-means looks at."""
_LOOKED_AT = 10_000
"""Rows that are asked which dimensions say something, and along which axes."""
_AHEAD = 2
"""Parts for each thread that are begun or wait for their turn."""


def lists_for(rows: int) -> int:
    """How many lists: twice the root of the rows; more cost as much to look into as they save (measured)."""
    return min(rows, int(2 * rows**0.5))


def build(
    rows: Matrix,
    slots: Slots,
    metric: Metric,
    owner: bytes,
    generation: int,
    memory: int,
    progress: Progress,
    threads: int = 1,
) -> Contents:
    """The inverted index of the given slots (rising) of ``rows`` (covered, dim), some seconds of work each 100,000.

    ``memory`` is what it may hold, in bytes, about. ``progress`` is called between its steps.
    """
    rng = np.random.default_rng(len(slots))
    nlist = lists_for(len(slots))
    steps = -(-len(slots) // ROWS_AT_ONCE)
    training = 1 + steps // 4
    total = training + steps
    progress(0, total)
    projection = Projection.made(_taken(rows, _some(rng, slots, _LOOKED_AT)), metric, memory)
    held = memory // (3 * 4 * projection.width)
    sample = _some(rng, slots, max(nlist, min(nlist * _ROWS_A_LIST, held)))
    projected = np.concatenate([projection.of(_taken(rows, part)) for part in parts(sample)])
    centroids = _centroids(projected, nlist, lambda number, rounds: progress(training * number // rounds, total))
    del projected
    encoder = Encoder(projection, centroids)
    own = _some(rng, np.arange(len(slots)), trial.QUERIES)
    tried = trial.Trial(projection.of(_taken(rows, slots[own])), own, centroids, len(slots))
    every = encoded(encoder, rows, slots, threads, lambda done: progress(training + done, total), tried)
    lists = Lists.sorted(len(centroids), every.owners, slots, every.codes)
    rules = tried.rules(every.owners)
    meta = Meta(
        owner.hex(),
        generation,
        len(rows),
        rows.shape[1],
        projection.columns,
        projection.width,
        metric.value,
        inverted.CODE_BITS,
        fingerprint(rows),
        len(slots),
        float(every.squares.mean(dtype=np.float64)),
        0,
        0.0,
        rules,
    )
    progress(total, total)
    return Contents(meta, projection.signs, projection.axes, centroids, lists)


def encoded(
    encoder: Encoder,
    rows: Matrix,
    slots: Slots,
    threads: int,
    progress: Callable[[int], None],
    tried: trial.Trial | None = None,
) -> Encoded:
    """The given slots of ``rows`` (slots, dim) as lists hold them; ``tried`` sees them, too.

    ``progress`` is told how many parts are done.
    """

    def one(start: int, part: Slots) -> Encoded:
        projected = encoder.projection.of(_taken(rows, part))
        done = encoder.of(projected)
        if tried is not None:
            tried.see(start, projected, done.owners)
        return done

    calls = (partial(one, number * ROWS_AT_ONCE, part) for number, part in enumerate(parts(slots)))
    count = len(slots)
    owners, squares = np.empty(count, np.int64), np.empty(count, np.float32)
    codes = np.empty((count, encoder.code_bytes), np.uint8)
    for number, part in enumerate(_together(calls, threads)):
        place = slice(number * ROWS_AT_ONCE, number * ROWS_AT_ONCE + len(part.owners))
        owners[place], codes[place], squares[place] = part
        progress(number + 1)
    return Encoded(owners, codes, squares)


def _together(calls: Iterator[Callable[[], Encoded]], threads: int) -> Iterator[Encoded]:
    """What the calls return, in their order, by so many threads."""
    if threads == 1:
        yield from (call() for call in calls)
        return
    turns = threading.Semaphore(threads)
    waiting: list[Beside[Encoded]] = []
    try:
        for call in calls:
            waiting.append(Beside(partial(_alone, call, turns), "sensorium encode"))
            if len(waiting) > threads * _AHEAD:
                yield waiting.pop(0).result()
        while waiting:
            yield waiting.pop(0).result()
    finally:
        for one in waiting:  # who watches may have stopped it
            with one:
                pass


def _alone(call: Callable[[], Encoded], turns: threading.Semaphore) -> Encoded:
    """By a thread of its own: a pool takes nothing once the interpreter ends, while upkeep still works."""
    with turns:
        faiss.omp_set_num_threads(1)
        return call()


def _some(rng: np.random.Generator, items: Slots, count: int) -> Slots:
    """So many of rising items, or all, rising."""
    return np.sort(rng.choice(items, min(len(items), count), replace=False))


def _centroids(projected: Matrix, nlist: int, progress: Progress) -> Matrix:
    sketch = np.ascontiguousarray(projected[:, :_SKETCH])
    kmeans = faiss.Clustering(sketch.shape[1], nlist)
    kmeans.niter = 1  # a round a call, so that others get their turns between them
    kmeans.min_points_per_centroid = 1
    kmeans.max_points_per_centroid = len(sketch)
    quantizer = faiss.IndexFlatL2(sketch.shape[1])
    for number in range(_ROUNDS):
        progress(number, _ROUNDS)
        quantizer.reset()
        kmeans.train(sketch, quantizer)
    owners = quantizer.search(sketch, 1)[1][:, 0]
    order = np.argsort(owners, kind="stable")
    sizes = np.bincount(owners, minlength=nlist)
    used = np.flatnonzero(sizes)
    starts = (np.cumsum(sizes) - sizes)[used]
    sums = np.add.reduceat(np.take(projected, order, axis=0), starts, axis=0)
    centroids: Matrix = np.ascontiguousarray(sums / sizes[used][:, None], np.float32)
    return centroids


def parts(items: Slots) -> Iterator[Slots]:
    """Rising items by as many as are worth a call."""
    for start in range(0, len(items), ROWS_AT_ONCE):
        yield items[start : start + ROWS_AT_ONCE]


def _taken(rows: Matrix, slots: Slots) -> Matrix:
    """Those of ``rows`` (slots, dim), rising: a view where they follow one another."""
    first, last = int(slots[0]), int(slots[-1]) + 1
    return rows[first:last] if last - first == len(slots) else np.take(rows, slots, axis=0)
