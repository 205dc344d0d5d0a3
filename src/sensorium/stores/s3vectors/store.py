"""Buckets and indexes of Amazon S3 Vectors, or of a server that speaks like it, behind the protocol of stores."""

from __future__ import annotations

from typing import Any

from sensorium.errors import Conflict, NotFound
from sensorium.stores import names
from sensorium.stores.base import IndexSpec
from sensorium.stores.s3vectors import describe
from sensorium.stores.s3vectors.index import S3VectorsIndex
from sensorium.stores.s3vectors.service import Service

PAGE = 500
"""Names that one call lists."""


class S3VectorsStore:
    """The vector buckets of an account and region, as AWS's own settings name them. Thread-safe.

    Nobody is asked before the first call. What the service refuses is raised from our tree; a service that does not
    answer, or lets nobody in, is Unavailable.
    """

    def __init__(self, client: Any = None) -> None:
        """``client`` is botocore's, of ``s3vectors``; None makes one from AWS's own settings when it is needed."""
        self._service = Service(client)

    def buckets(self) -> list[str]:
        pages = self._service.pages("list_vector_buckets", maxResults=PAGE)
        return sorted(entry["vectorBucketName"] for page in pages for entry in page["vectorBuckets"])

    def create_bucket(self, name: str) -> None:
        names.check_bucket(name)
        try:
            self._service.call("create_vector_bucket", vectorBucketName=name)
        except Conflict as error:
            raise names.bucket_exists(name) from error

    def drop_bucket(self, name: str) -> None:
        try:
            # The service is content to delete a bucket that is not there.
            self._service.call("get_vector_bucket", vectorBucketName=names.check_bucket(name))
            self._service.call("delete_vector_bucket", vectorBucketName=name)
        except Conflict as error:
            raise names.bucket_not_empty(name, len(self._names(name))) from error
        except NotFound as error:
            raise names.no_bucket(name) from error

    def create(self, spec: IndexSpec) -> S3VectorsIndex:
        spec = names.check_spec(spec)
        try:
            self._service.call("create_index", **describe.creation(spec))
        except Conflict as error:
            raise names.index_exists(spec.bucket, spec.name) from error
        except NotFound as error:
            raise names.no_bucket(spec.bucket) from error
        return self.open(spec.bucket, spec.name)

    def open(self, bucket: str, name: str) -> S3VectorsIndex:
        try:
            spec, arn = describe.read(self._service, names.check_bucket(bucket), names.check_index(name))
        except NotFound as error:
            raise names.no_index(bucket, name) from error
        return S3VectorsIndex(self._service, spec, arn)

    def indexes(self, bucket: str) -> list[IndexSpec]:
        """As the protocol; two calls an index, since a listing does not say what they are."""
        return [describe.read(self._service, bucket, name)[0] for name in self._names(bucket)]

    def drop(self, bucket: str, name: str) -> None:
        try:
            self._service.call("delete_index", vectorBucketName=bucket, indexName=name)
        except NotFound as error:
            raise names.no_index(bucket, name) from error

    def close(self) -> None:
        self._service.close()

    def _names(self, bucket: str) -> list[str]:
        try:
            pages = self._service.pages("list_indexes", vectorBucketName=bucket, maxResults=PAGE)
            return sorted(entry["indexName"] for page in pages for entry in page["indexes"])
        except NotFound as error:
            raise names.no_bucket(bucket) from error
