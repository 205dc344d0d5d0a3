"""StartAsyncInvoke, GetAsyncInvoke, ListAsyncInvokes: what is kept, what is refused, what survives."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.server.bedrock.desk import CALLER, NOVA, Desk, Slow, nova_input, opened

from sensorium.errors import Conflict, Invalid
from sensorium.server.call import Caller
from sensorium.wire.fault import AwsFault


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path) as desk:
        yield desk


def test_a_job_is_described_while_it_runs_and_after(tmp_path: Path) -> None:
    slow = Slow(tmp_path / "buckets")
    with opened(tmp_path, slow) as desk:
        before = time.time()
        uri = desk.put("a.txt", b"some words")
        arn = desk.start(NOVA, nova_input("text", uri), clientRequestToken="token-1", tags=[{"key": "k", "value": "v"}])
        assert re.fullmatch(r"arn:aws:bedrock:us-east-1:123456789012:async-invoke/[a-z0-9]{12}", arn)
        state = desk.get(arn)
        id = arn.rpartition("/")[2]
        assert state == {
            "invocationArn": arn,
            "modelArn": f"arn:aws:bedrock:us-east-1::foundation-model/{NOVA}",
            "clientRequestToken": "token-1",
            "status": "InProgress",
            "submitTime": state["submitTime"],
            "lastModifiedTime": state["lastModifiedTime"],
            "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": f"s3://out-bucket/results/{id}"}},
        }
        assert before <= state["submitTime"] <= state["lastModifiedTime"] <= time.time()
        slow.gate.set()
        state = desk.ended(arn)
        assert state["status"] == "Completed"
        assert state["endTime"] == state["lastModifiedTime"] >= state["submitTime"]
        assert "failureMessage" not in state
        assert desk.jobs._store.get(id).request["tags"] == [{"key": "k", "value": "v"}]  # type: ignore[union-attr]


def test_a_token_names_one_job(desk: Desk) -> None:
    uri = desk.put("a.txt", b"some words")
    arn = desk.start(NOVA, nova_input("text", uri), clientRequestToken="t")
    assert desk.start(NOVA, nova_input("text", uri), clientRequestToken="t") == arn
    desk.ended(arn)
    assert desk.start(NOVA, nova_input("text", uri), clientRequestToken="t") == arn
    with pytest.raises(Conflict, match="another request"):
        desk.start(NOVA, nova_input("text", uri, 384), clientRequestToken="t")
    with pytest.raises(Conflict):
        desk.start(NOVA, nova_input("text", uri), clientRequestToken="t", s3Uri="s3://out-bucket/other")
    other = replace(CALLER, account="999999999999")
    elsewhere = desk.start(NOVA, nova_input("text", uri), caller=other, clientRequestToken="t")
    assert elsewhere != arn
    assert desk.start(NOVA, nova_input("text", uri)) != desk.start(NOVA, nova_input("text", uri))
    assert len(desk.listed()["asyncInvokeSummaries"]) == 3


@pytest.mark.parametrize(
    ("model", "document", "members", "why"),
    [
        ("amazon.nova-3", {}, {}, "The provided model identifier is invalid."),
        ("amazon.titan-embed-text-v2:0", {}, {}, "doesn't support asynchronous invocation"),
        (NOVA, {}, {}, "2 schema violations"),
        (NOVA, nova_input("text", "s3://in-bucket/a"), {"s3Uri": "s3://no-such-bucket/x"}, "output bucket does not"),
        (NOVA, nova_input("text", "https://example.org/a"), {}, "Malformed input request"),
    ],
)
def test_what_can_never_run_is_refused(
    desk: Desk, model: str, document: dict[str, Any], members: dict[str, Any], why: str
) -> None:
    with pytest.raises(AwsFault, match=re.escape(why)) as raised:
        desk.start(model, document, **members)
    assert raised.value.name == "ValidationException"
    assert desk.listed()["asyncInvokeSummaries"] == []


def test_inline_bytes_are_no_source_of_nova(desk: Desk) -> None:
    document = nova_input("image", "s3://in-bucket/a")
    document["segmentedEmbeddingParams"]["image"]["source"] = {"bytes": "aGVsbG8="}
    with pytest.raises(AwsFault, match="Malformed input request"):
        desk.start(NOVA, document)


def test_a_bucket_of_another_owner_is_refused(desk: Desk) -> None:
    document = nova_input("text", "s3://in-bucket/a")
    document["segmentedEmbeddingParams"]["text"]["source"]["s3Location"]["bucketOwner"] = "999999999999"
    with pytest.raises(Invalid, match="bucketOwner is 999999999999"):
        desk.start(NOVA, document)


def test_an_unknown_arn_is_refused_and_so_is_that_of_another_account(desk: Desk) -> None:
    arn = desk.start(NOVA, nova_input("text", desk.put("a.txt", b"words")))
    for wrong, caller in (
        (arn[:-12] + "0" * 12, CALLER),
        (arn, Caller("999999999999", "us-east-1")),
        (arn.replace("us-east-1", "eu-west-1"), CALLER),
        ("arn:aws:bedrock:us-east-1:123456789012:other/x", CALLER),
    ):
        with pytest.raises(AwsFault, match="No async invocation") as raised:
            desk.get(wrong, caller)
        assert raised.value.name == "ValidationException"


def test_lists_are_filtered_sorted_and_paged(tmp_path: Path) -> None:
    with opened(tmp_path) as desk:
        good = desk.put("a.txt", b"words")
        arns = []
        for number in range(7):
            uri = good if number % 2 == 0 else "s3://in-bucket/missing"
            arns.append(desk.start(NOVA, nova_input("text", uri)))
            time.sleep(0.002)
        states = [desk.ended(arn) for arn in arns]

        def listed(**members: Any) -> list[str]:
            return [each["invocationArn"] for each in desk.listed(**members)["asyncInvokeSummaries"]]

        assert listed() == listed(sortBy="SubmissionTime", sortOrder="Descending") == arns[::-1]
        assert listed(sortOrder="Ascending") == arns
        assert listed(statusEquals="Completed", sortOrder="Ascending") == arns[::2]
        assert listed(statusEquals="Failed", sortOrder="Ascending") == arns[1::2]
        assert listed(statusEquals="InProgress") == []
        middle = states[3]["submitTime"]
        assert listed(submitTimeAfter=middle, sortOrder="Ascending") == arns[4:]
        assert listed(submitTimeBefore=middle, sortOrder="Ascending") == arns[:3]
        assert desk.listed(maxResults=1)["asyncInvokeSummaries"][0] == states[-1]
        for order, expected in (("Ascending", arns), ("Descending", arns[::-1])):
            found, token = [], None
            while True:
                page = desk.listed(maxResults=3, sortOrder=order, **({"nextToken": token} if token else {}))
                found += [each["invocationArn"] for each in page["asyncInvokeSummaries"]]
                token = page.get("nextToken")
                if token is None:
                    break
                assert re.fullmatch(r"\S{1,2048}", token)
            assert found == expected
        assert desk.listed(caller=replace(CALLER, region="eu-west-1"))["asyncInvokeSummaries"] == []
        with pytest.raises(Invalid, match="nextToken"):
            desk.listed(nextToken="nonsense")
