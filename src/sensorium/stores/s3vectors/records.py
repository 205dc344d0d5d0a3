"""Records as the JSON that PutVectors takes, split so that every call is within its limits."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from sensorium.filter import number
from sensorium.stores.base import MAX_KEY_BYTES
from sensorium.types import Metadata, MetadataValue, Record

MAX_BODY = 20 * 1024 * 1024
"""Bytes that a PutVectors may have."""
ENVELOPE = 1024
"""Bytes of it that are not records, at most."""
_WIDEST = 2**63


def parts(records: Iterable[Record]) -> Iterator[list[bytes]]:
    """The records as JSON, in order, in parts that each fit one call: 500 of 3,072 dimensions do not."""
    part: list[bytes] = []
    size = ENVELOPE
    for record in records:
        data = encoded(record)
        if part and size + len(data) + 1 > MAX_BODY:
            yield part
            part, size = [], ENVELOPE
        part.append(data)
        size += len(data) + 1
    if part:
        yield part


def encoded(record: Record) -> bytes:
    """One entry of ``vectors``; float32 values with the fewest digits that say them."""
    import orjson  # of the extra `aws`, without which nobody comes here

    entry = {"key": record.key, "data": {"float32": record.vector}, "metadata": plain(record.metadata)}
    return orjson.dumps(entry, option=orjson.OPT_SERIALIZE_NUMPY)


def plain(metadata: Metadata) -> dict[str, MetadataValue]:
    """Metadata whose whole numbers fit 64 bits or are floats, which is what JSON's readers make of larger ones."""
    return {
        key: [_narrow(one) for one in value]
        if isinstance(value, list)
        else value
        if isinstance(value, bool)
        else _narrow(value)
        for key, value in metadata.items()
    }


def sendable(key: str) -> bool:
    """Whether a record may have that key; the service refuses to be asked for others."""
    try:
        return 1 <= len(key.encode()) <= MAX_KEY_BYTES
    except UnicodeEncodeError:
        return False


def _narrow(value: str | int | float) -> str | int | float:
    return number(value) if isinstance(value, int) and not -_WIDEST <= value < _WIDEST else value
