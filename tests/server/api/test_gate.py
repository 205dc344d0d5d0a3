"""Who may call, and from which page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from tests.server.api.conftest import FILE, Desk, opened
from tests.server.conftest import until

from sensorium.server.api.answers import HEADERS
from sensorium.server.api.faults import Refusal
from sensorium.server.api.gate import check_origin

TOKEN = "a-long-token"


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Desk]:
    """A server that asks who calls."""
    tokens, keys = tmp_path / "tokens", tmp_path / "keys"
    tokens.write_text(f"ada {TOKEN}\n")
    keys.write_text("[grace]\naws_access_key_id = AKIDGRACE\naws_secret_access_key = hopper\n")
    settings = {"serve_bearer_token_file": str(tokens), "serve_credentials": str(keys)}
    with opened(tmp_path / "home", tmp_path / "library", **settings) as found:
        yield found


def test_every_answer_has_the_headers(desk: Desk) -> None:
    for answer in (desk.client.get("/indexes"), desk.client.get("/nowhere"), desk.client.post("/search", content=b"")):
        for name, value in HEADERS.items():
            assert answer.headers[name.decode()] == value.decode()


def test_calls_are_counted(desk: Desk) -> None:
    desk.client.get("/models")
    desk.client.get("/nowhere")
    text = httpx.get(desk.running.url + "/metrics").text
    assert 'operation="GET /models"' in text
    assert "nowhere" not in text


def test_pages_of_other_origins_change_nothing(own: Desk) -> None:
    body = {"name": "stolen"}
    for headers in (
        {"origin": "https://evil.example"},
        {"origin": "null"},
        {"origin": f"http://127.0.0.1:{own.running.port + 1}"},
        {"sec-fetch-site": "cross-site"},
        {"sec-fetch-site": "same-site"},
        {"origin": own.running.url, "sec-fetch-site": "cross-site"},
    ):
        answer = own.client.post("/indexes", json=body, headers=headers)
        assert answer.status_code == 403, headers
    assert own.get("/indexes")["indexes"] == []
    ours = own.client.post("/indexes", json=body, headers={"origin": own.running.url, "sec-fetch-site": "same-origin"})
    assert ours.status_code == 201


def test_a_form_can_send_nothing(own: Desk) -> None:
    for media_type in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", ""):
        headers = {"content-type": media_type}
        answers = [
            own.client.post("/indexes", content=b'{"name": "stolen"}', headers=headers),
            own.client.post("/uploads", content=b"words", headers=headers),
        ]
        assert [answer.status_code for answer in answers] == [415, 415]
    assert own.client.post("/uploads", content=b"words", headers=FILE).status_code == 201


def test_a_rebound_host_is_refused(desk: Desk) -> None:
    for path in ("/indexes", "/session", "/search?q=a"):
        assert desk.client.get(path, headers={"host": "rebound.example"}).status_code == 403


@pytest.mark.parametrize(
    ("origin", "host", "is_ours"),
    [
        ("http://localhost:8765", "localhost:8765", True),
        ("https://sensorium.example", "sensorium.example", True),
        ("https://sensorium.example", "sensorium.example:443", True),
        ("http://[::1]:8765", "[::1]:8765", True),
        ("http://localhost:8765", "127.0.0.1:8765", False),
        ("https://sensorium.example.evil", "sensorium.example", False),
        ("null", "", False),
        ("http://[broken", "localhost", False),
    ],
)
def test_an_origin_is_the_host_itself(origin: str, host: str, is_ours: bool) -> None:
    headers = {"origin": origin, "host": host}
    if is_ours:
        check_origin(headers)
    else:
        with pytest.raises(Refusal, match="another page"):
            check_origin(headers)


def test_a_server_with_keys_asks_who_calls(locked: Desk) -> None:
    for path in ("/indexes", "/search?q=a", "/jobs", "/media/x/original", "/uploads/x"):
        answer = locked.client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (401, "unauthenticated"), path
    assert locked.client.post("/jobs", json={"paths": ["/etc"]}).status_code == 401
    assert locked.get("/session") == {
        "open": False,
        "user": None,
        "add_paths": False,
        "version": locked.get("/session")["version"],
    }
    assert locked.client.get("/docs").status_code == locked.client.get("/openapi.json").status_code == 200
    bearer = {"authorization": f"Bearer {TOKEN}"}
    assert locked.client.get("/indexes", headers=bearer).json() == {"indexes": []}
    assert locked.client.get("/session", headers=bearer).json()["user"] == "ada"
    for wrong in ("Bearer x", "Bearer", "Basic abc", TOKEN):
        assert locked.client.get("/indexes", headers={"authorization": wrong}).status_code == 401


@pytest.mark.parametrize(
    ("credential", "user"),
    [({"token": TOKEN}, "ada"), ({"access_key_id": "AKIDGRACE", "secret_access_key": "hopper"}, "grace")],
)
def test_a_session_is_a_cookie(locked: Desk, credential: dict[str, str], user: str) -> None:
    answer = locked.client.post("/session", json=credential)
    assert answer.json()["user"] == user
    cookie = answer.headers["set-cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert TOKEN not in cookie
    assert locked.client.get("/indexes").status_code == 200  # httpx keeps the cookie
    name, value = next(iter(locked.client.cookies.items()))
    locked.client.delete("/session")
    locked.client.cookies.clear()
    assert locked.client.get("/indexes").status_code == 401
    for spoilt in (value[:-2] + "AA", "A" + value, value.partition(".")[0] + ".", "", "é"):
        headers = {"cookie": f"{name}={spoilt}".encode()}
        assert httpx.get(f"{locked.running.url}/api/v1/indexes", headers=headers).status_code == 401


def test_a_session_ends_with_its_credential(locked: Desk, tmp_path: Path) -> None:
    locked.client.post("/session", json={"token": TOKEN})
    assert locked.client.get("/indexes").status_code == 200
    (tmp_path / "tokens").write_text("ada another-token\n")
    assert until(lambda: locked.client.get("/indexes").status_code == 401)  # the file is looked at each second


@pytest.mark.parametrize(
    "credential",
    [
        {"token": "wrong"},
        {"access_key_id": "AKIDGRACE", "secret_access_key": "wrong"},
        {"access_key_id": "x", "secret_access_key": "y"},
    ],
)
def test_a_wrong_credential_begins_nothing(locked: Desk, credential: dict[str, str]) -> None:
    answer = locked.client.post("/session", json=credential)
    assert answer.status_code == 401
    assert "set-cookie" not in answer.headers


def test_aws_clients_and_the_page_share_the_port(desk: Desk) -> None:
    client = desk.running.client("s3vectors")
    names = [bucket["vectorBucketName"] for bucket in client.list_vector_buckets()["vectorBuckets"]]
    assert "default" in names
    assert desk.running.client("sts").get_caller_identity()["Account"] == "000000000000"
    page = httpx.get(desk.running.url + "/")
    assert page.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in page.headers["content-security-policy"]
    assert httpx.get(desk.running.url + "/assets/").status_code in (400, 403, 404)
