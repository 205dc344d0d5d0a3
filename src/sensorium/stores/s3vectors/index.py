"""One index of S3 Vectors behind the protocol of stores."""

from __future__ import annotations

import threading
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

from sensorium.errors import Invalid, NotFound
from sensorium.filter import Filter, matches
from sensorium.stores import names
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.chunks import checked_chunks
from sensorium.stores.records import check_filter, check_query, check_scan
from sensorium.stores.s3vectors import describe, questions, records
from sensorium.stores.s3vectors.order import SEGMENTS, KeyOrder
from sensorium.stores.s3vectors.service import Answer, Service
from sensorium.types import Hit, Record
from sensorium.wire import s3vectors as wire

LIST_KEYS = 1000
"""Keys that one ListVectors gives at most."""


class S3VectorsIndex:
    """An index of the service. What it is (``spec``) was read when it was opened; records are always read anew."""

    def __init__(self, service: Service, spec: IndexSpec, arn: str) -> None:
        self._service = service
        self._spec = spec
        self._arn = arn
        self._place = {"vectorBucketName": spec.bucket, "indexName": spec.name}
        self._lock = threading.Lock()
        self._order = KeyOrder(self._keys)

    @property
    def spec(self) -> IndexSpec:
        return self._spec

    def put(self, records_: Iterable[Record]) -> int:
        """As the protocol; a chunk that is too large for one call goes in several, each of them all or nothing."""
        stored = 0
        for chunk in checked_chunks(records_, self._spec):
            for part in records.parts(chunk.records()):
                try:
                    with self._there():
                        self._service.put(self._place, part)
                except Invalid as error:
                    message = f"{error.message}; {stored} records of this call were stored before"
                    raise Invalid(message, code=error.code, path=error.path) from error
                finally:
                    self._order.forget()
                stored += len(part)
        return stored

    def get(self, keys: Sequence[str]) -> list[Record]:
        wanted = [key for key in keys if records.sendable(key)]
        found: dict[str, Record] = {}
        for part in _split(list(dict.fromkeys(wanted)), wire.MAX_GET):
            answer = self._call("get_vectors", keys=part, returnData=True, returnMetadata=True)
            found.update((entry["key"], wire.stored_record(entry)) for entry in answer["vectors"])
        return [found[key] for key in wanted if key in found]

    def delete(self, keys: Iterable[str]) -> int:
        """As the protocol; how many there were is asked before, since the service does not say."""
        removed = 0
        for part in _split([key for key in dict.fromkeys(keys) if records.sendable(key)], wire.MAX_PUT):
            for few in _split(part, wire.MAX_GET):
                removed += len(self._call("get_vectors", keys=few)["vectors"])
            self._call("delete_vectors", keys=part)
        return removed

    def query(self, query: Query) -> list[Hit]:
        query = check_query(query, self._spec)
        with self._there():
            entries = [
                entry
                for page in self._service.pages("query_vectors", **self._place, **questions.members(query))
                for entry in page["vectors"]
            ]
        return questions.hits(query, entries)

    def scan(self, after: str | None, limit: int, part: tuple[int, int] = (0, 1)) -> list[Record]:
        """As the protocol. The service lists keys in no order, so they are listed to the end and sorted in memory.

        A scan that goes on where the last one ended does not list them again for some minutes; records that another
        client puts in the meantime may be missed by it.
        """
        part = check_scan(limit, part)
        found: list[Record] = []
        for keys in self._order.after(after, limit, part):
            found.extend(self.get(keys))
            if len(found) >= limit:
                break
        return found[:limit]

    def count(self, filter: Filter | None = None) -> int:
        """As the protocol; the service has no call for it, so all records are listed."""
        check_filter(filter, self._spec)
        return sum(
            filter is None or matches(filter, entry.get("metadata") or {})
            for page in self._pages(LIST_KEYS, returnMetadata=filter is not None)
            for entry in page["vectors"]
        )

    def configure(self, text_keys: Sequence[TextKey]) -> None:
        """As the protocol; the service builds what it needs in the background."""
        wanted = names.check_text_keys(text_keys)
        have = self._read().text_keys
        gone = [key for key in have if key not in wanted]
        new = [key for key in wanted if key not in have]
        if gone:
            deleted = {"textSearchConfigurations": [{"metadataKey": key.key} for key in gone]}
            self._call("update_metadata_configuration", delete=deleted)
        if new:
            self._call("update_metadata_configuration", add=describe.text_searches(new))
        self._read()

    def stamp(self, model: str) -> None:
        names.check_model(model)
        spec = self._read()
        if spec.model not in (None, model):
            raise names.other_model(spec, model)
        if spec.model is None:
            self._service.call("tag_resource", resourceArn=self._arn, tags={wire.MODEL_TAG: model})
            with self._lock:
                self._spec = replace(spec, model=model)

    def _read(self) -> IndexSpec:
        """The specification as it is now."""
        with self._there():
            spec, _ = describe.read(self._service, self._spec.bucket, self._spec.name)
        with self._lock:
            self._spec = spec
        return spec

    def _keys(self, part: tuple[int, int]) -> Iterator[list[str]]:
        """The keys of a part, page by page in no order."""
        share, shares = part
        segment = {"segmentCount": shares, "segmentIndex": share} if 1 < shares <= SEGMENTS else {}
        for page in self._pages(LIST_KEYS, **segment):
            yield [entry["key"] for entry in page["vectors"]]

    def _pages(self, size: int, **members: Any) -> Iterator[Answer]:
        with self._there():
            yield from self._service.pages("list_vectors", **self._place, maxResults=size, **members)

    def _call(self, operation: str, **members: Any) -> Answer:
        with self._there():
            return self._service.call(operation, **self._place, **members)

    @contextmanager
    def _there(self) -> Iterator[None]:
        """The service's NotFound with the names of the index."""
        try:
            yield
        except NotFound as error:
            raise names.no_index(self._spec.bucket, self._spec.name) from error


def _split(keys: list[str], size: int) -> Iterator[list[str]]:
    for start in range(0, len(keys), size):
        yield keys[start : start + size]
