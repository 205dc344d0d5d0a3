"""Vector indexes: what they are made of, how they are named and found, listed, changed and dropped."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.server.s3vectors.conftest import INDEX, Aws
from tests.server.s3vectors.test_buckets import make_old

from sensorium.home import Home
from sensorium.stores.base import IndexSpec, Language, TextKey
from sensorium.types import Metric

ARN = "arn:aws:s3vectors:us-east-1:000000000000:bucket/media/index/songs"
PLAIN = {"vectorBucketName": "media", "dataType": "float32", "dimension": 8, "distanceMetric": "cosine"}
NOT_FOUND = ("NotFoundException", "The specified index could not be found")


def test_an_index_is_what_was_asked_for(empty: Aws, home: Home) -> None:
    empty.bucket()
    made = empty(
        "CreateIndex",
        **PLAIN,
        indexName="songs",
        metadataConfiguration={
            "nonFilterableMetadataKeys": ["lyrics"],
            "textSearchConfigurations": [{"metadataKey": "lyrics", "language": "pt"}, {"metadataKey": "title"}],
        },
    )
    assert made == {"indexArn": ARN}
    found = empty("GetIndex", **INDEX)["index"]
    assert abs(found.pop("creationTime") - time.time()) < 30
    assert found == {
        "vectorBucketName": "media",
        "indexName": "songs",
        "indexArn": ARN,
        "dataType": "float32",
        "dimension": 8,
        "distanceMetric": "cosine",
        "indexMode": "ENHANCED",
        "encryptionConfiguration": {"sseType": "AES256"},
        "metadataConfiguration": {
            "nonFilterableMetadataKeys": ["lyrics"],
            "textSearchConfigurations": [
                {"metadataKey": "lyrics", "language": "pt", "status": "ACTIVE"},
                {"metadataKey": "title", "status": "ACTIVE"},
            ],
        },
    }
    spec = home.store.open("media", "songs").spec
    assert (spec.dim, spec.metric, spec.non_filterable) == (8, Metric.COSINE, {"lyrics"})
    assert spec.text_keys == (TextKey("lyrics", Language.PORTUGUESE), TextKey("title"))


def test_an_index_without_configuration_reports_none(aws: Aws) -> None:
    aws.index("bare")
    assert "metadataConfiguration" not in aws("GetIndex", vectorBucketName="media", indexName="bare")["index"]


def test_an_index_is_made_by_the_buckets_arn_too(aws: Aws) -> None:
    rest = {name: value for name, value in PLAIN.items() if name != "vectorBucketName"}
    made = aws("CreateIndex", vectorBucketArn=ARN.rpartition("/index/")[0], indexName="dotted.name", **rest)
    assert made["indexArn"].endswith("bucket/media/index/dotted.name")
    assert aws("GetIndex", indexArn=made["indexArn"])["index"]["indexName"] == "dotted.name"


@pytest.mark.parametrize(
    ("members", "name", "message"),
    [
        ({"indexName": "songs"}, "ConflictException", "An index with the specified name already exists"),
        ({"indexName": "under_score"}, "ValidationException", "Invalid index name"),
        (
            {"indexName": "new", "vectorBucketName": "none"},
            "NotFoundException",
            "The specified vector bucket could not be found",
        ),
        (
            {"indexName": "new", "dataType": "int"},
            "ValidationException",
            "1 validation error detected. Value at '/dataType' failed to satisfy constraint: "
            "Member must satisfy enum value set: [float32]",
        ),
        (
            {"indexName": "new", "dimension": 99999},
            "ValidationException",
            "1 validation error detected. Value at '/dimension' failed to satisfy constraint: "
            "Member must be between 1 and 4096, inclusive",
        ),
        (
            {"indexName": "new", "distanceMetric": "what"},
            "ValidationException",
            "1 validation error detected. Value at '/distanceMetric' failed to satisfy constraint: "
            "Member must satisfy enum value set: [euclidean, cosine]",
        ),
    ],
)
def test_what_aws_refuses_is_refused_in_its_words(aws: Aws, members: dict[str, Any], name: str, message: str) -> None:
    fault = aws.refused("CreateIndex", **{**PLAIN, **members})
    assert (fault.name, fault.message) == (name, message)


def test_a_key_is_searched_as_text_in_one_way_only(aws: Aws) -> None:
    twice = {"textSearchConfigurations": [{"metadataKey": "title"}, {"metadataKey": "title", "language": "en"}]}
    fault = aws.refused("CreateIndex", **PLAIN, indexName="new", metadataConfiguration=twice)
    assert fault.name == "ValidationException"
    assert "title" in fault.message


@pytest.mark.parametrize(
    "members",
    [
        {},
        {"vectorBucketName": "media"},
        {"indexName": "songs"},
        {"indexArn": ARN, "vectorBucketName": "media"},
        {"indexArn": ARN, "indexName": "songs"},
        {"indexArn": ARN, **INDEX},
    ],
)
def test_an_index_is_named_in_exactly_one_way(empty: Aws, members: dict[str, str]) -> None:
    fault = empty.refused("GetIndex", **members)
    assert fault.name == "ValidationException"
    assert fault.message == "Must specify either indexArn or both vectorBucketName and indexName"


@pytest.mark.parametrize(
    "members",
    [
        {"vectorBucketName": "media", "indexName": "none"},
        {"vectorBucketName": "none", "indexName": "songs"},
        {"indexArn": ARN.replace("songs", "none")},
        {"indexArn": ARN.replace("us-east-1", "us-west-2")},
        {"indexArn": ARN.replace("000000000000", "000000000001")},
    ],
)
def test_an_index_that_is_not_there_is_not_found(aws: Aws, members: dict[str, str]) -> None:
    for operation in ("GetIndex", "DeleteIndex"):
        fault = aws.refused(operation, **members)
        assert (fault.name, fault.message) == NOT_FOUND


def test_indexes_are_listed_by_prefix_and_by_pages(aws: Aws) -> None:
    for name in ("film-a", "film-b", "film-c"):
        aws.index(name)
    first = aws("ListIndexes", vectorBucketName="media", prefix="film", maxResults=2)
    assert [found["indexName"] for found in first["indexes"]] == ["film-a", "film-b"]
    assert set(first["indexes"][0]) == {"vectorBucketName", "indexName", "indexArn", "creationTime"}
    second = aws("ListIndexes", vectorBucketName="media", prefix="film", nextToken=first["nextToken"])
    assert [found["indexName"] for found in second["indexes"]] == ["film-c"]
    assert "nextToken" not in second
    assert len(aws("ListIndexes", vectorBucketName="media")["indexes"]) == 4
    fault = aws.refused("ListIndexes", vectorBucketName="none")
    assert (fault.name, fault.message) == ("NotFoundException", "The specified vector bucket could not be found")


def test_a_dropped_index_is_gone_with_its_vectors_and_settings(aws: Aws) -> None:
    aws("TagResource", resourceArn=ARN, tags={"old": "yes"})
    aws.put(one=[1, 2, 3])
    assert aws("DeleteIndex", **INDEX) == {}
    assert aws.refused("GetIndex", **INDEX).name == "NotFoundException"
    aws.index()
    assert aws("ListTagsForResource", resourceArn=ARN)["tags"] == {}
    assert aws.found([1, 2, 3]) == []


def test_an_index_that_the_command_made_anew_has_nothing_of_the_one_before(aws: Aws, home: Home) -> None:
    aws("TagResource", resourceArn=ARN, tags={"old": "yes"})
    home.store.drop("media", "songs")
    home.store.create(IndexSpec("media", "songs", 2))
    assert aws("ListTagsForResource", resourceArn=ARN)["tags"] == {}


def test_more_indexes_than_the_quota_are_refused(small: Aws) -> None:
    small.bucket()
    small.index("one")
    small.index("two")
    fault = small.refused("CreateIndex", **PLAIN, indexName="three")
    assert fault.name == "ServiceQuotaExceededException"


def test_an_index_takes_its_buckets_encryption_unless_it_asks_for_its_own(empty: Aws) -> None:
    kms = {"sseType": "aws:kms", "kmsKeyArn": "arn:aws:kms:us-east-1:000000000000:key/one"}
    empty.bucket(encryptionConfiguration=kms)
    empty.index("like")
    empty.index("unlike", encryptionConfiguration={"sseType": "AES256"})
    found = [
        empty("GetIndex", vectorBucketName="media", indexName=name)["index"]["encryptionConfiguration"]
        for name in ("like", "unlike")
    ]
    assert found == [kms, {"sseType": "AES256"}]


def test_the_mode_of_an_index_in_an_old_bucket_can_go_back(aws: Aws) -> None:
    fault = aws.refused("UpdateIndexMode", **INDEX, indexMode="CLASSIC")
    assert fault.name == "ValidationException"
    assert aws("UpdateIndexMode", **INDEX, indexMode="ENHANCED") == {}
    make_old(aws)
    assert aws("UpdateIndexMode", **INDEX, indexMode="CLASSIC") == {}
    assert aws("GetIndex", **INDEX)["index"]["indexMode"] == "CLASSIC"


def test_keys_of_text_search_are_added_and_deleted(aws: Aws) -> None:
    def keys() -> list[str]:
        found = aws("GetIndex", **INDEX)["index"]["metadataConfiguration"].get("textSearchConfigurations", [])
        return [member["metadataKey"] for member in found]

    add = {"textSearchConfigurations": [{"metadataKey": "lyrics", "language": "de"}, {"metadataKey": "title"}]}
    assert aws("UpdateMetadataConfiguration", **INDEX, add=add) == {"indexArn": ARN}
    assert keys() == ["lyrics", "title"]
    fault = aws.refused(
        "UpdateMetadataConfiguration", **INDEX, add={"textSearchConfigurations": [{"metadataKey": "title"}]}
    )
    assert fault.name == "ConflictException"
    delete = {"textSearchConfigurations": [{"metadataKey": "lyrics"}]}
    aws("UpdateMetadataConfiguration", **INDEX, delete=delete)
    assert keys() == ["title"]
    assert aws.refused("UpdateMetadataConfiguration", **INDEX, delete=delete).name == "NotFoundException"
    for both in ({}, {"add": add, "delete": delete}):
        fault = aws.refused("UpdateMetadataConfiguration", **INDEX, **both)
        assert fault.message == "Must specify either add or delete but not both"


def test_an_index_searches_ten_keys_as_text_at_most(aws: Aws) -> None:
    ten = [{"metadataKey": f"key{number}"} for number in range(10)]
    aws("UpdateMetadataConfiguration", **INDEX, add={"textSearchConfigurations": ten})
    fault = aws.refused(
        "UpdateMetadataConfiguration", **INDEX, add={"textSearchConfigurations": [{"metadataKey": "one-more"}]}
    )
    assert fault.name == "ValidationException"
