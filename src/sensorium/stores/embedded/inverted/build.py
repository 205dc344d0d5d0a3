"""Making the lists: centroids by k-means, then every row into the list of the nearest, with its code.

k-means works on the rows' first dimensions after the rotation, which keeps their distances well enough and is several
times faster than on all; the centroids are then the means of the whole rows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

import faiss
import numpy as np
from numpy.typing import NDArray

from sensorium.stores.embedded.inverted import inverted, trial
from sensorium.stores.embedded.inverted.file import Contents, Meta, fingerprint
from sensorium.stores.embedded.inverted.lists import Lists
from sensorium.stores.embedded.inverted.projection import Projection, telling
from sensorium.types import Matrix, Metric

Slots = NDArray[np.int64]
Progress = Callable[[int, int], None]
"""Told how many of how many steps are done; it may raise to stop."""

_ROUNDS = 8
_ROWS_A_LIST = 40
_SKETCH = 128
"""Dimensions that k-means looks at."""
_LOOKED_AT = 10_000
"""Rows that are asked which dimensions say something."""
AT_ONCE = 4096
"""Rows that are projected and encoded at a time."""


def lists_for(rows: int) -> int:
    """How many lists: twice the root of the rows; more cost as much to look into as they save (measured)."""
    return min(rows, int(2 * rows**0.5))


def build(
    rows: Matrix, slots: Slots, metric: Metric, owner: bytes, generation: int, memory: int, progress: Progress
) -> Contents:
    """The inverted index of the given slots (rising) of ``rows`` (covered, dim), some seconds of work each 100,000.

    ``memory`` is what it may hold, in bytes, about. ``progress`` is called between its steps.
    """
    rng = np.random.default_rng(len(slots))
    nlist = lists_for(len(slots))
    steps = -(-len(slots) // AT_ONCE)
    done, total = 0, 4 * steps  # training and the trial take about as long as encoding
    progress(done, total)
    projection = Projection.made(telling(rows[_some(rng, slots, _LOOKED_AT)]), metric)
    held = memory // (3 * 4 * projection.width)
    sample = _some(rng, slots, max(nlist, min(nlist * _ROWS_A_LIST, held)))
    projected = np.concatenate([projection.of(rows[part]) for part in _parts(sample)])
    centroids = _centroids(projected, nlist, lambda number, rounds: progress(2 * steps * number // rounds, total))
    del projected
    index = inverted.blank(centroids)
    done = 2 * steps
    progress(done, total)
    owners, codes, errors = [], [], 0.0
    for part in _parts(slots):
        owned, coded, distances = inverted.encoded(index, projection.of(rows[part]))
        owners.append(owned)
        codes.append(coded)
        errors += float(distances.sum(dtype=np.float64))
        done += 1
        progress(done, total)
    owner_of = np.concatenate(owners)
    lists = Lists.sorted(len(centroids), owner_of, slots, np.concatenate(codes))
    own = _some(rng, np.arange(len(slots)), trial.QUERIES)
    rule, filtered = trial.rules(
        ((places, projection.of(rows[slots[places]])) for places in _parts(np.arange(len(slots)))),
        projection.of(rows[slots[own]]),
        own,
        owner_of,
        centroids,
        len(slots),
    )
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
        errors / len(slots),
        0,
        0.0,
        rule.floor,
        rule.reach,
        filtered.floor,
        filtered.reach,
    )
    progress(total, total)
    return Contents(meta, projection.signs, centroids, lists)


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
    sums = np.add.reduceat(projected[order], starts, axis=0)
    centroids: Matrix = np.ascontiguousarray(sums / sizes[used][:, None], np.float32)
    return centroids


def _parts(items: Slots) -> Iterator[Slots]:
    for start in range(0, len(items), AT_ONCE):
        yield items[start : start + AT_ONCE]
