"""The reference store: buckets of indexes in memory, exact, and simple enough to be believed.

Filters are :func:`sensorium.filter.matches` itself and distances are summed in float64. Nothing outlives the process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from zlib import crc32

import numpy as np

from sensorium.errors import Unsupported
from sensorium.filter import Filter, matches
from sensorium.stores import names
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.distances import exact_distances
from sensorium.stores.records import check_filter, check_query, check_scan, checked_chunks
from sensorium.types import Hit, Matrix, Metadata, MetadataValue, Record, as_matrix


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What an index held at one moment, in the order of keys: never changed, so that a reader needs no lock."""

    records: list[Record]
    matrix: Matrix
    """The vectors, ``(n, dim)``."""


class MemoryIndex:
    """One index of a :class:`MemoryStore`."""

    def __init__(self, spec: IndexSpec) -> None:
        self._spec = spec
        self._records: dict[str, Record] = {}
        self._snapshot: _Snapshot | None = None
        self._lock = threading.Lock()
        self._dropped = False

    @property
    def spec(self) -> IndexSpec:
        return self._spec

    def put(self, records: Iterable[Record]) -> int:
        stored = 0
        for chunk in checked_chunks(records, self._spec):
            with self._lock:
                self._changing().update(chunk)
            stored += len(chunk)
        return stored

    def get(self, keys: Sequence[str]) -> list[Record]:
        with self._lock:
            records = self._live()
            return [_copy(records[key]) for key in keys if key in records]

    def delete(self, keys: Iterable[str]) -> int:
        doomed = list(keys)
        with self._lock:
            records = self._changing()
            return sum(records.pop(key, None) is not None for key in doomed)

    def query(self, query: Query) -> list[Hit]:
        query = check_query(query, self._spec)
        if query.texts or query.vector is None:
            raise Unsupported("The memory store has no text search; query it by vector", code="no_text_search")
        snapshot = self._read()
        records, matrix = snapshot.records, snapshot.matrix
        if query.filter is not None:
            rows = [row for row, record in enumerate(records) if matches(query.filter, record.metadata)]
            records, matrix = [records[row] for row in rows], matrix[rows]
        distances = exact_distances(matrix, query.vector, self._spec.metric)
        nearest = np.argsort(distances, kind="stable")[: query.k]  # stable over rows in key order: ties go by key
        return [
            Hit(records[row].key, float(distances[row]), _own(records[row].metadata) if query.with_metadata else {})
            for row in nearest
            if query.max_distance is None or distances[row] <= query.max_distance
        ]

    def scan(self, after: str | None, limit: int, part: tuple[int, int] = (0, 1)) -> list[Record]:
        share, shares = check_scan(limit, part)
        found: list[Record] = []
        for record in self._read().records:
            if (after is None or record.key > after) and crc32(record.key.encode()) % shares == share:
                found.append(_copy(record))
                if len(found) == limit:
                    break
        return found

    def count(self, filter: Filter | None = None) -> int:
        check_filter(filter, self._spec)
        records = self._read().records
        return len(records) if filter is None else sum(matches(filter, record.metadata) for record in records)

    def configure(self, text_keys: Sequence[TextKey]) -> None:
        checked = names.check_text_keys(text_keys)
        with self._lock:
            self._live()
            self._spec = replace(self._spec, text_keys=checked)

    def stamp(self, model: str) -> None:
        names.check_model(model)
        with self._lock:
            self._live()
            if self._spec.model not in (None, model):
                raise names.other_model(self._spec, model)
            self._spec = replace(self._spec, model=model)

    def drop(self) -> None:
        """Let everything go, and refuse every later call on this index."""
        with self._lock:
            self._changing().clear()
            self._dropped = True

    def _read(self) -> _Snapshot:
        with self._lock:
            records = self._live()
            if self._snapshot is None:
                ordered = [records[key] for key in sorted(records)]
                self._snapshot = _Snapshot(ordered, as_matrix([record.vector for record in ordered], self._spec.dim))
            return self._snapshot

    def _changing(self) -> dict[str, Record]:
        records = self._live()
        self._snapshot = None
        return records

    def _live(self) -> dict[str, Record]:
        if self._dropped:
            raise names.no_index(self._spec.bucket, self._spec.name)
        return self._records


class MemoryStore:
    """Buckets of indexes in memory; thread-safe."""

    def __init__(self) -> None:
        self._buckets: dict[str, dict[str, MemoryIndex]] = {}
        self._lock = threading.Lock()

    def buckets(self) -> list[str]:
        with self._lock:
            return sorted(self._buckets)

    def create_bucket(self, name: str) -> None:
        names.check_bucket(name)
        with self._lock:
            if name in self._buckets:
                raise names.bucket_exists(name)
            self._buckets[name] = {}

    def drop_bucket(self, name: str) -> None:
        with self._lock:
            if held := len(self._bucket(name)):
                raise names.bucket_not_empty(name, held)
            del self._buckets[name]

    def create(self, spec: IndexSpec) -> MemoryIndex:
        spec = replace(names.check_spec(spec), created_s=time.time())
        with self._lock:
            bucket = self._bucket(spec.bucket)
            if spec.name in bucket:
                raise names.index_exists(spec.bucket, spec.name)
            index = bucket[spec.name] = MemoryIndex(spec)
            return index

    def open(self, bucket: str, name: str) -> MemoryIndex:
        with self._lock:
            return self._index(bucket, name)

    def indexes(self, bucket: str) -> list[IndexSpec]:
        with self._lock:
            return [index.spec for _, index in sorted(self._bucket(bucket).items())]

    def drop(self, bucket: str, name: str) -> None:
        with self._lock:
            self._index(bucket, name).drop()
            del self._buckets[bucket][name]

    def close(self) -> None:
        """Nothing to let go of."""

    def _bucket(self, name: str) -> dict[str, MemoryIndex]:
        if name not in self._buckets:
            raise names.no_bucket(name)
        return self._buckets[name]

    def _index(self, bucket: str, name: str) -> MemoryIndex:
        indexes = self._bucket(bucket)
        if name not in indexes:
            raise names.no_index(bucket, name)
        return indexes[name]


def _copy(record: Record) -> Record:
    """What a caller may keep and change; the vector is read-only already."""
    return Record(record.key, record.vector, _own(record.metadata))


def _own(metadata: Metadata) -> dict[str, MetadataValue]:
    return {key: list(value) if isinstance(value, list) else value for key, value in metadata.items()}
