"""A record as a row of the database: its text, and the checksums that tell one flipped byte.

``vector_check`` is the CRC-32 of the vector, ``row_check`` that of slot, key, metadata and ``vector_check``. So a hit's
row is verified without touching its vector, and CRC-32 misses no burst of up to 32 bits.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple, cast
from zlib import crc32

from sensorium.stores.embedded.faults import damaged
from sensorium.types import Matrix, Metadata, MetadataValue, Vector

COLUMNS = "slot, key, metadata, vector_check, row_check"
_HEAD = struct.Struct("<QIII")
_encode = json.JSONEncoder(ensure_ascii=False, allow_nan=False, separators=(",", ":")).encode
_BETWEEN = '},"",{'
"""Nowhere in metadata: they hold no objects, and inside a string the quotes would be escaped."""


class Row(NamedTuple):
    """One row of ``records`` as it is stored."""

    slot: int
    key: bytes
    metadata: bytes
    vector_check: int
    row_check: int

    def broken(self) -> bool:
        """Whether slot, key, metadata or checksums are not what was written."""
        try:
            return self.row_check != _row_check(self.slot, self.key, self.metadata, self.vector_check)
        except (TypeError, struct.error):  # a damaged row may hold values of any type
            return True

    def checked(self, path: Path) -> Row:
        """Itself, or Corrupt naming the record."""
        if self.broken():
            raise damaged(path, f"the record {shown(self.key)} in slot {self.slot} fails its checksum")
        return self

    def checked_vector(self, vector: Vector, path: Path) -> Vector:
        """The vector, or Corrupt naming the record; ``path`` is the slot file."""
        if vector_check(vector) != self.vector_check:
            raise damaged(path, f"the vector of the record {shown(self.key)} in slot {self.slot} fails its checksum")
        return vector

    def moved(self, slot: int) -> Row:
        """The same record in another slot."""
        return self._replace(slot=slot, row_check=_row_check(slot, self.key, self.metadata, self.vector_check))

    def text(self) -> str:
        return self.key.decode()

    def decoded(self) -> dict[str, MetadataValue]:
        return decoded(self.metadata)


def of(
    first: int, keys: Sequence[str], metadata: Sequence[Metadata], matrix: Matrix
) -> Iterator[tuple[int, str, str, int, int]]:
    """The values of :data:`COLUMNS` for records in the slots from ``first`` on; ``matrix`` is contiguous float32."""
    for slot, (key, text, vector) in enumerate(zip(keys, encoded_all(metadata), matrix, strict=True), start=first):
        check = vector_check(vector)
        yield slot, key, text, check, _row_check(slot, key.encode(), text.encode(), check)


def encoded_all(metadata: Sequence[Metadata]) -> list[str]:
    """Each as JSON, in half the time of one by one."""
    together = _encode([part for one in metadata for part in (one, "")])
    return [f"{{{text}}}" for text in together[2:-5].split(_BETWEEN)] if metadata else []


def decoded(metadata: bytes) -> dict[str, MetadataValue]:
    return cast(dict[str, MetadataValue], json.loads(metadata.decode()))  # of bytes it would guess the encoding first


def decoded_all(metadata: Sequence[bytes]) -> list[dict[str, MetadataValue]]:
    """The same of many checked rows, in a quarter of the time."""
    return cast(list[dict[str, MetadataValue]], json.loads(f"[{b','.join(metadata).decode()}]"))


def vector_check(vector: Vector) -> int:
    return crc32(vector.data)


def shown(key: object) -> str:
    """A key in a message, also one that is no longer UTF-8."""
    return repr(key.decode(errors="replace") if isinstance(key, bytes) else key)


def _row_check(slot: int, key: bytes, metadata: bytes, vector_check: int) -> int:
    return crc32(metadata, crc32(key, crc32(_HEAD.pack(slot, len(key), len(metadata), vector_check))))
