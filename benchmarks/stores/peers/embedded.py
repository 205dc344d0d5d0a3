"""Sensorium's embedded store, by its public API."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from benchmarks.stores.peer import Effort, Where
from sensorium.filter import parse
from sensorium.stores.base import IndexSpec, Query
from sensorium.stores.embedded import EmbeddedStore
from sensorium.types import Matrix, Metadata, Record, Vector


class Embedded:
    """It chooses by itself how hard to try; the two efforts are what a hit carries."""

    efforts: Sequence[Effort] = [{"with_metadata": 0}, {"with_metadata": 1}]

    def __init__(self, folder: Path, dim: int, rows: int) -> None:
        self._folder = folder
        self._dim = dim
        self._with_metadata = False

    def create(self) -> None:
        self._store = EmbeddedStore(self._folder)
        self._store.create_bucket("default")
        self._index = self._store.create(IndexSpec("default", "items", self._dim))

    def open(self) -> None:
        self._store = EmbeddedStore(self._folder)
        self._index = self._store.open("default", "items")

    def put(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        self._index.put(map(Record, keys, vectors, metadata))

    def add(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        self.put(keys, vectors, metadata)

    def build(self) -> None:
        optimise = getattr(self._index, "optimise", None)
        if optimise is not None:
            optimise()

    def flush(self) -> None:
        """A put has done it."""

    def settle(self) -> None:
        pass

    def tune(self, effort: Effort) -> None:
        self._with_metadata = bool(effort["with_metadata"])

    def query(self, vector: Vector, k: int, where: Where | None) -> list[str]:
        filter = parse(where) if where is not None else None
        query = Query(k, vector, filter=filter, with_metadata=self._with_metadata)
        return [hit.key for hit in self._index.query(query)]

    def processes(self) -> list[int]:
        return []

    def close(self) -> None:
        self._store.close()
