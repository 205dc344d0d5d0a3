"""S3 Vectors: which function serves which operation."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sensorium.errors import Corrupt, SensoriumError, Unavailable
from sensorium.home import Home
from sensorium.server.call import Answer, Call, Caller
from sensorium.server.door import Door
from sensorium.server.s3vectors import buckets, indexes, policies, queries, tags, vectors
from sensorium.server.s3vectors.building import Builds
from sensorium.server.s3vectors.limits import Limits
from sensorium.server.s3vectors.region import Region, Regions
from sensorium.server.s3vectors.token import Tokens
from sensorium.server.s3vectors.visit import Visit
from sensorium.wire import faults

Plain = Callable[[Visit], dict[str, Any]]
Paged = Callable[[Visit, Tokens], dict[str, Any]]

PLAIN: dict[str, Plain] = {
    "CreateIndex": indexes.create,
    "CreateVectorBucket": buckets.create,
    "DeleteIndex": indexes.delete,
    "DeleteVectorBucket": buckets.delete,
    "DeleteVectorBucketPolicy": policies.delete,
    "DeleteVectors": vectors.delete,
    "GetIndex": indexes.get,
    "GetVectorBucket": buckets.get,
    "GetVectorBucketPolicy": policies.get,
    "GetVectors": vectors.get,
    "ListTagsForResource": tags.list_tags,
    "PutVectorBucketDefaultIndexMode": buckets.put_default_mode,
    "PutVectorBucketPolicy": policies.put,
    "PutVectors": vectors.put,
    "TagResource": tags.tag,
    "UntagResource": tags.untag,
    "UpdateIndexMode": indexes.update_mode,
    "UpdateMetadataConfiguration": indexes.update_metadata,
}
PAGED: dict[str, Paged] = {
    "ListIndexes": indexes.list_indexes,
    "ListVectorBuckets": buckets.list_buckets,
    "ListVectors": vectors.list_vectors,
    "QueryVectors": queries.query,
}


class S3VectorsService:
    """The service over a home: its store is the server's own region, ``HOME/regions`` holds the others."""

    name = "s3vectors"

    def __init__(
        self, home: Home, *, region: str = "us-east-1", lenient: bool = False, limits: Limits | None = None
    ) -> None:
        """``region`` is the server's own. ``lenient`` mends the invalid filters that circulate in articles.

        The home stays its owner's to close. Raises Corrupt for a foreign or newer file of attributes.
        """
        own = Region(region, home.store, Door(home.path / "door.db"))
        self._regions = Regions(own, home.path / "regions", home.limits)
        self._tokens = Tokens(lambda: own.door.secret("tokens"))
        self._lenient = lenient
        self._limits = Limits() if limits is None else limits
        self._builds = Builds()

    def call(self, call: Call) -> Answer:
        """Serve a call whose members are checked (:func:`sensorium.wire.shapes.checked`).

        Raises AwsFault; Corrupt and Unavailable as they are, since the server's log is to tell of them.
        """
        try:
            visit = Visit(
                call.operation,
                call.members,
                call.caller,
                self._regions.named(call.caller.region),
                self._limits,
                self._builds,
                self._lenient,
            )
            paged = PAGED.get(call.operation)
            return Answer(PLAIN[call.operation](visit) if paged is None else paged(visit, self._tokens))
        except (Corrupt, Unavailable):
            raise
        except SensoriumError as error:
            raise faults.S3VECTORS.fault(error) from error

    def allow(self, caller: Caller, bucket: str, index: str, operations: tuple[str, ...]) -> None:
        """For another way to the same records: AwsFault where the bucket's policy denies the caller an operation."""
        region = self._regions.named(caller.region)
        visit = Visit("GetIndex", {}, caller, region, self._limits, self._builds)
        visit.allow(visit.arn(bucket, index), *operations)

    def close(self) -> None:
        """Let go of the files; every acknowledged call is durable already.

        A text index that is being built is left as it is, to be finished when somebody looks at it again.
        """
        self._regions.close()
