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
    """Objects by ``s3://bucket/key`` URI; the key is what follows, letter by letter (no ``%`` escapes). Thread-safe.

    Raises NotFound for a missing bucket (code ``no_bucket``) or object (``no_object``), Invalid for what is no such
    URI, Unavailable for a remote that does not answer (``unavailable``), refuses (``access_denied``) or cannot be
    asked for want of credentials (``no_credentials``).
    """

    def list(self, prefix: str) -> Iterator[ObjectInfo]:
        """Every object whose URI begins with ``prefix`` (``s3://bucket/any/beginning``), in key order, page by page.

        A missing bucket is told when the first object is asked for.
        """
        ...

    def info(self, uri: str) -> ObjectInfo: ...

    def read(self, uri: str, max_bytes: int | None = None) -> bytes:
        """The whole object. Raises Invalid (code ``too_large``) before fetching more than ``max_bytes``."""
        ...

    def fetch(self, uri: str, to: Path, max_bytes: int | None = None) -> ObjectInfo:
        """Stream the object into a file and describe what was fetched.

        Raises as ``read``; Unreadable (code ``changed``) for an object that was replaced while it was fetched.
        """
        ...

    def write(self, uri: str, data: bytes | Path, media_type: str) -> None:
        """Create or replace the object with these bytes or those of a file, all or nothing."""
        ...
