from __future__ import annotations

from dataclasses import replace

from sensorium.server.bedrock.job import Job, Status, new_id

REQUEST = {"modelId": "m", "modelInput": {"a": 1}, "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/x/"}}}


def job() -> Job:
    return Job(new_id(), "0" * 12, "us-east-1", "m", None, REQUEST, 1.0, 2.0)


def test_the_output_lies_below_the_callers_folder_under_the_jobs_id() -> None:
    made = job()
    assert made.target == f"s3://b/x/{made.id}"
    assert made.arn == f"arn:aws:bedrock:us-east-1:000000000000:async-invoke/{made.id}"


def test_equal_requests_have_equal_digests_whatever_their_order() -> None:
    turned = dict(reversed(REQUEST.items()))
    assert job().digest == replace(job(), request=turned).digest
    assert job().digest != replace(job(), request={**REQUEST, "modelInput": {"a": 2}}).digest


def test_a_summary_leaves_out_what_is_not_there() -> None:
    made = job()
    assert set(made.summary()) == {
        "invocationArn",
        "modelArn",
        "status",
        "submitTime",
        "lastModifiedTime",
        "outputDataConfig",
    }
    failed = replace(made, status=Status.FAILED, failure="why", ended_s=3.0, token="t").summary()
    assert (failed["status"], failed["failureMessage"], failed["endTime"]) == ("Failed", "why", 3.0)
    assert failed["clientRequestToken"] == "t"


def test_ids_are_of_twelve_letters_and_digits() -> None:
    found = {new_id() for _ in range(1000)}
    assert len(found) == 1000
    assert all(len(id) == 12 and id.isascii() and id.isalnum() and id == id.lower() for id in found)
