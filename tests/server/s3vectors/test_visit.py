"""A call on its way: what it names and what the caller may."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from sensorium.errors import Invalid, NotFound
from sensorium.server.attributes import BucketAttributes
from sensorium.server.call import Caller
from sensorium.server.door import Door
from sensorium.server.s3vectors.building import Builds
from sensorium.server.s3vectors.limits import Limits
from sensorium.server.s3vectors.region import Region
from sensorium.server.s3vectors.visit import ONE_BUCKET, ONE_INDEX, Visit
from sensorium.stores.base import IndexSpec
from sensorium.stores.memory import MemoryStore
from sensorium.wire.fault import AwsFault
from sensorium.wire.s3vectors import Arn

BUCKET = Arn("us-east-1", "000000000000", "media")
INDEX = Arn("us-east-1", "000000000000", "media", "songs")


@pytest.fixture
def region(tmp_path: Path) -> Iterator[Region]:
    region = Region("us-east-1", MemoryStore(), Door(tmp_path / "door.db"))
    yield region
    region.door.close()


def visit(region: Region, user: str | None = None, **members: Any) -> Visit:
    return Visit("GetIndex", members, Caller("000000000000", "us-east-1", user), region, Limits(), Builds())


def test_a_bucket_and_an_index_have_two_names_each(region: Region) -> None:
    assert visit(region, vectorBucketName="media").bucket() == BUCKET
    assert visit(region, vectorBucketArn=str(BUCKET)).bucket() == BUCKET
    assert visit(region, vectorBucketName="media", indexName="songs").index() == INDEX
    assert visit(region, indexArn=str(INDEX)).index() == INDEX
    assert visit(region, resourceArn=str(INDEX)).resource() == INDEX
    with pytest.raises(AwsFault, match=ONE_BUCKET):
        visit(region).bucket()
    with pytest.raises(AwsFault, match=ONE_INDEX):
        visit(region, indexName="songs").index()


def test_names_are_held_to_their_rules_before_anything_is_looked_for(region: Region) -> None:
    with pytest.raises(Invalid) as raised:
        visit(region, vectorBucketName="A_b").bucket()
    assert raised.value.code == "bucket_name"
    with pytest.raises(Invalid) as raised:
        visit(region, vectorBucketName="media", indexName="A_b").index()
    assert raised.value.code == "index_name"


def test_an_index_is_not_found_whatever_is_missing(region: Region) -> None:
    with pytest.raises(NotFound) as raised:
        visit(region).open(INDEX)
    assert raised.value.code == "no_index"
    region.store.create_bucket("media")
    with pytest.raises(NotFound) as raised:
        visit(region).open(INDEX)
    assert raised.value.code == "no_index"
    region.store.create(IndexSpec("media", "songs", 2))
    assert visit(region).open(INDEX).spec.dim == 2


def test_the_owner_may_what_users_may_not(region: Region) -> None:
    text = '{"Statement": {"Effect": "Deny", "Principal": "*", "Action": "s3vectors:GetIndex", "Resource": "*"}}'
    region.door.settle_bucket("media", BucketAttributes(policy=text))
    visit(region).allow(INDEX)
    visit(region, "ann").allow(INDEX, "PutVectors")
    with pytest.raises(AwsFault, match="AccessDeniedException"):
        visit(region, "ann").allow(INDEX)
    with pytest.raises(AwsFault, match="s3vectors:GetIndex"):
        visit(region, "ann").allow(INDEX, "PutVectors", "GetIndex")
