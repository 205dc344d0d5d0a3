from __future__ import annotations

import http.server
import socket
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

import pytest
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends

from sensorium.errors import Invalid, Unavailable, Unreadable, Unsupported
from sensorium.objects.s3 import S3Objects


def test_2500_objects_are_listed_in_three_pages(s3_objects: S3Objects, s3_bucket: str) -> None:
    backend = s3_backends[DEFAULT_ACCOUNT_ID]["aws"]  # 2,500 calls over HTTP would take a minute
    for number in range(2500):
        backend.put_object(s3_bucket, f"many/{number:05}", b"")
    asked: list[str] = []

    def note(model: Any, **_: object) -> None:
        asked.append(model.name)

    s3_objects.client.meta.events.register("before-call.s3", note)
    found = [info.uri for info in s3_objects.list(f"s3://{s3_bucket}/many/")]
    s3_objects.client.meta.events.unregister("before-call.s3", note)
    assert found == [f"s3://{s3_bucket}/many/{number:05}" for number in range(2500)]
    assert asked == ["ListObjectsV2"] * 3


def test_keys_that_only_s3_can_hold(s3_objects: S3Objects, s3_bucket: str) -> None:
    keys = ["/a", "a", "a/", "a//b", "a/b"]
    for key in keys:
        s3_objects.write(f"s3://{s3_bucket}/{key}", key.encode(), "text/plain")
    assert [s3_objects.read(info.uri).decode() for info in s3_objects.list(f"s3://{s3_bucket}/")] == keys


def test_no_credentials_is_said(monkeypatch: pytest.MonkeyPatch, aws_keys: None, s3_endpoint: str) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(Unavailable, match="without credentials") as raised:
        S3Objects(s3_endpoint).info("s3://bucket/a")
    assert raised.value.code == "no_credentials"


def test_an_unknown_profile_is_said(monkeypatch: pytest.MonkeyPatch, aws_keys: None, s3_endpoint: str) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody-has-this")
    with pytest.raises(Unavailable, match="nobody-has-this"):
        list(S3Objects(s3_endpoint).list("s3://bucket/a"))


def test_nobody_at_the_endpoint_is_unavailable(aws_keys: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # not listening
        endpoint = f"http://127.0.0.1:{taken.getsockname()[1]}"
        with pytest.raises(Unavailable, match="does not answer") as raised:
            S3Objects(endpoint).read("s3://bucket/a")
    assert raised.value.code == "unavailable"


def test_no_region_is_needed(monkeypatch: pytest.MonkeyPatch, aws_keys: None, s3_endpoint: str, s3_bucket: str) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    objects = S3Objects(s3_endpoint)
    objects.write(f"s3://{s3_bucket}/a", b"words", "text/plain")
    assert objects.read(f"s3://{s3_bucket}/a") == b"words"


def test_without_boto3_the_extra_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(Unsupported, match=r"pip install 'sensorium\[aws\]'") as raised:
        S3Objects().read("s3://bucket/a")
    assert raised.value.code == "missing_extra"


def test_an_endpoint_is_a_url() -> None:
    with pytest.raises(Invalid, match="a URL is needed"):
        S3Objects("127.0.0.1:9000")


class _Answers(http.server.BaseHTTPRequestHandler):
    """An S3 that answers from a list: (status, headers, body) or a body that is cut off."""

    script: ClassVar[list[tuple[int, dict[str, str], bytes]]] = []
    seen: ClassVar[list[dict[str, str]]] = []

    def do_GET(self) -> None:
        self.seen.append(dict(self.headers.items()))
        status, headers, body = self.script.pop(0)
        self.send_response(status)
        for name, value in {"Content-Length": str(len(body)), "Last-Modified": _DATE, **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)
        self.close_connection = True

    def log_message(self, *_: object) -> None:
        """Say nothing."""


_DATE = "Sat, 21 Nov 2026 12:00:00 GMT"


@pytest.fixture
def scripted(aws_keys: None) -> Iterator[S3Objects]:
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Answers)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    _Answers.script.clear()
    _Answers.seen.clear()
    yield S3Objects(f"http://127.0.0.1:{server.server_address[1]}")
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_download_that_breaks_off_goes_on_from_there(scripted: S3Objects, tmp_path: Path) -> None:
    data = bytes(range(250)) * 10_000
    cut = 1 << 20
    _Answers.script[:] = [
        (200, {"ETag": '"one"', "Content-Length": str(len(data))}, data[:cut]),
        (206, {"ETag": '"one"', "Content-Range": f"bytes {cut}-{len(data) - 1}/{len(data)}"}, data[cut:]),
    ]
    info = scripted.fetch("s3://bucket/film", tmp_path / "film")
    assert (tmp_path / "film").read_bytes() == data
    assert (info.size, info.etag) == (len(data), "one")
    assert _Answers.seen[1]["Range"] == f"bytes={cut}-"
    assert _Answers.seen[1]["If-Match"] == '"one"'


def test_an_object_replaced_in_mid_download_is_said(scripted: S3Objects, tmp_path: Path) -> None:
    _Answers.script[:] = [
        (200, {"ETag": '"one"', "Content-Length": "3000000"}, b"x" * 1_500_000),
        (412, {}, b"<Error><Code>PreconditionFailed</Code><Message>changed</Message></Error>"),
    ]
    with pytest.raises(Unreadable, match="replaced while it was fetched") as raised:
        scripted.fetch("s3://bucket/film", tmp_path / "film")
    assert raised.value.code == "changed"


@pytest.mark.parametrize(
    ("status", "code", "kind", "ours"),
    [
        (403, "AccessDenied", Unavailable, "access_denied"),
        (403, "SignatureDoesNotMatch", Unavailable, "access_denied"),
        (403, "InvalidObjectState", Unreadable, "archived"),
        (400, "InvalidRequest", Invalid, "invalid"),
        (501, "NotImplemented", Unavailable, "unavailable"),
    ],
)
def test_refusals_by_their_code(scripted: S3Objects, status: int, code: str, kind: type[Exception], ours: str) -> None:
    _Answers.script[:] = [(status, {}, f"<Error><Code>{code}</Code><Message>why</Message></Error>".encode())]
    with pytest.raises(kind, match="why") as raised:
        scripted.read("s3://bucket/a")
    assert raised.value.code == ours  # type: ignore[attr-defined]


def test_nothing_is_fetched_of_what_is_too_large(scripted: S3Objects) -> None:
    _Answers.script[:] = [(200, {"ETag": '"one"', "Content-Length": "5000000000"}, b"")]
    with pytest.raises(Invalid, match="5,000,000,000 bytes"):
        scripted.read("s3://bucket/a", max_bytes=100)
