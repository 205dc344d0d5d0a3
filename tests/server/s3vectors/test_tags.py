"""Tags of buckets and indexes, and the one that is an index's model stamp."""

from __future__ import annotations

import pytest
from tests.server.s3vectors.conftest import Aws

from sensorium.home import Home
from sensorium.stores.base import IndexSpec

BUCKET = "arn:aws:s3vectors:us-east-1:000000000000:bucket/media"
INDEX = f"{BUCKET}/index/songs"
PATTERN = r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$"


@pytest.mark.parametrize("arn", [BUCKET, INDEX])
def test_tags_are_added_replaced_and_removed(aws: Aws, arn: str) -> None:
    assert aws("ListTagsForResource", resourceArn=arn) == {"tags": {}}
    assert aws("TagResource", resourceArn=arn, tags={"one": "1", "two": "2", "three": ""}) == {}
    aws("TagResource", resourceArn=arn, tags={"two": "zwei"})
    assert aws("ListTagsForResource", resourceArn=arn)["tags"] == {"one": "1", "two": "zwei", "three": ""}
    assert aws("UntagResource", resourceArn=arn, tagKeys=["one", "three", "none"]) == {}
    assert aws("ListTagsForResource", resourceArn=arn)["tags"] == {"two": "zwei"}


def test_tags_are_given_at_creation(empty: Aws) -> None:
    empty.bucket(tags={"env": "dev"})
    empty.index(tags={"env": "test"})
    assert empty("ListTagsForResource", resourceArn=BUCKET)["tags"] == {"env": "dev"}
    assert empty("ListTagsForResource", resourceArn=INDEX)["tags"] == {"env": "test"}


@pytest.mark.parametrize(
    "arn",
    [BUCKET + "x", INDEX + "x", INDEX.replace("media", "none"), BUCKET.replace("000000000000", "123456789012")],
)
def test_what_is_not_there_has_no_tags(aws: Aws, arn: str) -> None:
    for operation, members in (
        ("ListTagsForResource", {}),
        ("TagResource", {"tags": {"k": "v"}}),
        ("UntagResource", {"tagKeys": ["k"]}),
    ):
        fault = aws.refused(operation, resourceArn=arn, **members)
        assert (fault.name, fault.message) == ("NotFoundException", "The specified resource could not be found")


@pytest.mark.parametrize("arn", ["", "media", "arn:aws:s3:::media", BUCKET + "/index/", BUCKET + "/index/a/b"])
def test_what_is_no_arn_is_refused(aws: Aws, arn: str) -> None:
    fault = aws.refused("ListTagsForResource", resourceArn=arn)
    assert (fault.name, fault.fields[0][0]) == ("ValidationException", "resourceArn")


@pytest.mark.parametrize(
    ("tags", "message"),
    [
        ({f"key{n}": "" for n in range(51)}, "Too many tags specified"),
        ({"aws:owner": "me"}, "System tags cannot be added/updated by requester"),
        ({"AWS:owner": "me"}, 'Invalid System Tag: AWS:owner must be prefixed with "aws:" in lowercase.'),
        (
            {"bad!": "x"},
            "1 validation error detected. Value at '/tags' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {PATTERN}",
        ),
        (
            {"fine": "bad!"},
            "1 validation error detected. Value at '/tags/fine' failed to satisfy constraint: "
            f"Member must satisfy regular expression pattern: {PATTERN}",
        ),
    ],
)
def test_what_aws_refuses_is_refused_wherever_tags_are_given(aws: Aws, tags: dict[str, str], message: str) -> None:
    for operation, members in (
        ("TagResource", {"resourceArn": BUCKET}),
        ("TagResource", {"resourceArn": INDEX}),
        ("CreateVectorBucket", {"vectorBucketName": "new"}),
    ):
        fault = aws.refused(operation, **members, tags=tags)
        assert (fault.name, fault.message) == ("ValidationException", message)
    assert len(aws("ListVectorBuckets")["vectorBuckets"]) == 1


def test_a_resource_has_fifty_tags_at_most(aws: Aws) -> None:
    aws("TagResource", resourceArn=BUCKET, tags={f"key{n}": "" for n in range(50)})
    aws("TagResource", resourceArn=BUCKET, tags={"key0": "changed"})
    assert aws.refused("TagResource", resourceArn=BUCKET, tags={"one": "more"}).message == "Too many tags specified"


def test_system_tags_are_not_removed(aws: Aws) -> None:
    assert aws.refused("UntagResource", resourceArn=BUCKET, tagKeys=["aws:x"]).name == "ValidationException"


def test_letters_of_every_script_may_stand_in_tags(aws: Aws) -> None:
    tags = {"Größe=1": "日本 ٣/Ω:@"}
    aws("TagResource", resourceArn=BUCKET, tags=tags)
    assert aws("ListTagsForResource", resourceArn=BUCKET)["tags"] == tags


def test_the_model_tag_at_creation_is_the_stamp(aws: Aws, home: Home) -> None:
    arn = aws.index("stamped", tags={"sensorium:model": "builtin@1", "x": "y"})
    assert home.store.open("media", "stamped").spec.model == "builtin@1"
    assert aws("ListTagsForResource", resourceArn=arn)["tags"] == {"sensorium:model": "builtin@1", "x": "y"}


def test_setting_the_model_tag_stamps_an_index_once(aws: Aws, home: Home) -> None:
    aws("TagResource", resourceArn=INDEX, tags={"sensorium:model": "builtin@1"})
    assert home.store.open("media", "songs").spec.model == "builtin@1"
    aws("TagResource", resourceArn=INDEX, tags={"sensorium:model": "builtin@1"})
    fault = aws.refused("TagResource", resourceArn=INDEX, tags={"sensorium:model": "other@1", "more": "x"})
    assert fault.name == "ConflictException"
    assert "builtin@1" in fault.message
    fault = aws.refused("UntagResource", resourceArn=INDEX, tagKeys=["sensorium:model"])
    assert fault.name == "ConflictException"
    assert aws("ListTagsForResource", resourceArn=INDEX)["tags"] == {"sensorium:model": "builtin@1"}


def test_a_refused_change_of_tags_changes_none_of_them(aws: Aws, home: Home) -> None:
    aws("TagResource", resourceArn=INDEX, tags={f"key{n}": "" for n in range(50)})
    fault = aws.refused("TagResource", resourceArn=INDEX, tags={"sensorium:model": "builtin@1"})
    assert fault.message == "Too many tags specified"
    assert home.store.open("media", "songs").spec.model is None
    aws("UntagResource", resourceArn=INDEX, tagKeys=["key0"])
    aws("TagResource", resourceArn=INDEX, tags={"sensorium:model": "builtin@1"})
    assert len(aws("ListTagsForResource", resourceArn=INDEX)["tags"]) == 50
    aws.refused("TagResource", resourceArn=INDEX, tags={"sensorium:model": "other@1", "key1": "changed"})
    assert aws("ListTagsForResource", resourceArn=INDEX)["tags"]["key1"] == ""


def test_a_stamp_of_the_command_is_shown_as_a_tag(aws: Aws, home: Home) -> None:
    home.store.create(IndexSpec("media", "films", 2, model="builtin@7"))
    found = aws("ListTagsForResource", resourceArn=f"{BUCKET}/index/films")["tags"]
    assert found == {"sensorium:model": "builtin@7"}


def test_on_a_bucket_the_model_tag_is_like_any_other(aws: Aws) -> None:
    aws("TagResource", resourceArn=BUCKET, tags={"sensorium:model": "builtin@1"})
    aws("UntagResource", resourceArn=BUCKET, tagKeys=["sensorium:model"])
    assert aws("ListTagsForResource", resourceArn=BUCKET)["tags"] == {}
