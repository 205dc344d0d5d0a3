"""The contract of a store: what an index is, what a query asks, and the two protocols."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Protocol, runtime_checkable

from sensorium.filter import Filter
from sensorium.types import Hit, Metric, Record, Vector

DEFAULT_BUCKET = "default"
MAX_DIM = 4096
MAX_KEY_BYTES = 1024
MAX_TOP_K = 10_000


@dataclass(frozen=True, slots=True)
class IndexSpec:
    """What an index is; fixed at creation but for ``text_keys``.

    Names follow S3 Vectors: 3..63 of a-z, 0-9 and hyphen (an index also dot), ends alphanumeric.
    """

    bucket: str
    name: str
    dim: int
    metric: Metric = Metric.COSINE
    non_filterable: frozenset[str] = frozenset()
    text_keys: tuple[str, ...] = ()
    model: str | None = None
    """``id@revision`` of the model whose vectors it holds; None when nobody has said."""
    created_s: float = 0.0
    """Seconds since the epoch; the store fills it in at creation."""


@dataclass(frozen=True, slots=True)
class Query:
    """What to look for: a vector and/or texts by metadata key; the filter applies before k; ties are ordered by key."""

    k: int
    vector: Vector | None = None
    texts: tuple[tuple[str, str], ...] = ()
    """Pairs of (metadata key, words) for BM25; a store without text search refuses them with Unsupported."""
    filter: Filter | None = None
    max_distance: float | None = None
    """Leave out hits farther than this."""
    with_metadata: bool = True


@runtime_checkable
class Index(Protocol):
    """Records under keys. Thread-safe; several processes may share the durable ones."""

    @property
    def spec(self) -> IndexSpec: ...

    def put(self, records: Iterable[Record]) -> int:
        """Insert or replace by key, durable on return; returns how many were stored.

        All or nothing per chunk of the store's max batch (500), in order; an Invalid names the record and its
        message says how many were stored before. Of equal keys in one call the last wins.
        """
        ...

    def get(self, keys: Sequence[str]) -> list[Record]:
        """The records of those keys that exist, in the order asked."""
        ...

    def delete(self, keys: Iterable[str]) -> int:
        """Remove those that exist, durable on return; absent keys are fine. Returns how many were removed."""
        ...

    def query(self, query: Query) -> list[Hit]:
        """At most k hits, nearest first, ties by key."""
        ...

    def scan(self, after: str | None, limit: int, part: tuple[int, int] = (0, 1)) -> list[Record]:
        """Up to ``limit`` records in key order, keys above ``after``; ``part`` (i, n): share i of n disjoint ones."""
        ...

    def count(self, filter: Filter | None = None) -> int:
        """How many records there are, or match the filter."""
        ...

    def configure(self, text_keys: Sequence[str]) -> None:
        """Change which metadata keys are searchable as text."""
        ...

    def stamp(self, model: str) -> None:
        """Write the model stamp on an index that has none; Conflict where it has another."""
        ...


@runtime_checkable
class Store(Protocol):
    """Buckets of indexes."""

    def buckets(self) -> list[str]: ...
    def create_bucket(self, name: str) -> None: ...
    def drop_bucket(self, name: str) -> None:
        """Conflict unless it is empty."""
        ...

    def create(self, spec: IndexSpec) -> Index:
        """Conflict where the name is taken; NotFound where the bucket is."""
        ...

    def open(self, bucket: str, name: str) -> Index: ...
    def indexes(self, bucket: str) -> list[IndexSpec]: ...
    def drop(self, bucket: str, name: str) -> None: ...
    def close(self) -> None: ...
