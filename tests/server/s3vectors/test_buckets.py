"""Vector buckets: made, found, listed by prefix and page, dropped; what the command made is seen, and the other way."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from tests.server.s3vectors.conftest import Aws

from sensorium.home import Home
from sensorium.server.attributes import BucketAttributes
from sensorium.stores.base import IndexSpec

ARN = "arn:aws:s3vectors:us-east-1:000000000000:bucket/media"


def test_a_new_bucket_has_the_settings_that_aws_gives_it(empty: Aws) -> None:
    before = time.time()
    assert empty("CreateVectorBucket", vectorBucketName="media") == {"vectorBucketArn": ARN}
    by_name = empty("GetVectorBucket", vectorBucketName="media")["vectorBucket"]
    assert before - 1 < by_name.pop("creationTime") < time.time() + 1
    assert by_name == {
        "vectorBucketName": "media",
        "vectorBucketArn": ARN,
        "encryptionConfiguration": {"sseType": "AES256"},
        "defaultIndexMode": "ENHANCED",
    }
    assert empty("GetVectorBucket", vectorBucketArn=ARN)["vectorBucket"]["vectorBucketName"] == "media"


def test_a_name_is_taken_once(aws: Aws) -> None:
    fault = aws.refused("CreateVectorBucket", vectorBucketName="media", tags={"new": "yes"})
    assert (fault.name, fault.message) == (
        "ConflictException",
        "A vector bucket with the specified name already exists",
    )
    assert aws("ListTagsForResource", resourceArn=ARN)["tags"] == {}


@pytest.mark.parametrize("name", ["with_under_score", "special&char", "Upper", "-edge", "edge-", "dot.ted"])
def test_names_of_other_characters_are_refused(empty: Aws, name: str) -> None:
    fault = empty.refused("CreateVectorBucket", vectorBucketName=name)
    assert (fault.name, fault.message) == ("ValidationException", "Invalid vector bucket name")


def test_a_bucket_is_named_in_exactly_one_way_before_anybody_looks_for_it(empty: Aws) -> None:
    for members in ({}, {"vectorBucketName": "none", "vectorBucketArn": ARN}):
        fault = empty.refused("GetVectorBucket", **members)
        assert fault.name == "ValidationException"
        assert fault.message == "Must specify either vectorBucketName or vectorBucketArn but not both"


@pytest.mark.parametrize(
    "arn",
    [
        "arn:aws:s3vectors:us-east-1:000000000000:bucket/none",
        "arn:aws:s3vectors:us-east-1:999999999999:bucket/media",
        "arn:aws:s3vectors:eu-west-1:000000000000:bucket/media",
        "arn:aws:s3vectors:us-east-1:000000000000:bucket/dot.ted",
    ],
)
def test_what_is_not_there_or_not_ours_is_not_found(aws: Aws, arn: str) -> None:
    fault = aws.refused("GetVectorBucket", vectorBucketArn=arn)
    assert (fault.name, fault.message) == ("NotFoundException", "The specified vector bucket could not be found")


def test_buckets_are_listed_by_prefix_and_by_pages(empty: Aws) -> None:
    for name in ("one-a", "one-b", "one-c", "two-a"):
        empty.bucket(name)
    first = empty("ListVectorBuckets", prefix="one", maxResults=2)
    assert [found["vectorBucketName"] for found in first["vectorBuckets"]] == ["one-a", "one-b"]
    assert set(first["vectorBuckets"][0]) == {"vectorBucketName", "vectorBucketArn", "creationTime"}
    second = empty("ListVectorBuckets", prefix="one", maxResults=2, nextToken=first["nextToken"])
    assert [found["vectorBucketName"] for found in second["vectorBuckets"]] == ["one-c"]
    assert "nextToken" not in second
    assert empty("ListVectorBuckets", prefix="three")["vectorBuckets"] == []
    fault = empty.refused("ListVectorBuckets", prefix="two", nextToken=first["nextToken"])
    assert (fault.name, fault.message) == ("ValidationException", "Invalid nextToken")


def test_a_bucket_is_dropped_when_it_is_empty_and_dropping_none_is_fine(aws: Aws) -> None:
    fault = aws.refused("DeleteVectorBucket", vectorBucketName="media")
    assert (fault.name, fault.message) == ("ConflictException", "The specified vector bucket is not empty")
    aws("DeleteIndex", vectorBucketName="media", indexName="songs")
    assert aws("DeleteVectorBucket", vectorBucketName="media") == {}
    assert aws("DeleteVectorBucket", vectorBucketName="media") == {}
    assert aws("ListVectorBuckets") == {"vectorBuckets": []}


def test_a_bucket_made_again_has_nothing_of_the_one_before(empty: Aws) -> None:
    empty.bucket(tags={"old": "yes"}, encryptionConfiguration={"sseType": "aws:kms", "kmsKeyArn": KEY})
    empty.deny("GetVectors")
    empty("DeleteVectorBucket", vectorBucketName="media")
    empty.bucket()
    assert empty("ListTagsForResource", resourceArn=ARN)["tags"] == {}
    assert empty.refused("GetVectorBucketPolicy", vectorBucketName="media").name == "NotFoundException"
    assert empty("GetVectorBucket", vectorBucketName="media")["vectorBucket"]["encryptionConfiguration"] == {
        "sseType": "AES256"
    }


KEY = "arn:aws:kms:us-east-1:000000000000:key/one"


def test_more_buckets_than_the_quota_are_refused(small: Aws) -> None:
    small.bucket("one")
    small.bucket("two")
    assert small.refused("CreateVectorBucket", vectorBucketName="three").name == "ServiceQuotaExceededException"
    assert len(small("ListVectorBuckets")["vectorBuckets"]) == 2


def test_the_command_and_the_server_see_one_anothers_buckets(empty: Aws, home: Home) -> None:
    home.store.create_bucket("shelf")
    home.store.create(IndexSpec("shelf", "books", 4))
    found = empty("GetVectorBucket", vectorBucketName="shelf")["vectorBucket"]
    assert found["defaultIndexMode"] == "ENHANCED"
    assert found["creationTime"] == home.store.open("shelf", "books").spec.created_s
    empty("CreateIndex", vectorBucketName="shelf", indexName="films", dataType="float32", dimension=2,
          distanceMetric="cosine")  # fmt: skip
    assert [spec.name for spec in home.indexes()] == ["books", "films"]


def test_regions_are_apart_and_leave_no_trace_until_something_is_made(aws: Aws, home: Home) -> None:
    assert aws("ListVectorBuckets", region="eu-west-1") == {"vectorBuckets": []}
    assert not (home.path / "regions").exists()
    made = aws("CreateVectorBucket", region="eu-west-1", vectorBucketName="media")
    assert made["vectorBucketArn"] == "arn:aws:s3vectors:eu-west-1:000000000000:bucket/media"
    assert [entry.name for entry in (home.path / "regions").iterdir()] == ["eu-west-1"]
    aws("DeleteVectorBucket", region="eu-west-1", vectorBucketName="media")
    assert len(aws("ListVectorBuckets")["vectorBuckets"]) == 1


def test_classic_is_for_old_buckets(aws: Aws) -> None:
    fault = aws.refused("PutVectorBucketDefaultIndexMode", vectorBucketName="media", defaultIndexMode="CLASSIC")
    assert fault.name == "ValidationException"
    assert "September 30, 2026" in fault.message
    make_old(aws)
    assert aws("PutVectorBucketDefaultIndexMode", vectorBucketName="media", defaultIndexMode="CLASSIC") == {}
    assert aws("GetVectorBucket", vectorBucketName="media")["vectorBucket"]["defaultIndexMode"] == "CLASSIC"
    aws.index("old")
    mode = aws("GetIndex", vectorBucketName="media", indexName="old")["index"]["indexMode"]
    assert mode == "CLASSIC"
    assert aws("GetIndex", vectorBucketName="media", indexName="songs")["index"]["indexMode"] == "ENHANCED"


def make_old(aws: Aws) -> None:
    """Let the bucket ``media`` be from before ENHANCED was all there is."""
    door = aws.service._regions.named("us-east-1").door
    door.settle_bucket("media", BucketAttributes(created_s=1_780_000_000.0))


def test_settings_outlive_the_process(home: Home, tmp_path: Path) -> None:
    first = Aws(home)
    arn = first.bucket(tags={"a": "b"})
    first.close()
    second = Aws(home)
    assert second("ListTagsForResource", resourceArn=arn)["tags"] == {"a": "b"}
    second.close()
