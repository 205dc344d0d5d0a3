"""One call on its way through an operation: who came, where to, and what they may."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sensorium.errors import NotFound
from sensorium.server import policy
from sensorium.server.attributes import Encryption
from sensorium.server.call import Caller
from sensorium.server.s3vectors.building import Builds
from sensorium.server.s3vectors.limits import Limits, refuse
from sensorium.server.s3vectors.region import Region
from sensorium.stores import names
from sensorium.stores.base import Index
from sensorium.wire.s3vectors import Arn

ONE_BUCKET = "Must specify either vectorBucketName or vectorBucketArn but not both"
ONE_INDEX = "Must specify either indexArn or both vectorBucketName and indexName"


@dataclass(frozen=True, slots=True)
class Visit:
    """A call of an operation in a region."""

    operation: str
    members: Mapping[str, Any]
    caller: Caller
    region: Region
    limits: Limits
    builds: Builds
    lenient: bool = False

    def bucket(self) -> Arn:
        """The bucket that the call names, in one way only; whether it exists is not asked."""
        name, arn = self.members.get("vectorBucketName"), self.members.get("vectorBucketArn")
        if name is not None and arn is None:
            return self.arn(names.check_bucket(name))
        if arn is None or name is not None:
            raise refuse(ONE_BUCKET, "vectorBucketName")
        return self._ours(Arn.parse(arn), names.no_bucket(arn))

    def index(self) -> Arn:
        """The index that the call names, in one way only; whether it exists is not asked."""
        bucket, name, arn = (self.members.get(key) for key in ("vectorBucketName", "indexName", "indexArn"))
        if arn is None and bucket is not None and name is not None:
            return self.arn(names.check_bucket(bucket), names.check_index(name))
        if arn is None or bucket is not None or name is not None:
            raise refuse(ONE_INDEX, "indexArn")
        return self._ours(Arn.parse(arn), names.no_index(arn, ""))

    def resource(self) -> Arn:
        """The bucket or index of ``resourceArn``."""
        return self._ours(Arn.parse(self.members["resourceArn"]), no_resource())

    def open(self, arn: Arn) -> Index:
        """The index. AWS says that the index is not found where its bucket is not there, too."""
        assert arn.index is not None
        try:
            return self.region.store.open(arn.bucket, arn.index)
        except NotFound as error:
            raise names.no_index(arn.bucket, arn.index) from error

    def arn(self, bucket: str, index: str | None = None) -> Arn:
        """The ARN of something of ours in this region."""
        return Arn(self.region.name, self.caller.account, bucket, index)

    def allow(self, resource: Arn, *operations: str, encryption: Encryption | None = None) -> None:
        """AccessDeniedException where the bucket's policy denies the caller one of the operations.

        Without names it is about the operation of this call. The owner may do everything.
        """
        if self.caller.user is None:
            return
        text = self.region.door.policy(resource.bucket)
        if text is None:
            return
        held = policy.parse(text)

        def fact(key: str) -> str | None:
            return self._fact(key, resource, encryption)

        for operation in operations or (self.operation,):
            action = f"s3vectors:{operation}"
            if held.denies(self.caller, action, str(resource), fact):
                raise policy.denied(self.caller, action, str(resource))

    def _ours(self, arn: Arn, missing: NotFound) -> Arn:
        """The ARN where it is of this account and region; nothing of another one is ever found here."""
        if (arn.region, arn.account) != (self.region.name, self.caller.account):
            raise missing
        return arn

    def _fact(self, key: str, resource: Arn, encryption: Encryption | None) -> str | None:
        """The value of a condition key (see :mod:`sensorium.server.condition`)."""
        head, _, tag = key.partition("/")
        match head:
            case "aws:principalarn":
                return self.caller.arn
            case "aws:principalaccount" | "aws:resourceaccount":
                return self.caller.account
            case "aws:principaltype":
                return "User"
            case "aws:username":
                return self.caller.user
            case "aws:requestedregion":
                return self.region.name
            case "aws:requesttag":
                asked: Mapping[str, str] = self.members.get("tags", {})
                return asked.get(tag)
            case "aws:resourcetag":
                return self._tags(resource).get(tag)
            case "s3vectors:ssetype":
                return None if encryption is None else encryption.sse_type
            case "s3vectors:kmskeyarn":
                return None if encryption is None else encryption.kms_key
        return None  # aws:SourceArn and aws:SourceAccount are of calls that a service makes

    def _tags(self, resource: Arn) -> Mapping[str, str]:
        if resource.index is None:
            known = self.region.door.bucket(resource.bucket)
            return {} if known is None else known.tags
        try:
            return self.region.door.index(self.open(resource).spec).tags
        except NotFound:
            return {}


def no_resource() -> NotFound:
    """The error for tags of something that is not there."""
    return NotFound("There is no such resource", code="no_resource", path="resourceArn")
