"""What every store that is compared has to do, and nothing else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

from sensorium.types import Matrix, Metadata, Vector

Effort = Mapping[str, int]
"""How hard a search tries: the peer's own parameters by name."""
Where = Mapping[str, Mapping[str, int | list[int]]]
"""A filter in the grammar of S3 Vectors, of the forms that every peer knows: ``{"field": {"$lt": 5}}`` and ``$in``."""


class Peer(Protocol):
    """One store in a folder of its own, asked from one process. Vectors have unit length; the metric is cosine."""

    efforts: Sequence[Effort]
    """From the cheapest to the dearest; the benchmark takes the first that finds enough."""

    def create(self) -> None:
        """Make the store where there is none, and open it."""
        ...

    def open(self) -> None: ...

    def put(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        """Insert or replace by key; as durable on return as the store makes it."""
        ...

    def flush(self) -> None:
        """Bring to the disk what was put, where the store leaves that to the operating system."""
        ...

    def add(self, keys: Sequence[str], vectors: Matrix, metadata: Sequence[Metadata]) -> None:
        """The fastest way in for keys that are new."""
        ...

    def build(self) -> None:
        """Make whatever index a query wants, and wait for it."""
        ...

    def renew(self) -> None:
        """Make that index anew beside queries, and wait for it."""
        ...

    def settle(self) -> None:
        """Wait for what the store does by itself in the background."""
        ...

    def tune(self, effort: Effort) -> None:
        """Let every later query try so hard."""
        ...

    def query(self, vector: Vector, k: int, where: Where | None) -> list[str]:
        """The keys of the nearest, nearest first. Thread-safe."""
        ...

    def processes(self) -> list[int]:
        """Other processes that belong to the store."""
        ...

    def close(self) -> None: ...


class Maker(Protocol):
    """How a peer is made: in ``folder``, which exists, for vectors of ``dim``; ``rows`` is how many there will be."""

    def __call__(self, folder: Path, dim: int, rows: int) -> Peer: ...
