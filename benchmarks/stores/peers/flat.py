"""faiss's exact index in memory: the floor of what a scan takes, and of recall."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import faiss
import numpy as np

from benchmarks.stores.peer import Effort, Where
from sensorium.types import Matrix, Metadata, Vector


class Flat:
    efforts: Sequence[Effort] = [{}]

    def __init__(self, folder: Path, dim: int, rows: int) -> None:
        self._index_path = folder / "index.faiss"
        self._keys_path = folder / "keys.json"
        self._dim = dim
        self._keys: list[str] = []

    def create(self) -> None:
        self._index: faiss.Index = faiss.IndexFlatIP(self._dim)

    def open(self) -> None:
        faiss.omp_set_num_threads(1)  # more make one query slower
        self._index = faiss.read_index(str(self._index_path))
        self._keys = json.loads(self._keys_path.read_text())

    def put(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        raise NotImplementedError("faiss's index replaces nothing by key")

    def add(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        self._index.add(np.ascontiguousarray(vectors))
        self._keys.extend(keys)

    def build(self) -> None:
        faiss.write_index(self._index, str(self._index_path))
        self._keys_path.write_text(json.dumps(self._keys))

    def flush(self) -> None:
        """Nothing is kept before the index is written."""

    def renew(self) -> None:
        """There is none."""

    def settle(self) -> None:
        """Nothing goes on."""

    def tune(self, effort: Effort) -> None:
        """Nothing to try harder at."""

    def query(self, vector: Vector, k: int, where: Where | None) -> list[str]:
        _, found = self._index.search(vector[None], k)
        return [self._keys[number] for number in found[0].tolist()]

    def processes(self) -> list[int]:
        return []

    def close(self) -> None:
        del self._index
