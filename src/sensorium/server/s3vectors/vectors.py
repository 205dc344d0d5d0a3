"""Vectors: put, got by key, listed and deleted."""

from __future__ import annotations

from typing import Any

from sensorium.server.s3vectors.limits import LIST_VECTORS_BYTES, LIST_VECTORS_PAGE, exceeded, refuse
from sensorium.server.s3vectors.token import Tokens, digest
from sensorium.server.s3vectors.visit import Visit
from sensorium.stores.records import metadata_bytes
from sensorium.types import Record
from sensorium.wire.s3vectors import put_record, stored_member


def put(visit: Visit) -> dict[str, Any]:
    """PutVectors: all or none, each replaced whole by key."""
    arn = visit.index()
    visit.allow(arn)
    index = visit.open(arn)
    records = [put_record(member, at) for at, member in enumerate(visit.members["vectors"])]
    if index.count() + len(records) > visit.limits.vectors:
        raise exceeded(f"You have reached the maximum number of vectors in an index ({visit.limits.vectors})")
    index.put(records)
    return {}


def get(visit: Visit) -> dict[str, Any]:
    """GetVectors: those of the keys that exist."""
    arn = visit.index()
    visit.allow(arn)
    members = visit.members
    found = visit.open(arn).get(list(dict.fromkeys(members["keys"])))
    with_data, with_metadata = members.get("returnData", False), members.get("returnMetadata", False)
    return {"vectors": [stored_member(record, with_data, with_metadata) for record in found]}


def delete(visit: Visit) -> dict[str, Any]:
    """DeleteVectors; absent keys are fine."""
    arn = visit.index()
    visit.allow(arn)
    visit.open(arn).delete(visit.members["keys"])
    return {}


def list_vectors(visit: Visit, tokens: Tokens) -> dict[str, Any]:
    """ListVectors, in key order; a page ends with ``maxResults`` or a megabyte."""
    arn = visit.index()
    members = visit.members
    with_data, with_metadata = members.get("returnData", False), members.get("returnMetadata", False)
    part = _part(members.get("segmentIndex"), members.get("segmentCount"))
    visit.allow(arn, *(("ListVectors", "GetVectors") if with_data or with_metadata else ("ListVectors",)))
    index = visit.open(arn)
    request = digest(b"vectors", str(arn).encode(), repr(part).encode())
    token = members.get("nextToken")
    after = None if token is None else tokens.open(request, token).decode()
    limit = members.get("maxResults", LIST_VECTORS_PAGE)
    read = index.scan(after, limit + 1, part)
    shown = _fitting(read[:limit])
    answer: dict[str, Any] = {"vectors": [stored_member(record, with_data, with_metadata) for record in shown]}
    if len(shown) < len(read):
        answer["nextToken"] = tokens.seal(request, shown[-1].key.encode())
    return answer


def _part(index: int | None, count: int | None) -> tuple[int, int]:
    if (index is None) != (count is None):
        raise refuse("segmentCount and segmentIndex must be specified together", "segmentIndex")
    if index is None or count is None:
        return (0, 1)
    if index >= count:
        raise refuse("segmentIndex must be less than segmentCount", "segmentIndex")
    return (index, count)


def _fitting(records: list[Record]) -> list[Record]:
    """As many from the start as a megabyte holds, one at least."""
    size = 0
    for at, record in enumerate(records):
        size += record.vector.nbytes + len(record.key.encode()) + metadata_bytes(record.metadata)
        if at and size > LIST_VECTORS_BYTES:
            return records[:at]
    return records
