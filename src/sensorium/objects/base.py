"""The contract of an object store: what async jobs, ``s3Location`` sources and ``sensorium index s3://`` need of S3."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol


@dataclass(frozen=True, slots=True)
class ObjectInfo:
    """An object as a listing shows it. ``etag`` is without quotes; ``modified_s`` in seconds since the epoch."""

    uri: str
    size: int
    etag: str
    modified_s: float


class Objects(Protocol):
    """Objects by ``s3://bucket/key`` URI. Thread-safe.

    Raises NotFound for a missing bucket or object, Invalid for what is no such URI, Unavailable for a remote that does
    not answer or refuses (code ``access_denied``).
    """

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Every object whose URI begins with ``prefix`` (``s3://bucket/any/beginning``), in key order, page by page."""
        ...

    def info(self, uri: str) -> ObjectInfo: ...

    def read(self, uri: str, max_bytes: int | None = None) -> bytes:
        """The whole object. Raises Invalid (code ``too_large``) before fetching more than ``max_bytes``."""
        ...

    def fetch(self, uri: str, to: Path) -> ObjectInfo:
        """Stream the object into a file and describe what was fetched."""
        ...

    def write(self, uri: str, data: bytes, media_type: str) -> None:
        """Create or replace the object, all or nothing."""
        ...
