from __future__ import annotations

import pytest

from sensorium.errors import Invalid
from sensorium.objects.address import address, is_remote, prefix


@pytest.mark.parametrize(
    ("uri", "bucket", "key"),
    [
        ("s3://media/a.png", "media", "a.png"),
        ("s3://media//a", "media", "/a"),
        ("s3://my.bucket-1/a b/ä%20+.png", "my.bucket-1", "a b/ä%20+.png"),
        ("s3://Old_Bucket/x?y#z", "Old_Bucket", "x?y#z"),
    ],
)
def test_a_key_is_what_follows_letter_by_letter(uri: str, bucket: str, key: str) -> None:
    assert address(uri) == (bucket, key)
    assert address(uri).uri == uri


def test_a_prefix_may_be_empty() -> None:
    assert prefix("s3://media") == prefix("s3://media/") == ("media", "")


@pytest.mark.parametrize(
    "uri", ["media/a", "S3://media/a", "file:///a", "s3:///a", "s3://..", "s3://a..b/x", "s3://ab/x"]
)
def test_what_is_no_name_is_refused(uri: str) -> None:
    with pytest.raises(Invalid):
        prefix(uri)


def test_an_object_needs_a_key() -> None:
    with pytest.raises(Invalid, match="names a bucket"):
        address("s3://media/")


def test_a_key_has_at_most_1024_bytes() -> None:
    assert address("s3://media/" + "ä" * 512).key == "ä" * 512
    with pytest.raises(Invalid, match="1,025 UTF-8 bytes"):
        address("s3://media/" + "ä" * 512 + "a")


def test_a_lone_surrogate_is_no_key() -> None:
    with pytest.raises(Invalid, match="surrogate"):
        address("s3://media/\udcff")


def test_remote_or_not() -> None:
    assert is_remote("s3://media/a")
    assert not is_remote("photos/s3://")
