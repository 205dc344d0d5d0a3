"""The contract of a store: what an index is, what a query asks, and the two protocols."""

from __future__ import annotations

import enum
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol, runtime_checkable

from sensorium.filter import Filter
from sensorium.types import Hit, Metric, Record, Vector

if TYPE_CHECKING:
    from sensorium.stores.embedded.plan import Explanation

DEFAULT_BUCKET = "default"
MAX_DIM = 4096
MAX_KEY_BYTES = 1024
MAX_TOP_K = 10_000
MAX_TEXT_KEYS = 10
"""Metadata keys that an index searches as text, and texts of one query."""
MAX_TEXT_CHARS = 1024
"""Characters of one text of a query."""


class Language(enum.StrEnum):
    """Whose words a text's words are taken for: the ten of S3 Vectors, by their ISO 639-1 codes."""

    ENGLISH = "en"
    FRENCH = "fr"
    SPANISH = "es"
    PORTUGUESE = "pt"
    ITALIAN = "it"
    GERMAN = "de"
    DUTCH = "nl"
    CHINESE = "zh"
    JAPANESE = "ja"
    KOREAN = "ko"


@dataclass(frozen=True, slots=True)
class TextKey:
    """A metadata key to search as text, and the language of its words; None takes them as they are written."""

    key: str
    language: Language | None = None


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
    text_keys: tuple[TextKey, ...] = ()
    """The metadata keys that are searchable as text, non-filterable ones too; none twice."""
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
    """Pairs of (metadata key, words) for BM25, no key twice; a store without text search refuses them with Unsupported.

    Texts alone rank by the sum of their BM25 scores and find only what holds one of their words; with a vector, each
    text is a ranking beside the vector's and reciprocal rank fusion makes one of them.
    """
    filter: Filter | None = None
    max_distance: float | None = None
    """Leave out what is farther than this; nothing where there is no vector."""
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

    def configure(self, text_keys: Sequence[TextKey]) -> None:
        """Make these metadata keys, and no others, searchable as text; done for all records on return.

        A key that keeps its language keeps what was built for it.
        """
        ...

    def stamp(self, model: str) -> None:
        """Write the model stamp on an index that has none; Conflict where it has another."""
        ...


@runtime_checkable
class Explains(Protocol):
    """An index that can say how it answers."""

    def explain(self, query: Query) -> tuple[list[Hit], Explanation]:
        """The hits of a query, and how they were found."""
        ...


@runtime_checkable
class Optimises(Protocol):
    """An index that keeps what makes searches fast up to date, beside reads and writes or when it is asked to."""

    def optimise(self, progress: Callable[[int, int], None] | None = None, due_only: bool = False) -> bool:
        """Bring it up to date now; whether there was anything to do. No record depends on it.

        ``progress`` is told how many of how many steps are done, 0 of 0 while another process is at it and is waited
        for, and may raise to stop: what there was stays. ``due_only``: leave a few records to a later time.
        """
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
