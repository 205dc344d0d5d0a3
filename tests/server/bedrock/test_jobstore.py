from __future__ import annotations

import sqlite3
from pathlib import Path

import pytest

from sensorium.errors import Corrupt
from sensorium.server.bedrock.job import Job, Status, new_id
from sensorium.server.bedrock.jobstore import JobStore, Wanted

REQUEST = {
    "modelId": "m",
    "modelInput": {"ä": [1, 2.5, None]},
    "outputDataConfig": {"s3OutputDataConfig": {"s3Uri": "s3://b/x"}},
}


def job(submitted_s: float = 1.0, token: str | None = None) -> Job:
    return Job(new_id(), "0" * 12, "us-east-1", "m", token, REQUEST, submitted_s, submitted_s)


def test_a_job_comes_back_as_it_was_kept(tmp_path: Path) -> None:
    kept = job(token="t")
    store = JobStore(tmp_path / "jobs.db")
    assert store.add(kept) is kept
    store.close()
    store = JobStore(tmp_path / "jobs.db")
    assert store.get(kept.id) == kept
    assert store.get("none") is None
    assert store.unfinished(10) == [kept.id]
    assert store.begin(kept.id).tries == 1
    store.untried(kept.id)
    assert store.begin(kept.id).tries == 1
    store.end(kept.id, Status.FAILED, "why")
    ended = store.get(kept.id)
    assert ended is not None
    assert (ended.status, ended.failure) == (Status.FAILED, "why")
    assert ended.ended_s == ended.modified_s
    assert store.unfinished(10) == []
    store.close()


def test_pages_do_not_repeat_jobs_of_one_moment(tmp_path: Path) -> None:
    store = JobStore(tmp_path / "jobs.db")
    jobs = sorted((store.add(job(5.0)) for _ in range(9)), key=lambda each: each.id)
    found: list[Job] = []
    while page := store.page("0" * 12, "us-east-1", Wanted(ascending=True, after=_last(found)), 2):
        found += page
    assert found == jobs
    store.close()


def _last(found: list[Job]) -> tuple[float, str] | None:
    return (found[-1].submitted_s, found[-1].id) if found else None


def test_a_foreign_file_is_left_alone(tmp_path: Path) -> None:
    other = sqlite3.connect(tmp_path / "jobs.db")
    other.execute("CREATE TABLE theirs (a)")
    other.commit()
    other.close()
    with pytest.raises(Corrupt, match="not a file of async invokes"):
        JobStore(tmp_path / "jobs.db")
    (tmp_path / "text.db").write_text("no database at all, but words" * 100)
    with pytest.raises(Corrupt):
        JobStore(tmp_path / "text.db")
