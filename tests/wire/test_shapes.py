"""Whole requests against botocore's models."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.model import OperationNotFoundError

from sensorium.wire import shapes
from sensorium.wire.fault import AwsFault
from sensorium.wire.violations import Violation


def checked(operation: str, members: dict[str, Any]) -> dict[str, Any]:
    return shapes.checked(shapes.operation("s3vectors", operation).input_shape, members)


def test_a_model_is_read_once() -> None:
    assert shapes.service("s3vectors") is shapes.service("s3vectors")
    assert shapes.operation("s3vectors", "PutVectors") is shapes.operation("s3vectors", "PutVectors")
    with pytest.raises(OperationNotFoundError):
        shapes.operation("s3vectors", "EatVectors")


def test_what_the_model_does_not_know_is_left_out() -> None:
    members = {"vectorBucketName": "abc", "VectorBucketName": "def", "later": 1, "tags": None}
    assert checked("CreateVectorBucket", members) == {"vectorBucketName": "abc"}


def test_everything_that_is_wrong_is_said_at_once() -> None:
    with pytest.raises(AwsFault) as raised:
        checked("CreateIndex", {"vectorBucketName": "ab", "dataType": "int", "dimension": 4097})
    assert raised.value.message.startswith("5 validation errors detected. Value with length 2 at '/vectorBucketName'")
    assert [path for path, _ in raised.value.fields] == [
        "/vectorBucketName",
        "/indexName",
        "/dataType",
        "/dimension",
        "/distanceMetric",
    ]


def test_a_batch_names_the_bad_record() -> None:
    vectors = [{"key": "k", "data": {"float32": [1.0]}} for _ in range(3)]
    vectors[2]["key"] = "k" * 1025
    with pytest.raises(AwsFault) as raised:
        checked("PutVectors", {"vectors": vectors})
    assert raised.value.message == (
        "1 validation error detected. Value with length 1025 at '/vectors/2/key' failed to satisfy constraint: "
        "Member must have length between 1 and 1024, inclusive"
    )


def test_another_service_words_it_its_own_way() -> None:
    def coral(found: list[Violation]) -> AwsFault:
        return AwsFault("ValidationException", f"{found[0].value} at {found[0].pointer}")

    shape = shapes.operation("s3vectors", "ListVectorBuckets").input_shape
    with pytest.raises(AwsFault) as raised:
        shapes.checked(shape, {"maxResults": 501}, coral)
    assert raised.value.message == "501 at /maxResults"


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [("maxResults", "7", 7), ("submitTimeAfter", "2026-01-01T00:00:00Z", "2026-01-01T00:00:00Z")],
)
def test_members_in_the_path_and_query_are_read_from_text(name: str, text: str, value: Any) -> None:
    shape = shapes.operation("bedrock-runtime", "ListAsyncInvokes").input_shape
    assert shapes.from_text(shape.members[name], text, name) == value


def test_a_text_that_is_no_number_or_boolean_is_refused() -> None:
    whole = shapes.operation("bedrock-runtime", "ListAsyncInvokes").input_shape.members["maxResults"]
    with pytest.raises(AwsFault, match="SerializationException: Expected a number at '/maxResults'"):
        shapes.from_text(whole, "seven", "maxResults")
    flag = shapes.operation("s3vectors", "QueryVectors").input_shape.members["returnScores"]
    assert shapes.from_text(flag, "true", "returnScores") is True
    with pytest.raises(AwsFault, match="SerializationException"):
        shapes.from_text(flag, "True", "returnScores")
