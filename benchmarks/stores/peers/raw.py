"""faiss by hand, as somebody would use it who needs no store: the index that Sensorium's builds (IVF-RaBitQ after the
same projection, two bits a dimension, 2 lists for each root of the rows), rescored with the float32 rows of a mapped
file; keys only."""

from __future__ import annotations

import json
from collections.abc import Sequence
from math import sqrt
from pathlib import Path

import faiss
import numpy as np

from benchmarks.stores.peer import Effort, Where
from sensorium.stores.embedded.inverted.projection import Projection
from sensorium.types import Matrix, Metadata, Metric, Vector

TRAINING = 40
"""Vectors a list to train with."""
CODE_BITS, QUERY_BITS = 2, 4


class Raw:
    efforts: Sequence[Effort] = [
        {"nprobe": probes, "shortlist": times}
        for probes in (4, 8, 12, 16, 24, 32, 40, 48, 56, 64, 80, 96, 128, 256)
        for times in (5, 10, 20)
    ]
    """``shortlist``: rows to rescore, in multiples of k."""

    def __init__(self, folder: Path, dim: int, rows: int) -> None:
        self._folder = folder
        self._dim = dim
        self._rows = rows
        self._keys: list[str] = []
        self._effort = self.efforts[0]
        self._columns = dim

    def create(self) -> None:
        self._file = (self._folder / "rows.f32").open("wb")

    def open(self) -> None:
        faiss.omp_set_num_threads(1)  # more make one query slower
        self._index = faiss.read_index(str(self._folder / "index.faiss"))
        self._columns = self._index.d
        self._keys = json.loads((self._folder / "keys.json").read_text())
        self._mapped()

    def put(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        raise NotImplementedError("faiss's index replaces nothing by key")

    def add(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        self._file.write(np.ascontiguousarray(vectors).data)
        self._keys.extend(keys)

    def build(self) -> None:
        self._file.close()
        self._mapped()
        self._rows = len(self._keys)
        lists = int(2 * sqrt(self._rows))
        few = min(self._rows, TRAINING * lists)
        chosen = np.sort(np.random.default_rng(0).choice(self._rows, few, replace=False))
        sample = self._matrix[chosen]
        self._columns = int(np.flatnonzero(sample.any(axis=0))[-1]) + 1
        projection = _projection(self._told(sample))
        coarse = faiss.IndexFlatL2(projection.d_out)
        inner = faiss.IndexIVFRaBitQ(coarse, projection.d_out, lists, faiss.METRIC_L2, True, CODE_BITS)
        inner.cp.min_points_per_centroid = 1
        inner.train(projection.apply(self._told(sample)))
        self._index = faiss.IndexPreTransform(projection, inner)
        del sample
        for start in range(0, self._rows, 20_000):
            self._index.add(self._told(self._matrix[start : start + 20_000]))
        faiss.write_index(self._index, str(self._folder / "index.faiss"))
        (self._folder / "keys.json").write_text(json.dumps(self._keys))

    def flush(self) -> None:
        """Nothing is kept before the index is written."""

    def renew(self) -> None:
        """Nobody asks."""

    def settle(self) -> None:
        """Nothing goes on."""

    def tune(self, effort: Effort) -> None:
        self._effort = effort

    def query(self, vector: Vector, k: int, where: Where | None) -> list[str]:
        inner = faiss.IVFRaBitQSearchParameters()
        inner.nprobe, inner.qb = self._effort["nprobe"], QUERY_BITS
        parameters = faiss.SearchParametersPreTransform()
        parameters.index_params = inner
        shortlist = max(k, min(self._rows, k * self._effort["shortlist"]))
        _, found = self._index.search(self._told(vector[None]), shortlist, params=parameters)
        numbers = np.sort(found[0][found[0] >= 0])
        near = self._matrix[numbers] @ vector
        best = np.argsort(-near)[:k]
        return [self._keys[number] for number in numbers[best].tolist()]

    def processes(self) -> list[int]:
        return []

    def close(self) -> None:
        if hasattr(self, "_index"):
            del self._index, self._matrix
        else:  # it is not built yet
            self._file.close()

    def _told(self, rows: Matrix) -> Matrix:
        """Without the dimensions that are 0 in all rows: padding."""
        return np.ascontiguousarray(rows[:, : self._columns])

    def _mapped(self) -> None:
        rows = np.memmap(self._folder / "rows.f32", np.float32, "r").reshape(-1, self._dim)
        self._matrix: Matrix = rows.view(np.ndarray)


def _projection(rows: Matrix) -> faiss.VectorTransform:
    """That of Sensorium: fewer axes where these rows (n, dim) differ in few dimensions, else a Hadamard rotation."""
    found = Projection.made(rows, Metric.COSINE, 1 << 30).axes
    if not len(found):
        rotation = faiss.HadamardRotation(rows.shape[1])
        rotation.init(1)
        return rotation
    fewer = faiss.LinearTransform(rows.shape[1], len(found), False)
    faiss.copy_array_to_vector(found.ravel(), fewer.A)
    fewer.is_trained = True
    return fewer
