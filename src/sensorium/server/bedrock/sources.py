"""Media sources of a request as bytes: those that came inline, and objects in S3."""

from __future__ import annotations

from dataclasses import dataclass

from sensorium.errors import Invalid, NotFound
from sensorium.objects.base import Objects
from sensorium.types import Source
from sensorium.wire.mediasource import MediaSource


@dataclass(frozen=True, slots=True)
class Sources:
    """Fetches for one caller. ``objects`` is None where the server has no object store."""

    objects: Objects | None
    account: str
    """Twelve digits: the only owner that buckets have here."""

    def fetch(self, source: MediaSource, name: str, max_bytes: int, media_type: str | None = None) -> Source:
        """The source with its bytes in memory; ``name`` is what messages call an inline one.

        Raises Invalid for more than ``max_bytes``, for a bucket of another owner and for an object that is not there,
        Unavailable where the object store does not answer.
        """
        if source.data is not None:
            if len(source.data) > max_bytes:
                raise Invalid(f"{name}: {len(source.data):,} bytes; at most {max_bytes:,} are accepted", path=name)
            return Source(name, data=source.data, media_type=media_type)
        uri = self.checked(source)
        if self.objects is None:
            raise Invalid(f"{uri}: this server has no object store; send the bytes in the request", path=name)
        try:
            return Source(uri, data=self.objects.read(uri, max_bytes), media_type=media_type)
        except NotFound as error:
            raise Invalid(f"{uri}: {error.message}", code="not_found", path=name) from error

    def checked(self, source: MediaSource) -> str:
        """The URI of a source in S3. Raises Invalid where the bucket should have another owner."""
        assert source.uri is not None
        if source.bucket_owner not in (None, self.account):
            message = f"{source.uri}: bucketOwner is {source.bucket_owner}; the bucket belongs to {self.account}"
            raise Invalid(message, code="access_denied", path="bucketOwner")
        return source.uri
