"""Sensorium's embedded store, by its public API."""

from __future__ import annotations

import threading
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.stores.peer import Effort, Where
from sensorium.filter import parse
from sensorium.stores.base import IndexSpec, Query
from sensorium.stores.embedded import EmbeddedStore
from sensorium.stores.embedded.verify import Part
from sensorium.types import Matrix, Metadata, Record, Vector

TICK_S, QUIET = 0.05, 4
"""How often to look whether work goes on in the background, and how often there has to be none."""


class Embedded:
    """It chooses by itself how hard to try; an effort says what a hit carries."""

    efforts: Sequence[Effort] = [{"with_metadata": 0}]

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
        self._index.optimise()

    def flush(self) -> None:
        """A put has done it."""

    def renew(self) -> None:
        self._index.rebuild(Part.INVERTED)

    def settle(self) -> None:
        """It has a thread that renews the index beside reads and writes, and ends when nothing is due."""
        quiet = 0
        while quiet < QUIET:
            time.sleep(TICK_S)
            quiet = 0 if any(thread.name == "sensorium upkeep" for thread in threading.enumerate()) else quiet + 1

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
