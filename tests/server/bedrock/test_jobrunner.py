"""Jobs in threads: how many at a time, put down and taken up, given up, and what a failing store does to them."""

from __future__ import annotations

import threading
import time
from pathlib import Path

import pytest
from tests.server.bedrock.desk import NOVA, Slow, nova_input, opened

from sensorium.errors import Unavailable
from sensorium.objects.local import LocalObjects


def test_at_most_so_many_run_at_a_time(tmp_path: Path) -> None:
    slow = Slow(tmp_path / "buckets")
    with opened(tmp_path, slow, workers=2) as desk:
        uri = desk.put("a.txt", b"words")
        arns = [desk.start(NOVA, nova_input("text", uri)) for _ in range(6)]
        while len(slow.fetched) < 2:
            time.sleep(0.01)
        time.sleep(0.2)  # in which a third would begin
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
