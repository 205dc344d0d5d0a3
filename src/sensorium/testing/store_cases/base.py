"""What the cases of the store contract stand on: fixtures, and short ways to make and name records."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any
from uuid import uuid4

import numpy as np
import pytest
from numpy.typing import ArrayLike

from sensorium.stores.base import Index, IndexSpec, Query, Store
from sensorium.types import Hit, Metadata, Metric, Record

MakeIndex = Callable[..., Index]


class StoreCases:
    """Fixtures and switches that every group of cases shares."""

    text_search = True
    """Whether the store answers queries with texts; one that does not must refuse them."""
    text_scores = True
    """Whether its terms and its BM25 are ours to the last digits; a service may have its own."""
    whole_chunks = True
    """Whether a reader never sees part of a chunk that is being put."""
    random_filters = 300
    """How many random filters are held against ``filter.matches``."""
    random_records = 120
    """Over how many records of random metadata."""
    random_operations = 500
    """How many random operations are done on an index and on a dictionary that must agree."""

    @pytest.fixture
    def store(self) -> Store:
        """The store under test: the subclass overrides this one."""
        pytest.fail("a subclass of StoreContract gives a fixture named 'store'")

    @pytest.fixture
    def bucket(self, store: Store) -> Iterator[str]:
        """A bucket of this test's own, removed with its indexes afterwards."""
        name = f"contract-{uuid4().hex[:12]}"
        store.create_bucket(name)
        yield name
        for spec in store.indexes(name):
            store.drop(name, spec.name)
        store.drop_bucket(name)

    @pytest.fixture
    def make_index(self, store: Store, bucket: str) -> MakeIndex:
        """``make_index(dim, metric, name=…, **fields of IndexSpec)`` creates an index in the test's bucket."""

        def make(dim: int = 3, metric: Metric = Metric.COSINE, name: str = "index", **fields: Any) -> Index:
            return store.create(IndexSpec(bucket, name, dim, metric, **fields))

        return make

    @pytest.fixture
    def index(self, make_index: MakeIndex) -> Index:
        """An empty index: cosine, three dimensions, ``hidden`` kept out of filters."""
        return make_index(non_filterable=frozenset({"hidden"}))


def record(key: str, vector: ArrayLike = (1, 0, 0), /, **metadata: Any) -> Record:
    """A record from plain numbers."""
    return Record(key, np.array(vector, np.float32), metadata)


def ask(vector: ArrayLike = (1, 0, 0), k: int = 10, **fields: Any) -> Query:
    """A query by a vector of plain numbers."""
    return Query(k, np.array(vector, np.float32), **fields)


def words(text: str, key: str = "text", k: int = 10, **fields: Any) -> Query:
    """A query by words alone."""
    return Query(k, texts=((key, text),), **fields)


def keys_of(found: Iterable[Record | Hit]) -> list[str]:
    """The keys of records or hits, in order."""
    return [one.key for one in found]


def everything(index: Index) -> dict[str, Record]:
    """All records by key, read by pages."""
    found: dict[str, Record] = {}
    after: str | None = None
    while page := index.scan(after, 100):
        found.update((one.key, one) for one in page)
        after = page[-1].key
    return found


def same_metadata(left: Metadata, right: Metadata) -> bool:
    """Equal with True, 1 and "1" apart, and whole numbers and their floats alike, as in JSON.

    Whole numbers beyond 64 bits are their nearest floats, which is what most readers of JSON make of them.
    """
    return list(map(_typed, sorted(left.items()))) == list(map(_typed, sorted(right.items())))


def _typed(item: tuple[str, object]) -> tuple[object, ...]:
    key, value = item
    kind = "list" if isinstance(value, list) else "bool" if isinstance(value, bool) else "other"
    return (key, kind, [_narrow(one) for one in value] if isinstance(value, list) else _narrow(value))


def _narrow(value: object) -> object:
    return float(value) if isinstance(value, int) and not -(2**63) <= value < 2**64 else value
