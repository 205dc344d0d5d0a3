"""Policies of buckets: kept as they are, refused where they cannot be enforced, and enforced on users."""

from __future__ import annotations

import json

import pytest
from tests.server.s3vectors.conftest import INDEX, Aws

ALLOW = {
    "Version": "2012-10-17",
    "Statement": [
        {
            "Effect": "Allow",
            "Principal": {"AWS": "arn:aws:iam::000000000000:root"},
            "Action": "s3vectors:*",
            "Resource": "arn:aws:s3vectors:aws-region:000000000000:bucket/amzn-s3-demo-vector-bucket",
        }
    ],
}
NAME = {"vectorBucketName": "media"}
ARN = "arn:aws:s3vectors:us-east-1:000000000000:bucket/media"


def test_a_policy_is_put_got_and_deleted(aws: Aws) -> None:
    text = json.dumps(ALLOW, indent=1)
    assert aws("PutVectorBucketPolicy", vectorBucketArn=ARN, policy=text) == {}
    assert aws("GetVectorBucketPolicy", **NAME) == {"policy": text}
    assert aws("DeleteVectorBucketPolicy", **NAME) == {}
    assert aws("DeleteVectorBucketPolicy", **NAME) == {}
    fault = aws.refused("GetVectorBucketPolicy", **NAME)
    assert (fault.name, fault.message) == (
        "NotFoundException",
        "The specified vector bucket policy could not be found",
    )


def test_a_policy_needs_a_bucket(aws: Aws) -> None:
    for operation, members in (
        ("GetVectorBucketPolicy", {}),
        ("PutVectorBucketPolicy", {"policy": json.dumps(ALLOW)}),
        ("DeleteVectorBucketPolicy", {}),
    ):
        fault = aws.refused(operation, vectorBucketName="none", **members)
        assert (fault.name, fault.message) == ("NotFoundException", "The specified vector bucket could not be found")


def test_what_cannot_be_enforced_is_refused(aws: Aws) -> None:
    fault = aws.refused("PutVectorBucketPolicy", **NAME, policy="{}")
    assert (fault.name, fault.fields[0][0]) == ("ValidationException", "policy")
    assert aws.refused("GetVectorBucketPolicy", **NAME).name == "NotFoundException"


def test_users_may_everything_that_nothing_denies(aws: Aws) -> None:
    aws("PutVectorBucketPolicy", **NAME, policy=json.dumps(ALLOW))
    assert aws("GetVectorBucket", user="ann", **NAME)["vectorBucket"]["vectorBucketName"] == "media"
    aws.deny("GetVectorBucket", Principal={"AWS": "arn:aws:iam::000000000000:user/bob"})
    assert aws("GetVectorBucket", user="ann", **NAME)["vectorBucket"]["vectorBucketName"] == "media"
    fault = aws.refused("GetVectorBucket", user="bob", **NAME)
    assert (fault.name, fault.message) == (
        "AccessDeniedException",
        "User: arn:aws:iam::000000000000:user/bob is not authorized to perform: s3vectors:GetVectorBucket on "
        f"resource: {ARN} with an explicit deny in a resource-based policy",
    )


def test_the_owner_is_never_locked_out(aws: Aws) -> None:
    aws.deny("*")
    assert aws.refused("DeleteVectorBucketPolicy", user="ann", **NAME).name == "AccessDeniedException"
    assert aws("DeleteVectorBucketPolicy", **NAME) == {}
    assert aws("DeleteVectorBucketPolicy", user="ann", **NAME) == {}


def test_what_shows_more_than_keys_needs_get_vectors_too(aws: Aws) -> None:
    aws.put(a=([1, 2, 3], {"n": 1}))
    aws.deny("GetVectors")
    query = {**INDEX, "topK": 1, "queryVector": {"float32": [1, 2, 3]}}
    assert aws("QueryVectors", user="ann", **query, returnDistance=True)["vectors"][0]["key"] == "a"
    for more in (
        {"returnMetadata": True},
        {"filter": {"n": 1}},
        {"queryTexts": [{"metadataKey": "n", "text": "x"}]},
    ):
        fault = aws.refused("QueryVectors", user="ann", **query, **more)
        assert fault.name == "AccessDeniedException"
        assert "s3vectors:GetVectors" in fault.message
    assert aws("ListVectors", user="ann", **INDEX)["vectors"] == [{"key": "a"}]
    for more in ({"returnData": True}, {"returnMetadata": True}):
        assert aws.refused("ListVectors", user="ann", **INDEX, **more).name == "AccessDeniedException"
    assert aws.refused("GetVectors", user="ann", **INDEX, keys=["a"]).name == "AccessDeniedException"


def test_tags_at_creation_need_tag_resource_too(aws: Aws) -> None:
    aws.deny("TagResource")
    plain = {**NAME, "dataType": "float32", "dimension": 2, "distanceMetric": "cosine"}
    assert aws("CreateIndex", user="ann", **plain, indexName="plain")["indexArn"].endswith("plain")
    fault = aws.refused("CreateIndex", user="ann", **plain, indexName="tagged", tags={"a": "b"})
    assert fault.name == "AccessDeniedException"


@pytest.mark.parametrize(
    ("condition", "denied"),
    [
        ({"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::000000000000:user/ann"}}, True),
        ({"StringEquals": {"aws:PrincipalArn": "arn:aws:iam::000000000000:user/bob"}}, False),
        ({"ArnLike": {"aws:PrincipalArn": "arn:aws:iam::*:user/a*"}}, True),
        ({"StringLike": {"aws:username": "a?n"}}, True),
        ({"StringNotEquals": {"aws:PrincipalAccount": "000000000000"}}, False),
        ({"StringEquals": {"aws:RequestedRegion": ["eu-west-1", "us-east-1"]}}, True),
        ({"StringEquals": {"aws:ResourceTag/stage": "prod"}}, True),
        ({"StringEquals": {"aws:ResourceTag/stage": "test"}}, False),
        ({"Null": {"aws:ResourceTag/other": "true"}}, True),
        ({"StringEquals": {"aws:SourceAccount": "000000000000"}}, False),
        ({"StringEqualsIfExists": {"aws:SourceAccount": "111111111111"}}, True),
        ({"StringEquals": {"aws:PrincipalType": "User"}, "StringLike": {"aws:username": "b*"}}, False),
    ],
)
def test_conditions_are_held_against_the_call(aws: Aws, condition: dict[str, dict[str, str]], denied: bool) -> None:
    index = f"{ARN}/index/songs"
    aws("TagResource", resourceArn=index, tags={"stage": "prod"})
    aws.deny("GetIndex", Resource=[f"{ARN}/index/*"], Condition=condition)
    if denied:
        assert aws.refused("GetIndex", user="ann", **INDEX).name == "AccessDeniedException"
    else:
        assert aws("GetIndex", user="ann", **INDEX)["index"]["indexArn"] == index


def test_the_tags_of_a_bucket_and_of_a_request_count(aws: Aws) -> None:
    aws("TagResource", resourceArn=ARN, tags={"stage": "prod"})
    aws.deny("GetVectorBucket", Condition={"StringEquals": {"aws:ResourceTag/stage": "prod"}})
    assert aws.refused("GetVectorBucket", user="ann", **NAME).name == "AccessDeniedException"
    aws.deny("TagResource", Condition={"StringEquals": {"aws:RequestTag/stage": "prod"}})
    assert aws.refused("TagResource", user="ann", resourceArn=ARN, tags={"stage": "prod"}).name == (
        "AccessDeniedException"
    )
    assert aws("TagResource", user="ann", resourceArn=ARN, tags={"stage": "test"}) == {}


def test_encryption_can_be_demanded_of_new_indexes(aws: Aws) -> None:
    aws.deny("CreateIndex", Condition={"StringNotEquals": {"s3vectors:sseType": "aws:kms"}})
    plain = {**NAME, "indexName": "new", "dataType": "float32", "dimension": 2, "distanceMetric": "cosine"}
    assert aws.refused("CreateIndex", user="ann", **plain).name == "AccessDeniedException"
    key = "arn:aws:kms:us-east-1:000000000000:key/one"
    kms = {"sseType": "aws:kms", "kmsKeyArn": key}
    assert aws("CreateIndex", user="ann", **plain, encryptionConfiguration=kms)["indexArn"].endswith("new")
