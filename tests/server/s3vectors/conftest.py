"""The service over a new home, and a client that needs no HTTP."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sensorium.errors import Corrupt, Unavailable
from sensorium.home import Home
from sensorium.models.registry import Registry
from sensorium.server.call import Call, Caller
from sensorium.server.s3vectors import Limits, S3VectorsService
from sensorium.wire import shapes
from sensorium.wire.fault import AwsFault
from sensorium.wire.faults import S3VECTORS

ACCOUNT = "000000000000"
REGION = "us-east-1"
INDEX = {"vectorBucketName": "media", "indexName": "songs"}


class Aws:
    """Calls operations as the transport does: checked against botocore's model, then served."""

    def __init__(self, home: Home, **options: Any) -> None:
        self.home = home
        self.service = S3VectorsService(home, region=REGION, **options)

    def __call__(self, operation: str, user: str | None = None, region: str = REGION, **members: Any) -> dict[str, Any]:
        checked = shapes.checked(shapes.operation("s3vectors", operation).input_shape, members)
        return dict(self.service.call(Call(operation, checked, Caller(ACCOUNT, region, user), "request")).members)

    def refused(self, operation: str, user: str | None = None, region: str = REGION, **members: Any) -> AwsFault:
        """The fault that the operation answers."""
        try:
            answer = self(operation, user, region, **members)
        except AwsFault as fault:
            return fault
        except (Corrupt, Unavailable) as error:
            return S3VECTORS.fault(error)
        raise AssertionError(f"{operation} answered {answer}")

    def bucket(self, name: str = "media", **members: Any) -> str:
        """A new bucket's ARN."""
        return str(self("CreateVectorBucket", vectorBucketName=name, **members)["vectorBucketArn"])

    def index(self, name: str = "songs", bucket: str = "media", dim: int = 3, **members: Any) -> str:
        """A new index's ARN; euclidean unless something else is said."""
        given = {"dataType": "float32", "dimension": dim, "distanceMetric": "euclidean", **members}
        return str(self("CreateIndex", vectorBucketName=bucket, indexName=name, **given)["indexArn"])

    def put(self, **vectors: Any) -> None:
        """Vectors by key: a list of floats, or a pair of it and metadata."""
        members = []
        for key, given in vectors.items():
            data, metadata = given if isinstance(given, tuple) else (given, {})
            members.append({"key": key, "data": {"float32": data}, "metadata": metadata})
        self("PutVectors", **INDEX, vectors=members)

    def query(self, vector: list[float] | None = None, k: int = 10, **members: Any) -> dict[str, Any]:
        """QueryVectors of the index ``songs``."""
        by_vector = {} if vector is None else {"queryVector": {"float32": vector}}
        return self("QueryVectors", **INDEX, topK=k, **by_vector, **members)

    def found(self, vector: list[float] | None = None, k: int = 10, **members: Any) -> list[str]:
        """The keys that a query finds."""
        return [hit["key"] for hit in self.query(vector, k, **members)["vectors"]]

    def deny(self, *operations: str, **statement: Any) -> None:
        """Put a policy on the bucket ``media`` that denies everybody but the owner."""
        denied = {"Effect": "Deny", "Principal": "*", "Action": [f"s3vectors:{one}" for one in operations]}
        document = {"Version": "2012-10-17", "Statement": [{**denied, "Resource": "*", **statement}]}
        self("PutVectorBucketPolicy", vectorBucketName="media", policy=json.dumps(document))

    def close(self) -> None:
        self.service.close()


@pytest.fixture
def home() -> Iterator[Home]:
    """A home in memory where the system has such a folder: these tests are about answers, and would wait for disks."""
    memory = Path("/dev/shm")
    with (
        tempfile.TemporaryDirectory(dir=memory if memory.is_dir() else None) as folder,
        Home(folder, Registry(), create=False) as home,
    ):
        yield home


@pytest.fixture
def empty(home: Home) -> Iterator[Aws]:
    """A service of no buckets."""
    aws = Aws(home)
    yield aws
    aws.close()


@pytest.fixture
def aws(empty: Aws) -> Aws:
    """A service with the bucket ``media`` and its index ``songs``: three dimensions, euclidean, ``lyrics`` hidden."""
    empty.bucket()
    empty.index(metadataConfiguration={"nonFilterableMetadataKeys": ["lyrics"]})
    return empty


@pytest.fixture
def small(home: Home) -> Iterator[Aws]:
    """A service that takes two buckets, two indexes a bucket, and two vectors an index."""
    aws = Aws(home, limits=Limits(2, 2, 2))
    yield aws
    aws.close()


@pytest.fixture
def lenient(home: Home) -> Iterator[Aws]:
    """A service started with ``--lenient``, with ``media`` and ``songs``."""
    aws = Aws(home, lenient=True)
    aws.bucket()
    aws.index()
    yield aws
    aws.close()
