"""StartAsyncInvoke, GetAsyncInvoke, ListAsyncInvokes: what is kept, what is refused, what survives."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from tests.server.bedrock.desk import CALLER, NOVA, Desk, nova_input, opened

from sensorium.errors import Conflict, Invalid, Unavailable
from sensorium.objects.base import ObjectInfo
from sensorium.objects.local import LocalObjects
from sensorium.server.call import Caller
from sensorium.wire.fault import AwsFault


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    with opened(tmp_path) as desk:
        yield desk


class Slow(LocalObjects):
    """Sources come only once ``gate`` is open."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.gate = threading.Event()
        self.fetched: list[str] = []
        self.most = self.now = 0
        self.lock = threading.Lock()

    def fetch(self, uri: str, to: Path, max_bytes: int | None = None) -> ObjectInfo:
        with self.lock:
            self.fetched.append(uri)
            self.now += 1
            self.most = max(self.most, self.now)
        self.gate.wait(20)
        with self.lock:
            self.now -= 1
        return super().fetch(uri, to, max_bytes)


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


def test_at_most_so_many_run_at_a_time(tmp_path: Path) -> None:
    slow = Slow(tmp_path / "buckets")
    with opened(tmp_path, slow, workers=2) as desk:
        uri = desk.put("a.txt", b"words")
        arns = [desk.start(NOVA, nova_input("text", uri)) for _ in range(6)]
        time.sleep(0.2)
        assert len(slow.fetched) == 2
        slow.gate.set()
        assert [desk.ended(arn)["status"] for arn in arns] == ["Completed"] * 6
        assert slow.most == 2
    assert list((tmp_path / "jobs").iterdir()) == [tmp_path / "jobs" / "turn"]


def test_a_stop_puts_a_job_down_and_a_restart_takes_it_up(tmp_path: Path) -> None:
    slow = Slow(tmp_path / "buckets")
    with opened(tmp_path, slow, workers=1) as desk:
        uri = desk.put("a.txt", b"words " * 2000)
        arns = [desk.start(NOVA, nova_input("text", uri)) for _ in range(3)]
        while not slow.fetched:
            time.sleep(0.01)
        threading.Timer(0.2, slow.gate.set).start()
    with opened(tmp_path, workers=1) as desk:
        states = [desk.ended(arn) for arn in arns]
        assert [state["status"] for state in states] == ["Completed"] * 3
        for state in states:
            out = state["outputDataConfig"]["s3OutputDataConfig"]["s3Uri"]
            indices = [line["segmentMetadata"]["segmentIndex"] for line in desk.lines(f"{out}/embedding-text.jsonl")]
            assert indices == list(range(len(indices)))
            assert len(indices) == 16


def test_one_process_runs_the_jobs_and_another_takes_over(tmp_path: Path) -> None:
    slow = Slow(tmp_path / "buckets")
    with opened(tmp_path) as second:
        uri = second.put("a.txt", b"words")
        first_arn = second.start(NOVA, nova_input("text", uri))
        second.ended(first_arn)
        with opened(tmp_path, slow) as waiting:
            arn = waiting.start(NOVA, nova_input("text", uri))
            assert waiting.ended(arn)["status"] == "Completed"
            assert slow.fetched == []  # the other one did it, since the lock is its own
            second.jobs._runner.close()
            slow.gate.set()
            arn = waiting.start(NOVA, nova_input("text", uri))
            assert waiting.ended(arn)["status"] == "Completed"
            assert slow.fetched == [uri]


def test_a_job_that_ends_the_process_again_and_again_is_given_up(tmp_path: Path) -> None:
    with opened(tmp_path, workers=0) as desk:
        arn = desk.start(NOVA, nova_input("text", desk.put("a.txt", b"words")))
        for _ in range(5):
            desk.jobs._store.begin(arn.rpartition("/")[2])
    with opened(tmp_path) as desk:
        state = desk.ended(arn)
        assert state["status"] == "Failed"
        assert "given up: the server ended 5 times" in state["failureMessage"]


class Failing(LocalObjects):
    """So many writes raise ``error``."""

    error: Exception = Unavailable("s3://out-bucket: access denied", code="access_denied")
    times = 1000

    def write(self, uri: str, data: bytes | Path, media_type: str) -> None:
        if "out-bucket" in uri and self.times > 0:
            self.times -= 1
            raise self.error
        super().write(uri, data, media_type)


def test_a_store_that_answers_late_costs_no_job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sensorium.server.bedrock.jobwork.PAUSES_S", (0.01, 0.01))
    failing = Failing(tmp_path / "buckets")
    failing.error = Unavailable("s3://out-bucket: no answer")
    failing.times = 2
    with opened(tmp_path, failing) as desk:
        uri = desk.put("a.txt", b"words")
        assert desk.ended(desk.start(NOVA, nova_input("text", uri)))["status"] == "Completed"
        failing.times = 3
        state = desk.ended(desk.start(NOVA, nova_input("text", uri)))
        assert (state["status"], state["failureMessage"]) == ("Failed", "s3://out-bucket: no answer")


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (Unavailable("s3://out-bucket: access denied", code="access_denied"), "access denied"),
        (RuntimeError("a bug"), "An internal error occurred"),
        (OSError(28, "No space left on device"), "No space left on device"),
    ],
)
def test_output_that_cannot_be_written_fails_the_job(
    tmp_path: Path, error: Exception, why: str, caplog: pytest.LogCaptureFixture
) -> None:
    failing = Failing(tmp_path / "buckets")
    failing.error = error
    with opened(tmp_path, failing) as desk:
        state = desk.ended(desk.start(NOVA, nova_input("text", desk.put("a.txt", b"words"))))
        assert state["status"] == "Failed"
        assert why in state["failureMessage"]
        assert desk.ended(desk.start(NOVA, nova_input("text", "s3://in-bucket/a.txt")))["status"] == "Failed"
