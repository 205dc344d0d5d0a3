"""The door from outside: boto3 over a real socket, and bytes that boto3 would never send."""

from __future__ import annotations

import contextlib
import http.client
import json
import logging
from typing import Any

import httpx
import pytest
from botocore.exceptions import ClientError
from tests.server.conftest import Small, until

from sensorium.errors import Conflict, Corrupt, Invalid, NotFound, Unavailable
from sensorium.server.call import Answer
from sensorium.wire.fault import AwsFault

ARN = "arn:aws:s3vectors:us-west-2:000000000000:bucket/shop/index/red.dresses"
JOB = "arn:aws:bedrock:us-east-1:000000000000:async-invoke/abcdefabcdef"
MODEL = "arn:aws:bedrock:us-east-1::foundation-model/amazon.nova-2-multimodal-embeddings-v1:0"


def test_labels_and_query_arrive_decoded(plain: Small) -> None:
    client = plain.client("s3vectors", region_name="us-west-2")
    plain.vectors.answers["ListTagsForResource"] = Answer({"tags": {"team": "search"}})
    assert client.list_tags_for_resource(resourceArn=ARN)["tags"] == {"team": "search"}
    client.untag_resource(resourceArn=ARN, tagKeys=["a b", "ü/=+"])
    assert plain.vectors.calls[0].members == {"resourceArn": ARN}
    assert plain.vectors.calls[1].members == {"resourceArn": ARN, "tagKeys": ["a b", "ü/=+"]}
    assert plain.vectors.calls[1].caller.region == "us-west-2"
    assert plain.vectors.calls[1].caller.user is None


def test_the_body_of_a_model_call_arrives_as_bytes(plain: Small) -> None:
    reply = Answer({"body": b'{"a":1}', "contentType": "application/json"}, {"x-amzn-bedrock-input-token-count": "3"})
    plain.bedrock.answers["InvokeModel"] = reply
    found = plain.client("bedrock-runtime").invoke_model(modelId=MODEL, body=b'{"x": 1}', trace="ENABLED")
    assert plain.bedrock.calls[0].members == {"modelId": MODEL, "body": b'{"x": 1}', "trace": "ENABLED"}
    assert found["body"].read() == b'{"a":1}'
    headers = found["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amzn-bedrock-input-token-count"] == "3"
    assert headers["x-amzn-requestid"] == plain.bedrock.calls[0].request_id
    assert headers["content-type"] == "application/json"


def test_times_are_written_as_each_service_writes_them(plain: Small) -> None:
    submitted = {
        "invocationArn": JOB,
        "modelArn": MODEL,
        "status": "InProgress",
        "submitTime": 1_763_700_000.25,
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://out/x"}},
    }
    plain.bedrock.answers["ListAsyncInvokes"] = Answer({"asyncInvokeSummaries": [submitted]})
    plain.vectors.answers["GetVectorBucket"] = Answer({"vectorBucket": {"creationTime": 1_763_700_000.25}})
    raw = httpx.get(f"{plain.url}/async-invoke?submitTimeAfter=2026-01-02T03%3A04%3A05Z&maxResults=5")
    assert raw.json()["asyncInvokeSummaries"][0]["submitTime"] == "2025-11-21T04:40:00.250Z"
    assert plain.bedrock.calls[0].members == {"submitTimeAfter": 1_767_323_045.0, "maxResults": 5}
    raw = httpx.post(f"{plain.url}/GetVectorBucket", json={"vectorBucketName": "shop"})
    assert raw.json()["vectorBucket"]["creationTime"] == 1_763_700_000.25
    found = plain.client("bedrock-runtime").list_async_invokes()["asyncInvokeSummaries"][0]
    assert found["submitTime"].timestamp() == 1_763_700_000.25


def test_headers_of_an_answer_are_those_of_aws(plain: Small) -> None:
    raw = httpx.post(f"{plain.url}/ListVectorBuckets", content=b"")
    assert raw.json() == {}
    assert raw.headers["content-type"] == "application/json"
    assert raw.headers["x-amz-request-id"] == plain.vectors.calls[0].request_id
    assert raw.headers["access-control-allow-origin"] == "*"
    assert raw.headers["access-control-expose-headers"] == "*"
    assert raw.headers["vary"] == "origin, access-control-request-method, access-control-request-headers"
    assert "server" not in raw.headers
    assert "x-amzn-requestid" not in raw.headers


def test_colons_of_a_path_may_come_unescaped(plain: Small) -> None:
    httpx.post(f"{plain.url}/model/amazon.nova-2-multimodal-embeddings-v1:0/invoke", content=b"{}")
    httpx.post(f"{plain.url}/model/amazon.nova-2-multimodal-embeddings-v1%3A0/invoke", content=b"{}")
    assert {call.members["modelId"] for call in plain.bedrock.calls} == {"amazon.nova-2-multimodal-embeddings-v1:0"}


@pytest.mark.parametrize("media_type", [None, "text/plain", "application/x-www-form-urlencoded"])
def test_a_body_is_json_whatever_its_type_says(plain: Small, media_type: str | None) -> None:
    headers = {} if media_type is None else {"content-type": media_type}
    raw = httpx.post(f"{plain.url}/GetVectorBucket", content=b'{"vectorBucketName": "shop"}', headers=headers)
    assert raw.status_code == 200
    assert plain.vectors.calls[0].members == {"vectorBucketName": "shop"}


def test_unknown_members_and_nulls_are_left_out(plain: Small) -> None:
    body = {"vectorBucketName": "shop", "vectorBucketArn": None, "colour": "red"}
    assert httpx.post(f"{plain.url}/GetVectorBucket", json=body).status_code == 200
    assert plain.vectors.calls[0].members == {"vectorBucketName": "shop"}


def test_a_member_of_the_path_is_not_taken_from_the_body(plain: Small) -> None:
    body = {"resourceArn": "other", "tags": {"a": "b"}}
    assert httpx.post(f"{plain.url}/tags/{ARN.replace('/', '%2F')}", json=body).status_code == 200
    assert plain.vectors.calls[0].members == {"resourceArn": ARN, "tags": {"a": "b"}}


def test_not_a_number_reaches_the_service(plain: Small) -> None:
    body = (
        b'{"indexArn": "%s", "topK": 1, "queryVector": {"float32": [NaN, Infinity, -Infinity, 1e400]}}' % ARN.encode()
    )
    assert httpx.post(f"{plain.url}/QueryVectors", content=body).status_code == 200
    found = plain.vectors.calls[0].members["queryVector"]["float32"]
    assert [str(number) for number in found] == ["nan", "inf", "-inf", "inf"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b'{"vectorBucketName": "\\ud800"}', b"[]", b"3", b"null", b"[" * 100_000, b"NaN", b"\x00" * 9],
)
def test_what_is_no_json_object_is_a_serialization_exception(plain: Small, body: bytes) -> None:
    raw = httpx.post(f"{plain.url}/GetVectorBucket", content=body)
    assert (raw.status_code, raw.headers["x-amzn-errortype"]) == (400, "SerializationException")
    assert raw.json()["message"]
    assert plain.vectors.calls == []


def test_broken_constraints_are_told_in_the_service_s_own_words(plain: Small) -> None:
    raw = httpx.post(f"{plain.url}/CreateVectorBucket", json={"vectorBucketName": "ab"})
    message = (
        "Value with length 2 at '/vectorBucketName' failed to satisfy constraint: Member must have length between 3 "
        "and 63, inclusive"
    )
    assert raw.status_code == 400
    assert raw.headers["x-amzn-errortype"] == "ValidationException"
    assert raw.json() == {
        "message": f"1 validation error detected. {message}",
        "fieldList": [{"path": "/vectorBucketName", "message": message}],
    }
    raw = httpx.get(f"{plain.url}/async-invoke?statusEquals=Lost&maxResults=0")
    assert raw.status_code == 400
    assert raw.json() == {
        "message": "2 validation errors detected: Value 'Lost' at 'statusEquals' failed to satisfy constraint: Member "
        "must satisfy enum value set: [InProgress, Completed, Failed]; Value '0' at 'maxResults' failed to satisfy "
        "constraint: Member must be between 1 and 1000, inclusive"
    }


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("POST", "/DropEverything", 404),
        ("POST", "/", 404),
        ("POST", "/tags", 404),
        ("POST", "/tags/", 404),
        ("POST", "/model//invoke", 404),
        ("POST", "/model/a/b/invoke", 404),
        ("POST", "/QueryVectors/", 404),
        ("POST", "//QueryVectors", 404),
        ("POST", "/../QueryVectors", 404),
        ("POST", "/model/x/../QueryVectors", 404),
        ("POST", "/%2e%2e/etc/passwd", 404),
        ("GET", "/QueryVectors", 405),
        ("PUT", "/async-invoke", 405),
        ("POST", "/health", 404),
    ],
)
def test_paths_that_no_operation_has(plain: Small, method: str, path: str, status: int) -> None:
    with contextlib.closing(http.client.HTTPConnection("127.0.0.1", plain.port)) as connection:
        connection.request(method, path)  # httpx would tidy the path up
        raw = connection.getresponse()
        assert (raw.status, raw.headers["x-amzn-errortype"]) == (status, "UnknownOperationException")
        assert json.loads(raw.read())["message"]
        assert ("allow" in raw.headers) == (status == 405)


def test_operations_that_generate_text_are_refused_with_the_reason(plain: Small) -> None:
    plain.bedrock.answers["Converse"] = AwsFault("ValidationException", "Converse is not supported: no.")
    with pytest.raises(ClientError, match="not supported") as caught:
        plain.client("bedrock-runtime").converse(modelId="m", messages=[{"role": "user", "content": [{"text": "hi"}]}])
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400


@pytest.mark.parametrize(
    ("service", "name", "status"),
    [
        ("vectors", "ServiceQuotaExceededException", 402),
        ("vectors", "ConflictException", 409),
        ("vectors", "NotFoundException", 404),
        ("vectors", "RequestTimeoutException", 408),
        ("vectors", "TooManyRequestsException", 429),
        ("vectors", "ValidationException", 400),
        ("vectors", "KmsDisabledException", 400),
        ("vectors", "NeverHeardOfException", 400),
        ("bedrock", "ConflictException", 400),
        ("bedrock", "ModelErrorException", 424),
        ("bedrock", "ModelTimeoutException", 408),
        ("bedrock", "ModelNotReadyException", 429),
        ("bedrock", "ServiceQuotaExceededException", 400),
        ("bedrock", "ServiceUnavailableException", 503),
    ],
)
def test_errors_have_the_status_of_the_service_s_model(plain: Small, service: str, name: str, status: int) -> None:
    fault = AwsFault(name, "no", (("tags", "too many"),))
    path = {"vectors": "/ListVectorBuckets", "bedrock": "/model/m/invoke"}[service]
    getattr(plain, service).answers |= {"ListVectorBuckets": fault, "InvokeModel": fault}
    raw = httpx.post(plain.url + path, content=b"{}")
    assert (raw.status_code, raw.headers["x-amzn-errortype"]) == (status, name)
    assert raw.json() == {"message": "no", "fieldList": [{"path": "tags", "message": "too many"}]}


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (Invalid("bad", path="dim"), 400, "ValidationException"),
        (NotFound("gone"), 404, "NotFoundException"),
        (Conflict("there"), 409, "ConflictException"),
        (Unavailable("later"), 503, "ServiceUnavailableException"),
    ],
)
def test_errors_of_our_tree_become_those_of_aws(plain: Small, error: Exception, status: int, name: str) -> None:
    plain.vectors.answers["ListVectorBuckets"] = error
    raw = httpx.post(f"{plain.url}/ListVectorBuckets")
    assert (raw.status_code, raw.headers["x-amzn-errortype"]) == (status, name)
    assert raw.json()["message"] == str(error)


@pytest.mark.parametrize(
    ("error", "status", "name"),
    [
        (Unavailable("/srv/home/door.db: disk is full", path="/srv/home/door.db"), 503, "ServiceUnavailableException"),
        (Corrupt("/srv/home/door.db: broken"), 500, "InternalServerException"),
    ],
)
def test_what_is_wrong_with_files_is_told_to_the_log_alone(
    plain: Small, error: Exception, status: int, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    plain.vectors.answers["ListVectorBuckets"] = error
    raw = httpx.post(f"{plain.url}/ListVectorBuckets")
    assert (raw.status_code, raw.headers["x-amzn-errortype"]) == (status, name)
    assert "/srv" not in raw.text
    assert raw.headers["x-amz-request-id"] in raw.json()["message"]
    assert any(raw.headers["x-amz-request-id"] in line and "/srv/home" in line for line in caplog.messages)


def test_a_bug_of_ours_is_logged_and_not_shown(plain: Small, caplog: pytest.LogCaptureFixture) -> None:
    plain.vectors.answers["ListVectorBuckets"] = KeyError("the inner life")
    raw = httpx.post(f"{plain.url}/ListVectorBuckets")
    assert (raw.status_code, raw.headers["x-amzn-errortype"]) == (500, "InternalServerException")
    assert "inner life" not in raw.text
    assert raw.headers["x-amz-request-id"] in raw.json()["message"]
    assert "the inner life" in caplog.text
    assert raw.headers["x-amz-request-id"] in caplog.text


def test_identity_over_the_query_protocol(plain: Small) -> None:
    found = plain.client("sts").get_caller_identity()
    assert (found["Account"], found["Arn"]) == ("000000000000", "arn:aws:iam::000000000000:root")
    raw = httpx.get(f"{plain.url}/?Action=GetCallerIdentity&Version=2011-06-15")
    assert raw.status_code == 200
    assert "<Account>000000000000</Account>" in raw.text
    with pytest.raises(ClientError, match="AssumeRole") as caught:
        plain.client("sts").assume_role(RoleArn="arn:aws:iam::000000000000:role/x", RoleSessionName="xx")
    assert caught.value.response["Error"]["Code"] == "InvalidAction"


def test_the_access_log_tells_of_the_request_and_keeps_secrets(plain: Small, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "sensorium.access")
    body = {"indexArn": ARN, "topK": 1, "queryVector": {"float32": [0.12345]}}
    headers = {"authorization": "Bearer hush-hush"}
    httpx.post(f"{plain.url}/QueryVectors", json=body, headers=headers)
    httpx.post(f"{plain.url}/Nothing?x-amz-security-token=hush-hush")

    def told() -> list[dict[str, Any]]:
        return [json.loads(record.message) for record in caplog.records if record.name == "sensorium.access"]

    assert until(lambda: len(told()) == 2)  # a line is written when its answer has been sent
    lines = told()
    assert [(line["operation"], line["status"]) for line in lines] == [("QueryVectors", 200), ("", 404)]
    assert lines[0]["caller"] == "arn:aws:iam::000000000000:root"
    assert lines[0]["id"] == plain.vectors.calls[0].request_id
    assert lines[0]["ms"] > 0
    assert lines[0]["received"] > 50
    assert lines[1]["error"] == "UnknownOperationException"
    assert "hush" not in caplog.text
    assert "0.12345" not in caplog.text
