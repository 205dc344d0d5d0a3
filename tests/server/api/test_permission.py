"""Users of the page may do what bucket policies let them do, and read nothing of the server's machine."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.server.api.conftest import FILE, Desk, opened

KEYS = """[ada]
aws_access_key_id = AKIDADA
aws_secret_access_key = lovelace
[bob]
aws_access_key_id = AKIDBOB
aws_secret_access_key = builder
"""


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Desk]:
    """A server with two users; the bucket ``papers`` holds one index with one record."""
    keys, tokens = tmp_path / "keys", tmp_path / "tokens"
    keys.write_text(KEYS)
    tokens.write_text("ada token-of-ada\nbob token-of-bob\n")
    settings = {"serve_credentials": str(keys), "serve_bearer_token_file": str(tokens)}
    with opened(tmp_path / "home", tmp_path / "library", **settings) as found:
        client = found.running.client("s3vectors", "AKIDADA", "lovelace")
        client.create_vector_bucket(vectorBucketName="papers")
        place = {"vectorBucketName": "papers", "indexName": "drafts"}
        client.create_index(**place, dataType="float32", dimension=3, distanceMetric="cosine")
        client.put_vectors(**place, vectors=[{"key": "a", "data": {"float32": [1, 0, 0]}}])
        yield found


def deny(desk: Desk, *actions: str) -> None:
    """Put a policy that denies bob these actions on the bucket and all in it."""
    arn = "arn:aws:s3vectors:us-east-1:000000000000:bucket/papers"
    statement = {
        "Effect": "Deny",
        "Principal": {"AWS": "arn:aws:iam::000000000000:user/bob"},
        "Action": [f"s3vectors:{action}" for action in actions],
        "Resource": [arn, f"{arn}/*"],
    }
    policy = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
    client = desk.running.client("s3vectors", "AKIDADA", "lovelace")
    client.put_vector_bucket_policy(vectorBucketName="papers", policy=policy)


def by(user: str, **more: Any) -> dict[str, Any]:
    """The headers of a user's call."""
    return {"headers": {"authorization": f"Bearer token-of-{user}", **more}}


def names(desk: Desk, user: str) -> list[str]:
    return [one["name"] for one in desk.client.get("/indexes", **by(user)).json()["indexes"]]


@pytest.mark.parametrize("action", ["GetVectors", "ListVectors", "QueryVectors", "GetIndex", "*"])
def test_who_may_not_read_sees_nothing(locked: Desk, action: str) -> None:
    assert names(locked, "bob") == ["papers/drafts"]
    deny(locked, action)
    assert (names(locked, "ada"), names(locked, "bob")) == (["papers/drafts"], [])
    asked = {"inputs": [{"text": "a"}], "index": "papers/drafts", "text_only": True}
    for answer in (
        locked.client.get("/indexes/papers/drafts", **by("bob")),
        locked.client.get("/browse", params={"index": "papers/drafts"}, **by("bob")),
        locked.client.get("/map", params={"index": "papers/drafts"}, **by("bob")),
        locked.client.get("/sources", params={"index": "papers/drafts"}, **by("bob")),
        locked.client.post("/search", json=asked, **by("bob")),
        locked.client.request("DELETE", "/indexes/papers/drafts", **by("bob")),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), answer.request.url
    assert locked.client.get("/browse", params={"index": "papers/drafts"}, **by("ada")).json()["records"]


def test_who_may_only_read_changes_nothing(locked: Desk) -> None:
    deny(locked, "PutVectors", "DeleteVectors", "DeleteIndex", "CreateIndex")
    assert names(locked, "bob") == ["papers/drafts"]
    removal = {"index": "papers/drafts", "keys": ["a"]}
    for answer in (
        locked.client.request("DELETE", "/records", json=removal, **by("bob")),
        locked.client.request("DELETE", "/indexes/papers/drafts", **by("bob")),
        locked.client.post("/indexes", json={"name": "papers/more"}, **by("bob")),
        locked.client.post("/jobs", json={"index": "papers/drafts", "upload": True}, **by("bob")),
    ):
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden"), answer.request.url
    done = locked.client.request("DELETE", "/records", json=removal, **by("ada"))
    assert done.json()["removed"] == 1
    undo = {"undo": done.json()["undo"]}
    assert locked.client.post("/undo", json=undo, **by("bob")).status_code == 403
    assert locked.client.post("/undo", json=undo, **by("ada")).json() == {"restored": 1}, "a refusal loses nothing"
    assert locked.client.post("/undo", json=undo, **by("ada")).status_code == 404


def test_no_user_reads_files_of_the_machine(locked: Desk, tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("a secret of the machine")
    assert locked.client.get("/session", **by("ada")).json()["add_paths"] is False
    for paths in ([str(tmp_path)], ["s3://bucket/of/the/server"]):
        answer = locked.client.post("/jobs", json={"index": "default", "paths": paths}, **by("ada"))
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_no_user_reads_elsewhere_with_the_server_s_credentials(locked: Desk) -> None:
    answer = locked.client.get("/browse", params={"index": "s3vectors://others/index"}, **by("ada"))
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")


def test_a_job_is_of_those_who_may_read_its_index(locked: Desk) -> None:
    begun = locked.client.post("/jobs", json={"index": "papers/drafts", "upload": True}, **by("ada")).json()
    assert locked.client.get(f"/jobs/{begun['id']}", **by("bob")).status_code == 200
    deny(locked, "GetVectors")
    assert locked.client.get("/jobs", **by("bob")).json() == {"jobs": []}
    for method, path in (("GET", ""), ("POST", "/start"), ("POST", "/cancel"), ("DELETE", "")):
        answer = locked.client.request(method, f"/jobs/{begun['id']}{path}", **by("bob"))
        assert answer.status_code == 403, (method, path)
    file = locked.client.put(f"/jobs/{begun['id']}/files", params={"name": "a.txt"}, content=b"x", **by("bob", **FILE))
    assert file.status_code == 403
    assert len(locked.client.get("/jobs", **by("ada")).json()["jobs"]) == 1
