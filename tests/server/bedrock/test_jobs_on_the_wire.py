"""The async workflow as boto3 runs it: a film in S3, 5 s segments, results read back from the bucket."""

from __future__ import annotations

import datetime
import json
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError
from tests.media.conftest import Film, make
from tests.pipeline.conftest import registry
from tests.server.bedrock.desk import NOVA, nova_input

from sensorium.config import Settings
from sensorium.server.server import Server
from sensorium.testing.server import RunningServer


@pytest.fixture
def running(tmp_path: Path, s3_endpoint: str, aws_keys: None) -> Iterator[RunningServer]:
    settings = Settings(
        tmp_path / "home", s3_endpoint=s3_endpoint, serve_port=0, serve_access_log="off", serve_models="*=weightless"
    )
    with RunningServer(Server(settings, registry())) as running:
        yield running


def ended(bedrock: Any, arn: str) -> dict[str, Any]:
    until = time.monotonic() + 60
    while (state := bedrock.get_async_invoke(invocationArn=arn))["status"] == "InProgress":
        assert time.monotonic() < until
        time.sleep(0.05)
    return dict(state)


def test_a_film_in_s3_becomes_vectors_in_s3(
    running: RunningServer, s3_client: Any, s3_bucket: str, tmp_path: Path
) -> None:
    bedrock = running.client("bedrock-runtime")
    film = make(tmp_path / "film.mp4", Film(seconds=7)).read_bytes()
    s3_client.put_object(Bucket=s3_bucket, Key="films/my film.mp4", Body=film)
    output = {"s3OutputDataConfig": {"s3Uri": f"s3://{s3_bucket}/results"}}
    document = nova_input("video", f"s3://{s3_bucket}/films/my film.mp4", 1024)
    started = bedrock.start_async_invoke(modelId=NOVA, modelInput=document, outputDataConfig=output)
    state = ended(bedrock, started["invocationArn"])
    assert state["status"] == "Completed", state
    for name in ("submitTime", "lastModifiedTime", "endTime"):
        age = datetime.datetime.now(datetime.UTC) - state[name]
        assert datetime.timedelta(0) <= age < datetime.timedelta(minutes=2)
    folder = state["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
    key = f"{folder.removeprefix(f's3://{s3_bucket}/')}/embedding-audio-video.jsonl"
    lines = s3_client.get_object(Bucket=s3_bucket, Key=key)["Body"].read().decode().splitlines()
    segments = [json.loads(line) for line in lines]
    assert [len(segment["embedding"]) for segment in segments] == [1024, 1024]
    assert [segment["segmentMetadata"]["segmentStartSeconds"] for segment in segments] == [0, 5]
    listed = bedrock.list_async_invokes(statusEquals="Completed", sortBy="SubmissionTime", sortOrder="Descending")
    assert [each["invocationArn"] for each in listed["asyncInvokeSummaries"]] == [started["invocationArn"]]
    since = state["submitTime"] + datetime.timedelta(minutes=1)
    assert bedrock.list_async_invokes(submitTimeAfter=since)["asyncInvokeSummaries"] == []
    missing = nova_input("text", f"s3://{s3_bucket}/none.txt")
    arn = bedrock.start_async_invoke(modelId=NOVA, modelInput=missing, outputDataConfig=output)["invocationArn"]
    assert "none.txt" in ended(bedrock, arn)["failureMessage"]


def test_refusals_are_modelled(running: RunningServer, s3_bucket: str) -> None:
    bedrock = running.client("bedrock-runtime")

    def refused(call: Any, **members: Any) -> tuple[str, str]:
        with pytest.raises(ClientError) as raised:
            call(**members)
        error = raised.value.response["Error"]
        return error["Code"], error["Message"]

    document = nova_input("text", f"s3://{s3_bucket}/a.txt")
    good = {
        "modelId": NOVA,
        "modelInput": document,
        "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://{s3_bucket}/out"}},
    }
    start = bedrock.start_async_invoke
    assert refused(start, **{**good, "modelId": "amazon.nova-9"}) == (
        "ValidationException",
        "The provided model identifier is invalid.",
    )
    nowhere = {"s3OutputDataConfig": {"s3Uri": "s3://no-such-bucket-here/out"}}
    code, message = refused(start, **{**good, "outputDataConfig": nowhere})
    assert (code, "output bucket does not exist" in message) == ("ValidationException", True)
    assert refused(start, **{**good, "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "https://x"}}})[0] == (
        "ValidationException"
    )
    assert refused(start, **{**good, "modelInput": {"taskType": "SINGLE_EMBEDDING"}})[0] == "ValidationException"
    first = start(**good, clientRequestToken="one-token")
    assert start(**good, clientRequestToken="one-token")["invocationArn"] == first["invocationArn"]
    again = {**good, "modelInput": nova_input("text", f"s3://{s3_bucket}/b.txt")}
    assert refused(start, **again, clientRequestToken="one-token")[0] == "ConflictException"
    unknown = first["invocationArn"][:-12] + "0" * 12
    assert refused(bedrock.get_async_invoke, invocationArn=unknown)[0] == "ValidationException"
    assert refused(bedrock.list_async_invokes, nextToken="nonsense")[0] == "ValidationException"
    assert refused(bedrock.list_async_invokes, maxResults=1001)[0] == "ValidationException"
