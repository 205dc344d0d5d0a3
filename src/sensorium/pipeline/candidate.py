"""What may be indexed: a file, or an object in a bucket (``buckets``)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Protocol

from sensorium.errors import Unreadable
from sensorium.ledger import Entry
from sensorium.space import as_source
from sensorium.types import Source

RACY_NS = 2_000_000_000
"""A file changed within this time before it was last read is read again: clocks and file systems are coarse."""


class Candidate(Protocol):
    """A source as the walk found it. ``size`` in bytes; ``etag`` is empty for a file."""

    @property
    def uri(self) -> str: ...
    @property
    def size(self) -> int: ...
    @property
    def mtime_ns(self) -> int: ...
    @property
    def etag(self) -> str: ...
    @property
    def named(self) -> bool:
        """Whether the user named it and did not merely name a folder around it."""
        ...

    def again(self) -> Candidate:
        """As it is now: the walk may be long past."""
        ...

    def is_same(self, earlier: Entry) -> bool:
        """Whether its bytes are those of the entry, as far as can be told without reading them."""
        ...

    def opened(self) -> tuple[Candidate, Source]:
        """Its bytes, and the candidate that they belong to. Raises our errors, or OSError."""
        ...

    def check(self) -> None:
        """Raises Unreadable where it changed since :meth:`again`."""
        ...


@dataclass(frozen=True, slots=True)
class FileCandidate:
    """A file to index."""

    path: Path
    size: int
    mtime_ns: int
    named: bool
    etag: str = ""

    @property
    def uri(self) -> str:
        return self.path.as_uri()

    def again(self) -> FileCandidate:
        info = self.path.stat()
        return replace(self, size=info.st_size, mtime_ns=info.st_mtime_ns)

    def is_same(self, earlier: Entry) -> bool:
        same = (self.size, self.mtime_ns) == (earlier.size, earlier.mtime_ns)
        return same and self.mtime_ns + RACY_NS < int(earlier.checked_s * 1e9)

    def opened(self) -> tuple[FileCandidate, Source]:
        return self, as_source(self.path)

    def check(self) -> None:
        now = self.path.stat()
        if (now.st_size, now.st_mtime_ns) != (self.size, self.mtime_ns):
            raise Unreadable(f"{self.path}: changed while it was read; run again", code="changed", path=self.uri)
