"""The reference store: buckets of indexes in memory, exact, and simple enough to be believed.

Filters are :func:`sensorium.filter.matches` itself and distances are summed in float64. Nothing outlives the process.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from zlib import crc32

import numpy as np

from sensorium.filter import Filter, matches
from sensorium.fusion import ranking_depth, reciprocal_ranks
from sensorium.stores import names
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.chunks import checked_chunks
from sensorium.stores.distances import exact_distances
from sensorium.stores.memorytexts import Texts
from sensorium.stores.records import check_filter, check_query, check_scan
from sensorium.types import Hit, Matrix, Metadata, MetadataValue, Metric, Record, Scores, Vector, as_matrix


@dataclass(frozen=True, slots=True)
class _Snapshot:
    """What an index held at one moment, in the order of keys: never changed, so that a reader needs no lock."""

    records: list[Record]
    matrix: Matrix
    """The vectors, ``(n, dim)``."""
    texts: dict[TextKey, Texts] = field(default_factory=dict)
    """Filled when they are asked for."""

    def scores(self, text_key: TextKey, words: str) -> dict[int, float]:
        """BM25 by place, of the records that hold one of the words."""
        if text_key not in self.texts:
            self.texts[text_key] = Texts(self.records, text_key)
        return self.texts[text_key].scores(words)


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
                self._changing().update({record.key: record for record in chunk.records()})
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
        spec = self._spec
        query = check_query(query, spec)
        text_keys = {one.key: one for one in spec.text_keys}
        snapshot = self._read()
        records = snapshot.records
        places = [
            place
            for place, record in enumerate(records)
            if query.filter is None or matches(query.filter, record.metadata)
        ]
        distances: dict[int, float] = {}
        if query.vector is not None:
            distances = _distances(snapshot.matrix, places, query.vector, spec.metric)
            if query.max_distance is not None:
                most = np.float32(query.max_distance)
                distances = {place: far for place, far in distances.items() if far <= most}
                places = list(distances)
        kept = set(places)
        scores: dict[str, dict[int, float]] = {}
        for key, words in query.texts:
            found = snapshot.scores(text_keys[key], words)
            scores[key] = {place: score for place, score in found.items() if place in kept}
        best, fused = _ranked(query, distances, scores)
        return [
            Hit(
                records[place].key,
                distances.get(place),
                _own(records[place].metadata) if query.with_metadata else {},
                _scores(place, fused, scores) if query.texts else None,
            )
            for place in best
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


def _distances(matrix: Matrix, places: list[int], vector: Vector, metric: Metric) -> dict[int, float]:
    return dict(zip(places, exact_distances(matrix[places], vector, metric).tolist(), strict=True))


def _ranked(
    query: Query, distances: dict[int, float], scores: dict[str, dict[int, float]]
) -> tuple[list[int], dict[int, float]]:
    """The places of the best k, best first, and the fused scores of a query by vector and texts.

    Places are in the order of keys, so that the sorts, which are stable, leave ties in it.
    """
    if query.vector is None:
        totals = {
            place: sum(found.get(place, 0.0) for found in scores.values()) for place in set().union(*scores.values())
        }
        return sorted(totals, key=lambda place: (-totals[place], place))[: query.k], {}
    nearest = sorted(distances, key=lambda place: (distances[place], place))
    if not query.texts:
        return nearest[: query.k], {}
    depth = ranking_depth(query.k)
    rankings = [nearest[:depth]]
    for found in scores.values():
        rankings.append(sorted(found, key=lambda place: (-found[place], place))[:depth])
    fused = dict(reciprocal_ranks(rankings))
    return sorted(fused, key=lambda place: (-fused[place], place))[: query.k], fused


def _scores(place: int, fused: dict[int, float], scores: dict[str, dict[int, float]]) -> Scores:
    return Scores(fused.get(place), {key: found[place] for key, found in scores.items() if place in found})
