"""The one row of ``state``: what an index is and how far it has come, under a checksum of its own."""

from __future__ import annotations

import json
import sqlite3
import struct
from pathlib import Path
from typing import NamedTuple
from zlib import crc32

from sensorium.stores.base import IndexSpec, Language, TextKey
from sensorium.stores.embedded.faults import damaged
from sensorium.types import Metric

_NUMBERS = struct.Struct("<6q")
_COLUMNS = "seq, generation, slots, records, deaths, dropped, owner, spec, state_check"


class StateRow(NamedTuple):
    """The row's columns, as :mod:`~sensorium.stores.embedded.schema` explains them, but for the checksum."""

    seq: int
    generation: int
    slots: int
    records: int
    deaths: int
    dropped: int
    owner: bytes
    spec: bytes

    @classmethod
    def read(cls, connection: sqlite3.Connection, path: Path) -> StateRow:
        """The row as the connection sees it; Corrupt where it is missing or fails its checksum."""
        found = connection.execute(f"SELECT {_COLUMNS} FROM state WHERE one = 1").fetchone()
        if found is None:
            raise damaged(path, "its state row is missing")
        row = cls(*found[:-1])
        try:
            sound = found[-1] == row.checksum()
        except (TypeError, struct.error):
            sound = False
        if not sound:
            raise damaged(path, "its state row fails its checksum")
        return row

    def write(self, connection: sqlite3.Connection) -> None:
        """Put the row in place of the one that is there, or into an empty table."""
        values = (*self[:-1], self.spec.decode(), self.checksum())
        connection.execute(f"INSERT OR REPLACE INTO state (one, {_COLUMNS}) VALUES (1{', ?' * len(values)})", values)

    def checksum(self) -> int:
        return crc32(self.spec, crc32(self.owner, crc32(_NUMBERS.pack(*self[:6]))))


def spec_text(spec: IndexSpec) -> bytes:
    """A specification as the ``state`` row keeps it."""
    return json.dumps(
        {
            "bucket": spec.bucket,
            "name": spec.name,
            "dim": spec.dim,
            "metric": spec.metric.value,
            "non_filterable": sorted(spec.non_filterable),
            "text_keys": [[one.key, one.language] for one in spec.text_keys],
            "model": spec.model,
            "created_s": spec.created_s,
        },
        ensure_ascii=False,
    ).encode()


def spec_of(text: bytes) -> IndexSpec:
    """The inverse of :func:`spec_text`."""
    fields = json.loads(text)
    return IndexSpec(
        bucket=fields["bucket"],
        name=fields["name"],
        dim=fields["dim"],
        metric=Metric(fields["metric"]),
        non_filterable=frozenset(fields["non_filterable"]),
        text_keys=tuple(_text_key(one) for one in fields["text_keys"]),
        model=fields["model"],
        created_s=fields["created_s"],
    )


def _text_key(kept: str | list[str | None]) -> TextKey:
    """A text key as it is kept: ``[key, language]``, or the key alone as the first format had it."""
    key, language = (kept, None) if isinstance(kept, str) else kept
    return TextKey(str(key), None if language is None else Language(language))
