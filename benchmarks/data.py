"""The vectors that every benchmark of the store uses: clustered synthetic ones, and embeddings of the built-in model.

    python -m benchmarks.data --data DIR --cache DIR [--workers 2]

writes them all under ``--cache`` (some 12 GB), so that the other benchmarks only map them: ``{kind}_{rows}x{dim}.npy``,
``…_buckets.npy`` and ``…_centroids.npy`` of each (64 k-means buckets), ``…_queries.npy``, and for ``real`` also
``…_cross.npy`` (texts that ask for pictures) and ``…_modality.npy`` (0 text, 1 image, 2 audio).

Every matrix is float32 with unit rows, so that the inner product, the cosine and the euclidean distance rank alike.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from benchmarks import inputs
from sensorium.models.resized import resize
from sensorium.types import Matrix, Metadata, Vector

Ids = NDArray[np.int64]
Mask = NDArray[np.bool_]

SIZES = ((20_000, 1024), (200_000, 1024), (1_000_000, 256))
QUERIES = 1_000
BUCKETS = 64
MEDIA = (("pictures", 93, 0.093, 22_000), ("sounds", 7, 0.007, 1_600))
"""Kinds beside text: how many are held out as queries, their share in a collection, and the most that it takes."""
HELD_TEXTS = 900
SELECTIVITIES = {"50 %": 500, "10 %": 100, "1 %": 10, "0.1 %": 1}
"""The filter ``{"draw": {"$lt": n}}`` that keeps about this share of the rows, chosen at random."""

TOPICS, AXES, OWN_AXES = 8, 48, 16
BLOCK = 65_536


def sizes(rows: int, seed: int = 0) -> Ids:
    """Rows of each synthetic cluster, adding up to ``rows``: a power law, ``(i + 5) ** -0.9``, over ``rows / 2000``."""
    number = max(8, rows // 2000)
    weights = (np.arange(number) + 5.0) ** -0.9
    return np.random.default_rng([seed, 1]).multinomial(rows, weights / weights.sum())


def clustered(rows: int, dim: int, seed: int = 0) -> Matrix:
    """Synthetic unit rows ``(rows, dim)``, clustered as embeddings are; the same for the same arguments.

    There are 8 topics, each around a direction of chance, with 48 axes whose lengths fall as ``j ** -0.3``. A cluster
    lies somewhere on its topic's axes and spreads along them, each stretched or shrunk by chance, and along 16 weaker
    ones of its own; a row's distance from the centre varies log-normally (a dense core, thin edges), and noise fills
    all dimensions. So clusters of a topic overlap, and the ten nearest neighbours are at varied distances, some in
    other clusters (the cosine of the first is about 0.66, of the tenth 0.61; of real embeddings 0.75 and 0.65). An
    inverted index has to probe some 30 of 800 lists for a recall of 0.99 (40,000 x 256; real embeddings: 100). No
    prefix of the dimensions holds more than another: a Matryoshka cut has nothing to win here.
    """
    owners = clusters(rows, seed)
    order = np.argsort(owners, kind="stable")
    out = np.empty((rows, dim), dtype=np.float32)
    start = 0
    for cluster, count in enumerate(sizes(rows, seed)):
        for at in range(0, int(count), BLOCK):
            size = min(BLOCK, int(count) - at)
            out[order[start : start + size]] = _drawn(cluster, size, dim, (seed, 4, cluster, at))
            start += size
    return out


def clusters(rows: int, seed: int = 0) -> Ids:
    """The synthetic cluster of each row of ``clustered(rows, …, seed)``."""
    count = sizes(rows, seed)
    return np.random.default_rng([seed, 2]).permutation(np.repeat(np.arange(len(count)), count))


def queries(count: int, rows: int, dim: int, seed: int = 0) -> Matrix:
    """``count`` further unit rows of the distribution of ``clustered(rows, dim, seed)``, none of which is in it."""
    counts = sizes(rows, seed)
    rng = np.random.default_rng([seed, 3])
    chosen = rng.choice(len(counts), count, p=counts / counts.sum())
    return np.concatenate([_drawn(int(c), 1, dim, (seed, 5, i)) for i, c in enumerate(chosen)])


def _axes(rng: np.random.Generator, count: int, dim: int) -> Matrix:
    """Random directions (count, dim) whose lengths fall as ``j ** -0.3``; their squares add up to about 1."""
    spread = np.arange(1, count + 1) ** -0.3
    lengths = (spread / np.linalg.norm(spread) * dim**-0.5).astype(np.float32)
    axes = rng.standard_normal((count, dim), dtype=np.float32)
    axes *= lengths[:, None]
    return axes


def _cluster(cluster: int, dim: int, seed: int) -> tuple[Vector, Matrix]:
    """The centre (dim,) of a cluster, and the axes (AXES + OWN_AXES, dim) along which it spreads."""
    topic = np.random.default_rng([seed, 6, cluster % TOPICS])
    centre, shared = topic.standard_normal(dim, dtype=np.float32), _axes(topic, AXES, dim)
    centre *= 0.5 * dim**-0.5
    rng = np.random.default_rng([seed, 7, cluster])
    centre += np.float32(0.7) * (rng.standard_normal(AXES, dtype=np.float32) @ shared)
    shared *= np.exp(rng.normal(0, 0.2, (AXES, 1))).astype(np.float32)
    own = _axes(rng, OWN_AXES, dim)
    own *= 0.5
    return centre, np.concatenate([shared, own])


def _drawn(cluster: int, count: int, dim: int, stream: tuple[int, ...]) -> Matrix:
    centre, axes = _cluster(cluster, dim, stream[0])
    rng = np.random.default_rng(stream)
    along = rng.standard_normal((count, len(axes)), dtype=np.float32)
    along *= np.exp(rng.normal(-0.1, 0.4, (count, 1))).astype(np.float32)
    rows: Matrix = along @ axes
    noise = rng.standard_normal((count, dim), dtype=np.float32)
    noise *= 0.5 * dim**-0.5
    rows += noise
    rows += centre
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    return rows


class Real(NamedTuple):
    """Embeddings of the built-in model at its native 512 dimensions, float16: a collection and two sets of queries."""

    rows: NDArray[np.float16]
    modality: NDArray[np.uint8]
    queries: NDArray[np.float16]
    cross: NDArray[np.float16]


def real(rows: int, dim: int, folder: Path, cache: Path, workers: int = 0) -> Matrix:
    """Unit rows ``(rows, dim)`` by the built-in model, of real texts, pictures and sounds; all inputs are distinct.

    A tenth are pictures and sounds, but no more than 23,600; the rest are texts in some 60 languages (see
    ``inputs.texts``: sentences first, whole texts only, no windows, no crops). Native are 512 dimensions; fewer are the
    Matryoshka prefix, more are padded with zeros, as the library does. What was embedded is kept under ``cache``.
    """
    return cut(collection(rows, folder, cache, workers).rows, dim)


def collection(rows: int, folder: Path, cache: Path, workers: int = 0) -> Real:
    """The rows of `real` before they are cut or padded, with their modality and the held-out queries.

    ``queries`` are of the same kinds (900 texts, 93 pictures, 7 sounds) and the same for every size; ``cross`` are
    captions of Flickr8k's dev photographs in English, Chinese and Arabic that are not in the collection themselves, as
    their photographs may be: out of the distribution of what they ask for.
    """
    pool, rng = inputs.Pool(folder, cache, workers), np.random.default_rng(0)
    media = [pool.vectors(kind, held + min(most, round(rows * share))) for kind, held, share, most in MEDIA]
    keeps = [
        min(len(part) - held, most, round(rows * share))
        for part, (_, held, share, most) in zip(media, MEDIA, strict=True)
    ]
    keeps.append(rows - sum(keeps))
    parts = [*media, pool.vectors("texts", round((HELD_TEXTS + keeps[-1]) * 1.01))]
    helds = [*(one[1] for one in MEDIA), HELD_TEXTS]
    if len(parts[-1]) < HELD_TEXTS + keeps[-1]:
        raise SystemExit(f"{rows:,} rows: {HELD_TEXTS + keeps[-1]:,} texts are wanted, {len(parts[-1]):,} are there")
    chosen = np.concatenate([part[held : held + keep] for part, held, keep in zip(parts, helds, keeps, strict=True)])
    shuffled = rng.permutation(rows)
    asked = np.concatenate([part[:held] for part, held in zip(parts, helds, strict=True)])
    return Real(
        chosen[shuffled],
        np.repeat(np.array([1, 2, 0], np.uint8), keeps)[shuffled],
        asked[rng.permutation(len(asked))],
        pool.vectors("captions", QUERIES)[:QUERIES],
    )


def cut(rows: NDArray[np.float16], dim: int) -> Matrix:
    """Unit rows (n, dim) float32, by blocks: a prefix, or padded with zeros."""
    out = np.empty((len(rows), dim), dtype=np.float32)
    for start in range(0, len(rows), BLOCK):
        block = resize(rows[start : start + BLOCK].astype(np.float32), dim)
        out[start : start + BLOCK] = block / np.linalg.norm(block, axis=1, keepdims=True)
    return out


def buckets(matrix: Matrix, count: int = BUCKETS, seed: int = 0) -> tuple[Matrix, Ids]:
    """Centroids (count, dim) of a k-means of at most 50,000 rows, and the nearest of them for each row."""
    rng = np.random.default_rng(seed)
    sample = matrix[np.sort(rng.choice(len(matrix), min(50_000, len(matrix)), replace=False))]
    centroids = sample[rng.choice(len(sample), count, replace=False)].copy()
    for _ in range(12):
        own = nearest(sample, centroids)
        for one in range(count):
            if (own == one).any():
                mean = sample[own == one].mean(0)
                centroids[one] = mean / np.linalg.norm(mean)
    return centroids, nearest(matrix, centroids)


def nearest(matrix: Matrix, centroids: Matrix) -> Ids:
    """The centroid of the greatest inner product with each row."""
    parts = [matrix[at : at + BLOCK] @ centroids.T for at in range(0, len(matrix), BLOCK)]
    return np.concatenate([part.argmax(1) for part in parts])


def chosen_buckets(query: Vector, centroids: Matrix, owners: Ids, share: float, *, far: bool = True) -> list[int]:
    """The buckets farthest from (or nearest to) the query that together hold at least ``share`` of the rows.

    The filter ``{"bucket": {"$in": [...]}}`` of the farthest is anti-correlated with the query: the rows that it keeps
    lie where no search for the nearest looks first.
    """
    order = np.argsort(centroids @ query)
    held = np.cumsum(np.bincount(owners, minlength=len(centroids))[order if far else order[::-1]])
    number = int(np.searchsorted(held, share * len(owners))) + 1
    return sorted((order if far else order[::-1])[:number].tolist())


def draws(rows: int, seed: int = 0) -> Ids:
    """A number of 0..999 for each row, evenly at random: the field ``draw``, see `SELECTIVITIES`."""
    return np.random.default_rng([seed, 8]).integers(0, 1000, rows)


def metadata(rows: int, owners: Ids | None = None, seed: int = 0) -> list[Metadata]:
    """The metadata of each row: ``draw`` (`draws`) and, where they are given, ``bucket`` (`buckets`)."""
    drawn = draws(rows, seed).tolist()
    if owners is None:
        return [{"draw": draw} for draw in drawn]
    return [{"draw": draw, "bucket": bucket} for draw, bucket in zip(drawn, owners.tolist(), strict=True)]


def truth(matrix: Matrix, asked: Matrix, k: int, mask: Mask | None = None) -> Ids:
    """The exact ``k`` nearest rows ``(len(asked), k)`` of each query, nearest first; only rows of the ``mask``.

    Where there are fewer than ``k``, -1 fills the end. Of equally near rows any may be the last.
    """
    best = np.full((len(asked), k), -np.inf, np.float32)
    ids = np.full((len(asked), k), -1, np.int64)
    for start in range(0, len(matrix), BLOCK):
        block = matrix[start : start + BLOCK]
        numbers = np.arange(start, start + len(block))
        if mask is not None:
            block, numbers = block[mask[start : start + BLOCK]], numbers[mask[start : start + BLOCK]]
        near = asked @ block.T
        if near.shape[1] > k:
            top = np.argpartition(near, -k, axis=1)[:, -k:]
            near, found = np.take_along_axis(near, top, 1), numbers[top]
        else:
            found = np.broadcast_to(numbers, near.shape)
        best, ids = np.concatenate([best, near], 1), np.concatenate([ids, found], 1)
        order = np.argsort(-best, axis=1)[:, :k]
        best, ids = np.take_along_axis(best, order, 1), np.take_along_axis(ids, order, 1)
    return ids


def recall(found: Ids, exact: Ids) -> float:
    """The share of the exact neighbours that was found, over all queries; -1 counts on neither side."""
    hits = sum(len(np.intersect1d(a, b[b >= 0])) for a, b in zip(found, exact, strict=True))
    return hits / max(1, int((exact >= 0).sum()))


def paths(kind: str, rows: int, dim: int, cache: Path) -> dict[str, Path]:
    """Where `main` leaves the arrays of a kind (``clustered`` or ``real``), by what they hold."""
    names = ("queries", "buckets", "centroids", *(("cross", "modality") if kind == "real" else ()))
    return {
        "rows": cache / f"{kind}_{rows}x{dim}.npy",
        **{name: cache / f"{kind}_{rows}x{dim}_{name}.npy" for name in names},
    }


def write(kind: str, rows: int, dim: int, folder: Path, cache: Path, workers: int) -> None:
    """Write the arrays of a kind and a size that are not there yet."""
    where = paths(kind, rows, dim, cache)
    if all(path.exists() for path in where.values()):
        return
    began = time.perf_counter()
    if kind == "real":
        found = collection(rows, folder, cache, workers)
        matrix, asked = cut(found.rows, dim), cut(found.queries, dim)
        np.save(where["cross"], cut(found.cross, dim))
        np.save(where["modality"], found.modality)
    else:
        matrix, asked = clustered(rows, dim), queries(QUERIES, rows, dim)
    unfinished = where["rows"].with_suffix(".part.npy")
    np.save(unfinished, matrix)
    unfinished.replace(where["rows"])  # who has mapped an older one keeps it
    np.save(where["queries"], asked)
    centroids, owners = buckets(matrix)
    np.save(where["buckets"], owners)
    np.save(where["centroids"], centroids)
    print(f"{where['rows'].name}: {time.perf_counter() - began:.0f} s", file=sys.stderr, flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True, help="the training data folder")
    parser.add_argument("--cache", type=Path, required=True, help="where the arrays are left")
    parser.add_argument("--workers", type=int, default=2, help="processes that embed; 0 for none beside this one")
    options = parser.parse_args()
    options.cache.mkdir(parents=True, exist_ok=True)
    for rows, dim in SIZES:
        for kind in ("clustered", "real"):
            write(kind, rows, dim, options.data, options.cache, options.workers)


if __name__ == "__main__":
    main()
