"""Chroma: a persistent client, one collection with its HNSW index; telemetry off."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import chromadb
import numpy as np
from chromadb.config import Settings

from benchmarks.stores.peer import Effort, Where
from sensorium.types import Matrix, Metadata, Vector


class Chroma:
    """It keeps no vectors without its index, so that a put makes the graph as well."""

    efforts: Sequence[Effort] = [
        {"ef_search": ef}
        for ef in (10, 20, 40, 60, 80, 100, 120, 160, 200, 300, 400, 500, 600, 700, 850, 1000, 1200, 1500, 2000, 3000)
    ]

    def __init__(self, folder: Path, dim: int, rows: int) -> None:
        self._folder = folder
        self._effort: Effort = {}

    def create(self) -> None:
        self._connect()
        hnsw = {"space": "cosine", "ef_construction": 200, "max_neighbors": 16}
        self._items = self._client.create_collection("items", configuration={"hnsw": hnsw}, embedding_function=None)

    def open(self) -> None:
        self._connect()
        self._items = self._client.get_collection("items", embedding_function=None)

    def put(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        most = self._client.get_max_batch_size()
        for start in range(0, len(keys), most):
            part = slice(start, start + most)
            rows = np.ascontiguousarray(vectors[part])
            self._items.upsert(list(keys[part]), embeddings=rows, metadatas=[dict(one) for one in metadata[part]])

    def add(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        most = self._client.get_max_batch_size()
        for start in range(0, len(keys), most):
            part = slice(start, start + most)
            rows = np.ascontiguousarray(vectors[part])
            self._items.add(list(keys[part]), embeddings=rows, metadatas=[dict(one) for one in metadata[part]])

    def build(self) -> None:
        """Nothing: a put has done it."""

    def flush(self) -> None:
        """A put has done it."""

    def renew(self) -> None:
        """There is no other way than a new collection."""

    def settle(self) -> None:
        """Nothing goes on."""

    def tune(self, effort: Effort) -> None:
        """What is open keeps the effort that it was opened with (seen in its recall), so it is opened again."""
        if effort != self._effort:
            self._items.modify(configuration={"hnsw": dict(effort)})
            self.close()
            self.open()
            self._effort = effort

    def query(self, vector: Vector, k: int, where: Where | None) -> list[str]:
        condition = dict(where) if where else None
        found: list[str] = self._items.query(vector[None], n_results=k, where=condition, include=[])["ids"][0]
        return found

    def processes(self) -> list[int]:
        return []

    def close(self) -> None:
        self._client.close()

    def _connect(self) -> None:
        self._client = chromadb.PersistentClient(self._folder, Settings(anonymized_telemetry=False))
