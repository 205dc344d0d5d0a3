"""The service: members, headers, errors, and what botocore's model of InvokeModel declares."""

from __future__ import annotations

import inspect
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import botocore.session
import numpy as np
import pytest
from botocore.exceptions import ClientError
from tests.server.bedrock.conftest import ACCOUNT, NOVA, Door, picture, single, text64

from sensorium.errors import Conflict, Corrupt, Invalid, NotFound, SensoriumError, Unavailable, Unreadable, Unsupported
from sensorium.server.bedrock import service
from sensorium.server.bedrock.catalogue import Family
from sensorium.server.bedrock.service import BedrockService
from sensorium.server.bedrock.unsupported import IGNORED, NEVER_ANSWERED
from sensorium.server.call import Call, Caller
from sensorium.testing.server import RunningServer
from sensorium.wire.fault import AwsFault

MODEL = botocore.session.get_session().get_service_model("bedrock-runtime")
TEXT = {"text": {"truncationMode": "END", "value": "a red dress"}}
BODY = single(**TEXT)


def test_an_answer_has_the_members_and_headers_of_aws(door: Door) -> None:
    answer = door.answer(BODY)
    assert set(answer.members) == {"body", "contentType"}
    assert answer.members["contentType"] == "application/json"
    assert answer.headers["x-amzn-bedrock-input-token-count"] == "3"
    assert int(answer.headers["x-amzn-bedrock-invocation-latency"]) >= 0
    (entry,) = json.loads(answer.members["body"])["embeddings"]
    assert set(entry) == {"embeddingType", "embedding"}


def test_what_the_client_chose_is_echoed(door: Door) -> None:
    answer = door.answer(BODY, performanceConfigLatency="optimized", serviceTier="flex")
    assert answer.members["performanceConfigLatency"] == "optimized"
    assert answer.members["serviceTier"] == "flex"


@pytest.mark.parametrize("accept", [None, "", "*/*", "application/json", "application/json; q=0.9", "text/html, */*"])
def test_json_is_what_a_client_may_accept(door: Door, accept: str | None) -> None:
    assert door.answer(BODY, accept=accept).members["contentType"] == "application/json"


@pytest.mark.parametrize("accept", ["application/xml", "text/plain, image/png"])
def test_a_client_that_accepts_no_json_is_told(door: Door, accept: str) -> None:
    with pytest.raises(AwsFault, match="accept type"):
        door.answer(BODY, accept=accept)


def test_there_are_no_guardrails(door: Door) -> None:
    with pytest.raises(AwsFault, match="guardrail identifier or version provided in the request does not exist"):
        door.answer(BODY, guardrailIdentifier="abc", guardrailVersion="1")
    assert door.answer(BODY, guardrailIdentifier="").members["body"]


@pytest.mark.parametrize("data", [b"", b"{", b"[1,", b"\xff\xfe", b"a=b&c=d"])
def test_what_is_no_json_has_awss_words(door: Door, data: bytes) -> None:
    with pytest.raises(AwsFault) as caught:
        door.answer(data)
    assert str(caught.value) == (
        "ValidationException: Malformed input request, please reformat your input and try again."
    )


def test_a_body_has_at_most_25_million_bytes(door: Door) -> None:
    with pytest.raises(AwsFault, match="expected maxLength: 25000000, actual: 25000001"):
        door.answer(b" " * 25_000_001)
    data = json.dumps(BODY).encode()
    assert door.answer(data + b" " * (25_000_000 - len(data))).members["body"]


def test_an_unknown_model_has_awss_words(door: Door) -> None:
    with pytest.raises(AwsFault) as caught:
        door.answer(BODY, "amazon.nova-pro-v1:0")
    assert str(caught.value) == "ValidationException: The provided model identifier is invalid."


@pytest.mark.parametrize(
    ("operation", "method"), [("StartAsyncInvoke", "start"), ("GetAsyncInvoke", "get"), ("ListAsyncInvokes", "list")]
)
def test_async_invokes_are_the_jobs(door: Door, operation: str, method: str) -> None:
    call = Call(operation, {"modelId": NOVA}, Caller(ACCOUNT, "us-east-1"), "r-1")
    answer = door.service.call(call)
    assert door.jobs.calls == [(method, call)]
    assert answer.members


def test_closing_closes_the_jobs(door: Door) -> None:
    door.service.close()
    assert door.jobs.closed


@pytest.mark.parametrize(
    ("error", "name"),
    [
        (Invalid("m"), "ValidationException"),
        (Unreadable("m"), "ValidationException"),
        (Unsupported("m"), "ValidationException"),
        (NotFound("m"), "ResourceNotFoundException"),
        (Unavailable("m"), "ServiceUnavailableException"),
        (Unavailable("m", code="access_denied"), "AccessDeniedException"),
        (Corrupt("m"), "InternalServerException"),
    ],
)
def test_our_errors_are_errors_that_invoke_model_declares(
    door: Door, error: SensoriumError, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def failing(*_: Any) -> Any:
        raise error

    monkeypatch.setitem(service._HANDLERS, Family.NOVA, failing)
    with pytest.raises(AwsFault) as caught:
        door.answer(BODY)
    assert (caught.value.name, caught.value.message) == (name, "m")
    assert name in {shape.name for shape in MODEL.operation_model("InvokeModel").error_shapes}


def test_a_conflict_is_one_that_start_async_invoke_declares(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    def start(_: Call) -> Any:
        raise Conflict("m")

    monkeypatch.setattr(door.jobs, "start", start)
    with pytest.raises(AwsFault) as caught:
        door.service.call(Call("StartAsyncInvoke", {}, Caller(ACCOUNT, "us-east-1"), "r"))
    assert caught.value.name in {shape.name for shape in MODEL.operation_model("StartAsyncInvoke").error_shapes}


def test_every_error_of_invoke_model_is_answered_or_has_a_reason() -> None:
    answered = {
        *("ValidationException", "ResourceNotFoundException", "ServiceUnavailableException"),
        *("AccessDeniedException", "InternalServerException"),
    }
    declared = {shape.name for shape in MODEL.operation_model("InvokeModel").error_shapes}
    assert declared == answered | set(NEVER_ANSWERED)
    assert not answered & set(NEVER_ANSWERED)


def test_every_member_of_invoke_model_is_read_or_has_a_reason() -> None:
    declared = set(MODEL.operation_model("InvokeModel").input_shape.members)
    code = inspect.getsource(service)
    read = {name for name in declared if f'"{name}"' in code} - {"contentType"}
    assert read | set(IGNORED) == declared
    assert set(MODEL.operation_model("InvokeModel").output_shape.members) == {
        *("body", "contentType", "performanceConfigLatency", "serviceTier"),
    }


def test_every_family_has_a_handler() -> None:
    assert set(service._HANDLERS) == set(Family)


def test_threads_get_what_one_thread_gets(door: Door) -> None:
    texts = [f"text {number % 7}" for number in range(60)]
    bodies = [single(text={"truncationMode": "END", "value": text}, embeddingDimension=256) for text in texts]
    with ThreadPoolExecutor(8) as pool:
        found = [each["embeddings"][0]["embedding"] for each in pool.map(door.invoke, bodies)]
    alone = {
        text: door.invoke(body)["embeddings"][0]["embedding"] for text, body in zip(texts[:7], bodies, strict=False)
    }
    assert found == [alone[text] for text in texts]


def test_a_thousand_texts_cost_little_beside_the_model(door: Door) -> None:
    """Reading, checking, answering of 3,072 components: 0.3 ms of processor time a call where this was written."""
    data = [json.dumps(single(text={"truncationMode": "END", "value": f"text {n}"})).encode() for n in range(1000)]
    door.answer(data[0])
    started = time.process_time()
    for each in data:
        door.answer(each)
    assert time.process_time() - started < 5.0


def test_a_service_without_objects_still_embeds(door: Door) -> None:
    bare = BedrockService(door.service._models, None, door.jobs)
    call = Call("InvokeModel", {"modelId": NOVA, "body": json.dumps(BODY).encode()}, Caller(ACCOUNT, "us-east-1"), "r")
    assert bare.call(call).members["body"]


# --- through boto3 and a real socket, with the built-in model ---


def invoked(client: Any, document: Any, model: str = NOVA, **more: Any) -> Any:
    return json.loads(client.invoke_model(modelId=model, body=json.dumps(document), **more)["body"].read())


def test_boto3_without_a_content_type(server: RunningServer) -> None:
    client = server.client("bedrock-runtime")
    answer = client.invoke_model(modelId=NOVA, body=json.dumps(BODY))
    assert answer["contentType"] == "application/json"
    headers = answer["ResponseMetadata"]["HTTPHeaders"]
    assert headers["x-amzn-bedrock-input-token-count"] == "3"
    assert headers["x-amzn-requestid"] == answer["ResponseMetadata"]["RequestId"]
    (entry,) = json.loads(answer["body"].read())["embeddings"]
    assert len(entry["embedding"]) == 3072
    assert np.linalg.norm(entry["embedding"]) == pytest.approx(1, abs=1e-5)


@pytest.mark.parametrize(
    "model",
    [f"us.{NOVA}", f"arn:aws:bedrock:us-east-1::foundation-model/{NOVA}", "amazon.nova-embedding-v1:0"],
)
def test_boto3_with_every_form_of_an_id(server: RunningServer, model: str) -> None:
    client = server.client("bedrock-runtime")
    more = {"contentType": "application/json", "accept": "application/json"}
    assert invoked(client, BODY, model, **more) == invoked(client, BODY)


def test_boto3_with_an_image_and_a_text_in_one_space(server: RunningServer) -> None:
    client = server.client("bedrock-runtime")
    image = {"format": "jpeg", "source": {"bytes": text64(picture("jpeg", size=(300, 200)))}}
    found = invoked(client, single(image=image, embeddingDimension=256))
    assert found["embeddings"][0]["embeddingType"] == "IMAGE"
    assert len(found["embeddings"][0]["embedding"]) == 256


def test_boto3_sees_the_errors_of_aws(server: RunningServer) -> None:
    client = server.client("bedrock-runtime")
    with pytest.raises(client.exceptions.ValidationException) as caught:
        invoked(client, single(embeddingDimension=512, **TEXT))
    assert caught.value.response["Error"]["Message"] == (
        "Malformed input request: #/singleEmbeddingParams/embeddingDimension: 512 is not a valid enum value, "
        "please reformat your input and try again."
    )
    assert caught.value.response["ResponseMetadata"]["HTTPStatusCode"] == 400
    with pytest.raises(client.exceptions.ValidationException, match="The provided model identifier is invalid"):
        invoked(client, BODY, "amazon.nova-pro-v1:0")
    with pytest.raises(client.exceptions.ValidationException, match="Converse is not supported"):
        client.converse(modelId=NOVA, messages=[{"role": "user", "content": [{"text": "hello"}]}])
    with pytest.raises(ClientError, match="unsupported for streaming"):
        client.invoke_model_with_response_stream(modelId=NOVA, body=b"{}")


def test_boto3_with_an_object_that_is_not_there(server: RunningServer) -> None:
    client = server.client("bedrock-runtime")
    image = {"format": "png", "source": {"s3Location": {"uri": "s3://nowhere-at-all/a.png"}}}
    with pytest.raises(ClientError) as caught:
        invoked(client, single(image=image))
    assert caught.value.response["Error"]["Code"] != "InternalServerException"
    assert "s3://nowhere-at-all" in str(caught.value)
