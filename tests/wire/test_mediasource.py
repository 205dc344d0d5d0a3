"""Media in bodies: base64 or a place in S3."""

from __future__ import annotations

from typing import Any

import pytest

from sensorium.errors import Invalid
from sensorium.wire import mediasource
from sensorium.wire.fault import AwsFault
from sensorium.wire.mediasource import MediaSource
from sensorium.wire.schema import check

SCHEMA = mediasource.schema("bytes")


@pytest.mark.parametrize(
    "source",
    [
        MediaSource(data=b"\x00\xff any bytes"),
        MediaSource(uri="s3://bucket/a/b c.mp4"),
        MediaSource(uri="s3://my.bucket-1/k", bucket_owner="123456789012"),
    ],
)
def test_a_source_comes_back_from_its_body(source: MediaSource) -> None:
    document = mediasource.body(source, "bytes")
    assert mediasource.parse(check(SCHEMA, document), "bytes", "#/source") == source


@pytest.mark.parametrize(
    ("document", "reason"),
    [
        ({}, "exactly one of [bytes, s3Location] is required, found none"),
        ({"bytes": "aGk=", "s3Location": {"uri": "s3://abc/k"}}, "exactly one of [bytes, s3Location] is required"),
        ({"bytes": ""}, "expected minLength: 1, actual: 0"),
        ({"s3Location": {}}, "required key [uri] not found"),
        ({"s3Location": {"uri": "https://abc/k"}}, "does not match pattern"),
        ({"s3Location": {"uri": "s3://abc"}}, "does not match pattern"),
        ({"s3Location": {"uri": "s3://abc/"}}, "does not match pattern"),
        ({"s3Location": {"uri": "s3://Abc/k"}}, "does not match pattern"),
        ({"s3Location": {"uri": "s3://abc/k", "bucketOwner": "12"}}, "does not match pattern"),
        ({"s3Location": {"bucketName": "abc", "objectKey": "k"}}, ""),
        ("SourceObject", "expected type: JSONObject, found: String"),
    ],
)
def test_other_sources_are_refused(document: Any, reason: str) -> None:
    with pytest.raises(AwsFault) as caught:
        check(SCHEMA, document)
    assert any(reason in each for _, each in caught.value.fields)


@pytest.mark.parametrize("text", ["aGk", "aGk=x", "a Gk=", "aGk=\n", "äöü=", "====", "aGk==", "aGVq=", "_-__"])
def test_what_is_no_base64_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(AwsFault) as caught:
        mediasource.decoded(text, "#/image/source/bytes")
    assert caught.value.message.startswith("Malformed input request: #/image/source/bytes: not valid base64")


@pytest.mark.parametrize("given", [{}, {"data": b"x", "uri": "s3://abc/k"}])
def test_a_source_is_one_of_the_two(given: dict[str, Any]) -> None:
    with pytest.raises(Invalid, match="either bytes or a URI"):
        MediaSource(**given)
