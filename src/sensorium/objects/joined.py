"""Local buckets before S3: a bucket that is a folder is there, any other is asked of S3."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sensorium.errors import NotFound, Unavailable, Unsupported
from sensorium.objects.address import prefix
from sensorium.objects.base import ObjectInfo, Objects
from sensorium.objects.local import LocalObjects
from sensorium.objects.s3 import S3Objects


class JoinedObjects:
    """A folder of buckets and S3 as one. Without ``s3`` a bucket that is no folder is not found."""

    def __init__(self, local: LocalObjects, s3: Objects | None) -> None:
        self._local = local
        self._s3 = s3

    def list(self, prefix_uri: str) -> Iterator[ObjectInfo]:
        with self._holder(prefix_uri) as holder:
            yield from holder.list(prefix_uri)

    def info(self, uri: str) -> ObjectInfo:
        with self._holder(uri) as holder:
            return holder.info(uri)

    def read(self, uri: str, max_bytes: int | None = None) -> bytes:
        with self._holder(uri) as holder:
            return holder.read(uri, max_bytes)

    def fetch(self, uri: str, to: Path, max_bytes: int | None = None) -> ObjectInfo:
        with self._holder(uri) as holder:
            return holder.fetch(uri, to, max_bytes)

    def write(self, uri: str, data: bytes | Path, media_type: str) -> None:
        with self._holder(uri) as holder:
            holder.write(uri, data, media_type)

    @contextmanager
    def _holder(self, uri: str) -> Iterator[Objects]:
        """Whoever holds the bucket; where S3 was asked only because there is no such folder, its error says so."""
        bucket = prefix(uri).bucket
        if self._local.holds(bucket):
            yield self._local
            return
        if self._s3 is None:
            message = f"{uri}: no bucket {bucket!r} in the folder of buckets, and no S3 is set up (--s3-endpoint)"
            raise NotFound(message, code="no_bucket", path="uri")
        try:
            yield self._s3
        except (Unavailable, Unsupported) as error:
            if error.code not in ("no_credentials", "missing_extra"):
                raise
            message = f"{error.message} (and there is no local bucket {bucket!r})"
            raise type(error)(message, code=error.code, path=error.path) from error


def opened(folder: Path, endpoint: str | None = None, region: str | None = None) -> JoinedObjects:
    """The buckets of a folder, and S3 at ``endpoint`` or by boto3's own settings."""
    return JoinedObjects(LocalObjects(folder), S3Objects(endpoint, region))
