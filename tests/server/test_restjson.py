from __future__ import annotations

from typing import Any

import numpy as np
import orjson
import pytest

from sensorium.server import restjson
from sensorium.server.call import Answer
from sensorium.server.dialect import BEDROCK, S3VECTORS, UNKNOWN, Dialect
from sensorium.server.http import Head
from sensorium.server.routes import Match, Routes
from sensorium.wire import shapes
from sensorium.wire.fault import AwsFault
from sensorium.wire.violations import Violation

ROUTES = Routes()


def match(name: str, **labels: str) -> Match:
    return Match(next(operation for operation in ROUTES.operations if operation.name == name), labels)


def read(
    name: str, body: bytes = b"", query: bytes = b"", labels: dict[str, str] | None = None, **headers: bytes
) -> Any:
    pairs = {key.replace("_", "-").encode(): value for key, value in headers.items()}
    return restjson.members(match(name, **(labels or {})), Head("POST", b"/", query, pairs), body)


def test_members_of_every_place() -> None:
    found = read(
        "InvokeModel", b"\x00raw", labels={"modelId": "m"}, content_type=b"text/x", x_amzn_bedrock_trace=b"DISABLED"
    )
    assert found == {"body": b"\x00raw", "contentType": "text/x", "modelId": "m", "trace": "DISABLED"}
    assert read("UntagResource", query=b"tagKeys=a%20b&tagKeys=c+d&x=1", labels={"resourceArn": "r"}) == {
        "resourceArn": "r",
        "tagKeys": ["a b", "c d"],
    }
    assert read("ListAsyncInvokes", query=b"submitTimeBefore=1970-01-01T00%3A00%3A10.5Z&maxResults=7") == {
        "submitTimeBefore": 10.5,
        "maxResults": 7,
    }


@pytest.mark.parametrize("query", [b"maxResults=many", b"submitTimeAfter=yesterday", b"maxResults="])
def test_what_cannot_be_read_from_a_query(query: bytes) -> None:
    with pytest.raises(AwsFault) as caught:
        read("ListAsyncInvokes", query=query)
    assert caught.value.name == "SerializationException"


def test_an_answer_without_members() -> None:
    reply = restjson.reply(match("PutVectors"), Answer({}, {"x-a": "b"}))
    assert (reply.status, reply.body) == (200, b"{}")
    assert reply.headers == ((b"content-type", b"application/json"), (b"x-a", b"b"))


def test_an_answer_with_a_body_and_headers() -> None:
    members = {"body": b"\x00", "contentType": "text/x", "serviceTier": "flex"}
    reply = restjson.reply(match("InvokeModel"), Answer(members))
    assert reply.body == b"\x00"
    assert dict(reply.headers) == {b"content-type": b"text/x", b"x-amzn-bedrock-service-tier": b"flex"}


def test_times_deep_inside() -> None:
    summary = {"submitTime": 0.0, "endTime": 1.5, "status": "Completed"}
    reply = restjson.reply(match("ListAsyncInvokes"), Answer({"asyncInvokeSummaries": [summary], "nextToken": "n"}))
    assert orjson.loads(reply.body) == {
        "asyncInvokeSummaries": [
            {"submitTime": "1970-01-01T00:00:00.000Z", "endTime": "1970-01-01T00:00:01.500Z", "status": "Completed"}
        ],
        "nextToken": "n",
    }
    buckets = [{"vectorBucketName": "b", "creationTime": 1.5}]
    reply = restjson.reply(match("ListVectorBuckets"), Answer({"vectorBuckets": buckets}))
    assert orjson.loads(reply.body) == {"vectorBuckets": buckets}


def test_vectors_go_out_as_they_are() -> None:
    vector = {"key": "k", "data": {"float32": np.array([0.1, 2], np.float32)}}
    reply = restjson.reply(match("GetVectors"), Answer({"vectors": [vector]}))
    assert reply.body == b'{"vectors":[{"key":"k","data":{"float32":[0.1,2.0]}}]}'


def test_bedrock_s_wording() -> None:
    fault = restjson.coral(
        [
            Violation(("tags", 0, "key"), "Member must have length between 1 and 128, inclusive", 0, ""),
            Violation(("modelInput",), "Member must not be null"),
            Violation(("modelId",), "Member must satisfy it", None, "x" * 999),
        ]
    )
    assert fault.fields == ()
    first, second, third = fault.message.removeprefix("3 validation errors detected: ").split("; ")
    assert first == (
        "Value '' at 'tags.0.key' failed to satisfy constraint: Member must have length between 1 and 128, inclusive"
    )
    assert second == "Value at 'modelInput' failed to satisfy constraint: Member must not be null"
    assert third == f"Value '{'x' * 256}' at 'modelId' failed to satisfy constraint: Member must satisfy it"


@pytest.mark.parametrize("dialect", [S3VECTORS, BEDROCK])
def test_every_error_of_the_models_has_its_status(dialect: Dialect) -> None:
    for shape in shapes.service(dialect.service).error_shapes:
        declared = shape.metadata.get("error", {}).get("httpStatusCode", 400)
        reply = restjson.refusal(dialect, AwsFault(shape.name, "no"))
        assert (reply.status, reply.error) == (declared, shape.name)
        assert (b"x-amzn-errortype", shape.name.encode()) in reply.headers
        assert orjson.loads(reply.body) == {"message": "no"}


def test_errors_of_the_front_door() -> None:
    for name, status in restjson.FRONT_DOOR.items():
        assert restjson.status_of(UNKNOWN, name) == status
    assert restjson.status_of(UNKNOWN, "SerializationException") == 400
