"""LanceDB: one table; an IVF index of the vectors, B-trees on what is filtered by."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from math import isqrt
from pathlib import Path

import lancedb
import numpy as np
import pyarrow as pa
from lancedb.index import BTree, HnswSq, IvfPq, IvfRq

from benchmarks.stores.memory import flush
from benchmarks.stores.peer import Effort, Where
from benchmarks.stores.sql import condition
from sensorium.types import Matrix, Metadata, Vector

WAIT = timedelta(hours=3)


class Lance:
    def __init__(self, config: HnswSq | IvfPq | IvfRq, efforts: Sequence[Effort], folder: Path, dim: int) -> None:
        self.efforts = efforts
        self._config = config
        self._folder = folder
        self._dim = dim
        self._effort: Effort = efforts[0]

    def create(self) -> None:
        self._connection = lancedb.connect(self._folder)

    def open(self) -> None:
        self.create()
        self._table = self._connection.open_table("items")

    def add(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        rows = self._rows(keys, vectors, metadata)
        if hasattr(self, "_table"):
            self._table.add(rows)
        else:
            self._table = self._connection.create_table("items", rows)

    def put(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        merge = self._table.merge_insert("key").when_matched_update_all().when_not_matched_insert_all()
        merge.execute(self._rows(keys, vectors, metadata))

    def build(self) -> None:
        self._table.create_index("vector", config=self._config, wait_timeout=WAIT)
        for name in ("key", "draw", "bucket"):
            self._table.create_index(name, config=BTree(), wait_timeout=WAIT)
        self._table.optimize()

    def flush(self) -> None:
        """It flushes nothing (seen with strace): what a batch wrote would be gone with the power."""
        flush(self._folder)

    def renew(self) -> None:
        """A new one takes the place of the old."""
        self.build()

    def settle(self) -> None:
        """Nothing goes on."""

    def tune(self, effort: Effort) -> None:
        self._effort = effort

    def query(self, vector: Vector, k: int, where: Where | None) -> list[str]:
        search = self._table.search(vector).distance_type("cosine").limit(k).select(["key", "_distance"])
        effort = self._effort
        search = search.nprobes(effort["nprobes"]).refine_factor(effort["refine_factor"])
        if "ef" in effort:
            search = search.ef(max(effort["ef"], k * effort["refine_factor"]))
        if where is not None:
            search = search.where(condition(where), prefilter=True)
        found: list[str] = search.to_arrow()["key"].to_pylist()
        return found

    def processes(self) -> list[int]:
        return []

    def close(self) -> None:
        del self._table, self._connection

    def _rows(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> pa.Table:
        flat = pa.array(np.ascontiguousarray(vectors).reshape(-1))
        columns = {"key": pa.array(keys), "vector": pa.FixedSizeListArray.from_arrays(flat, self._dim)}
        for name in metadata[0]:
            columns[name] = pa.array([one[name] for one in metadata])
        return pa.table(columns)


def hnsw(folder: Path, dim: int, rows: int) -> Lance:
    """One graph, as its documentation advises for most tables."""
    efforts = [
        {"nprobes": 1, "ef": ef, "refine_factor": refine}
        for ef, refine in ((20, 1), (30, 2), (60, 3), (100, 4), (150, 5), (250, 5), (400, 8), (800, 10))
    ]
    return Lance(HnswSq("cosine", num_partitions=1, m=20, ef_construction=300), efforts, folder, dim)


def product(folder: Path, dim: int, rows: int) -> Lance:
    """A code of one byte for eight dimensions (its default of sixteen needs more refining than that saves)."""
    return Lance(IvfPq("cosine", num_partitions=isqrt(rows), num_sub_vectors=dim // 8), _probes(), folder, dim)


def rabit(folder: Path, dim: int, rows: int) -> Lance:
    return Lance(IvfRq("cosine", num_partitions=isqrt(rows), num_bits=1), _probes(), folder, dim)


def _probes() -> list[Effort]:
    pairs = ((5, 5), (10, 10), (20, 10), (20, 20), (40, 20), (60, 30), (100, 40), (200, 60), (400, 100))
    return [{"nprobes": probes, "refine_factor": refine} for probes, refine in pairs]
