"""A page of the internet and a server without keys."""

from __future__ import annotations

import httpx
import pytest
from tests.server.conftest import Small

from sensorium.server.guard import Guard, host_name, is_loopback
from sensorium.server.http import Head
from sensorium.wire.fault import AwsFault

HOME = ["localhost", "localhost:8765", "127.0.0.1:1", "127.9.9.9", "[::1]", "[::1]:8765", "LOCALHOST", "a.localhost:80"]
AWAY = [
    "evil.example",
    "evil.example:8765",
    "10.0.0.1",
    "0.0.0.0",
    "",
    "localhost.evil.example",
    "127.0.0.1.nip.io",
    "[x",
]


def head(host: str = "localhost:8765", secure: bool = False, **headers: str) -> Head:
    found = {name.replace("_", "-").encode(): value.encode() for name, value in headers.items()}
    return Head("POST", b"/CreateVectorBucket", b"", {b"host": host.encode(), **found}, secure)


@pytest.mark.parametrize("host", HOME)
def test_hosts_of_this_machine(host: str) -> None:
    Guard().check(head(host))
    assert is_loopback(host_name(host))


@pytest.mark.parametrize("host", AWAY)
def test_hosts_from_elsewhere(host: str) -> None:
    with pytest.raises(AwsFault, match="not this machine's") as caught:
        Guard().check(head(host))
    assert caught.value.name == "AccessDeniedException"


def test_origins() -> None:
    for origin in ("http://localhost:3000", "https://127.0.0.1:8765", "http://[::1]:1"):
        Guard().check(head(origin=origin))
    for origin in ("https://evil.example", "null", "", "http://127.0.0.1.nip.io", "file://", "http://[x"):
        with pytest.raises(AwsFault, match="Origin"):
            Guard().check(head(origin=origin))


def test_pages_that_send_no_origin() -> None:
    Guard().check(head(sec_fetch_site="same-origin"))
    Guard().check(head(sec_fetch_site="none"))
    with pytest.raises(AwsFault, match="elsewhere"):
        Guard().check(head(sec_fetch_site="cross-site"))


def test_hosts_that_were_named() -> None:
    guard = Guard(("Box.Lan",), {"s3vectors.us-east-1.api.aws"})
    guard.check(head("box.lan:8765"))
    guard.check(head("s3vectors.us-east-1.api.aws", secure=True))
    with pytest.raises(AwsFault):
        guard.check(head("s3vectors.us-east-1.api.aws"))


def test_a_foreign_page_changes_nothing(plain: Small, signed: Small) -> None:
    body = {"vectorBucketName": "shop"}
    for headers in ({"origin": "https://evil.example"}, {"host": "evil.example"}):
        for path in ("/CreateVectorBucket", "/health", "/metrics"):
            raw = httpx.request("POST" if path[1] == "C" else "GET", plain.url + path, headers=headers)
            assert (raw.status_code, raw.headers["x-amzn-errortype"]) == (403, "AccessDeniedException")
            assert "access-control-allow-origin" not in raw.headers
        preflight = httpx.options(f"{plain.url}/CreateVectorBucket", headers=headers)
        assert (preflight.status_code, "access-control-allow-origin" in preflight.headers) == (403, False)
    assert plain.vectors.calls == []
    raw = httpx.post(f"{plain.url}/CreateVectorBucket", json=body, headers={"origin": "http://localhost:3000"})
    assert (raw.status_code, raw.headers["access-control-allow-origin"]) == (200, "*")
    # Where signatures are the proof, pages may ask, and learn that they lack one.
    raw = httpx.post(f"{signed.url}/CreateVectorBucket", json=body, headers={"origin": "https://evil.example"})
    assert (raw.status_code, raw.headers["x-amzn-errortype"]) == (403, "MissingAuthenticationTokenException")


def test_preflight(plain: Small) -> None:
    headers = {
        "origin": "http://localhost:3000",
        "access-control-request-method": "POST",
        "access-control-request-headers": "authorization,x-amz-date",
    }
    raw = httpx.options(f"{plain.url}/QueryVectors", headers=headers)
    assert raw.status_code == 200
    assert raw.headers["access-control-allow-methods"] == "GET, POST, DELETE"
    assert raw.headers["access-control-allow-headers"] == "authorization,x-amz-date"
    assert raw.headers.get_list("access-control-allow-origin") == ["*"]
