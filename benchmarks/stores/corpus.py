"""What is stored and asked: vectors, their metadata, queries, filters and the exact answers, all in mapped files."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import numpy as np

from benchmarks import data
from benchmarks.data import Ids, Mask
from benchmarks.stores.peer import Where
from sensorium.types import Matrix, Metadata

SIZES = {"tiny": (300, 64), "20k": (20_000, 1024), "200k": (200_000, 1024), "1m": (1_000_000, 256)}
QUERIES = 500
DEEP = 100
"""The largest k."""
FAR = {"far 10 %": 0.1, "far 2 %": 0.02}
"""Anti-correlated filters: the k-means buckets farthest from the query that hold at least this share of the rows."""
TIE = 1e-6


@dataclass(frozen=True)
class Corpus:
    """``size`` (rows and dimensions by name) of ``kind`` (clustered, real), in ``folder``, which :meth:`made` fills."""

    kind: str
    size: str
    folder: Path

    @property
    def rows(self) -> int:
        return SIZES[self.size][0]

    @property
    def dim(self) -> int:
        return SIZES[self.size][1]

    @property
    def filters(self) -> list[str]:
        """The names of the filters, the unfiltered query first."""
        return ["", *data.SELECTIVITIES, *FAR]

    @cached_property
    def vectors(self) -> Matrix:
        return self._mapped("")

    @cached_property
    def queries(self) -> Matrix:
        return np.array(self._mapped("_queries")[:QUERIES])

    def keys(self, numbers: Sequence[int] | Ids) -> list[str]:
        return [f"key-{number:07d}" for number in numbers]

    def metadata(self, numbers: Ids) -> list[Metadata]:
        draws, owners = self._draws[numbers].tolist(), self._owners[numbers].tolist()
        return [
            {"source": f"file:///library/{number // 7:06d}.txt", "draw": draw, "bucket": bucket}
            for number, draw, bucket in zip(numbers.tolist(), draws, owners, strict=True)
        ]

    def where(self, name: str, query: int) -> Where | None:
        """The filter of that name for a query: the anti-correlated ones depend on it."""
        if not name:
            return None
        if name in data.SELECTIVITIES:
            return {"draw": {"$lt": data.SELECTIVITIES[name]}}
        return {"bucket": {"$in": list(self._far[name][query])}}

    def found(self, name: str, queries: Sequence[int], rows: Sequence[Ids], k: int) -> float:
        """Recall: the share of the k nearest that is in ``rows``; who is as near as the k-th is as good."""
        worst = self._truth[name][:, k - 1]
        hits = wanted = 0
        for query, given in zip(queries, rows, strict=True):
            numbers = np.unique(given)
            fitting = numbers[self._fit(name, query, numbers)] if name else numbers
            near = self.vectors[fitting] @ self.queries[query]
            hits += min(k, int((near >= worst[query] - TIE).sum()))
            wanted += k if np.isfinite(worst[query]) else int(self._fit(name, query, np.arange(self.rows)).sum())
        return hits / wanted if wanted else 1.0

    def made(self) -> Corpus:
        """With every file written that was not there."""
        self.folder.mkdir(parents=True, exist_ok=True)
        if self.kind == "clustered":
            self._make("", lambda: data.clustered(self.rows, self.dim))
            self._make("_queries", lambda: data.queries(data.QUERIES, self.rows, self.dim))
        elif not self._path("").exists():
            raise SystemExit(
                f"{self._path('')}: not found; python -m benchmarks.data --data DIR --cache {self.folder} writes it"
            )
        if not self._path("_buckets").exists() or not self._path("_centroids").exists():
            centroids, owners = data.buckets(self.vectors)
            self._save("_centroids", centroids)
            self._save("_buckets", owners)
        if not self._path("_nearest").exists():
            self._save("_nearest", np.stack([self._nearest(name) for name in self.filters]))
        return self

    @cached_property
    def _owners(self) -> Ids:
        owners: Ids = np.load(self._path("_buckets"), mmap_mode="r")
        return owners

    @cached_property
    def _draws(self) -> Ids:
        return data.draws(self.rows)

    @cached_property
    def _far(self) -> dict[str, list[list[int]]]:
        centroids = np.array(self._mapped("_centroids"))
        return {
            name: [data.chosen_buckets(query, centroids, self._owners, share) for query in self.queries]
            for name, share in FAR.items()
        }

    @cached_property
    def _truth(self) -> dict[str, Matrix]:
        """For each filter the similarities of the nearest: (queries, DEEP), -inf where there are fewer."""
        return dict(zip(self.filters, self._mapped("_nearest"), strict=True))

    def _fit(self, name: str, query: int, numbers: Ids) -> Mask:
        """Which of these rows the filter keeps."""
        if name in data.SELECTIVITIES:
            return self._draws[numbers] < data.SELECTIVITIES[name]
        return np.isin(self._owners[numbers], self._far[name][query])

    def _nearest(self, name: str) -> Matrix:
        best = np.full((len(self.queries), DEEP), -np.inf, np.float32)
        every = np.arange(len(self.queries))
        allowed = None
        if name in FAR:
            allowed = np.zeros((len(self.queries), data.BUCKETS), bool)
            for query in every:
                allowed[query, self._far[name][query]] = True
        for start in range(0, self.rows, data.BLOCK):
            part = slice(start, start + data.BLOCK)
            near = self.queries @ self.vectors[part].T
            if allowed is not None:
                near[~allowed[:, self._owners[part]]] = -np.inf
            elif name:
                near = near[:, self._draws[part] < data.SELECTIVITIES[name]]
            both = np.concatenate([best, near], 1)
            best = -np.sort(-np.partition(both, -DEEP, axis=1)[:, -DEEP:], axis=1)
        return best

    def _make(self, name: str, make: Callable[[], Matrix]) -> None:
        if not self._path(name).exists():
            self._save(name, make())

    def _save(self, name: str, array: Matrix | Ids) -> None:
        unfinished = self._path(name).with_suffix(".part.npy")
        np.save(unfinished, array)
        unfinished.replace(self._path(name))

    def _mapped(self, name: str) -> Matrix:
        mapped: Matrix = np.load(self._path(name), mmap_mode="r")
        return mapped

    def _path(self, name: str) -> Path:
        rows = data.paths(self.kind, self.rows, self.dim, self.folder)["rows"]
        return rows.with_stem(rows.stem + name)
