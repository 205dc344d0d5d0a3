"""HTTP itself: both versions, long connections, big bodies, broken bytes, and the end."""

from __future__ import annotations

import contextlib
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials
from tests.server.conftest import Small

from sensorium.config import Settings
from sensorium.server.call import Answer, Call
from sensorium.server.server import Server
from sensorium.testing.server import RunningServer


def list_buckets(client: httpx.Client, url: str) -> httpx.Response:
    return client.post(f"{url}/ListVectorBuckets", json={})


@contextlib.contextmanager
def connected(server: Small) -> Iterator[socket.socket]:
    with socket.create_connection(("127.0.0.1", server.port), timeout=20) as opened:
        yield opened


def everything(opened: socket.socket) -> bytes:
    """What comes until the other side hangs up."""
    parts = []
    with contextlib.suppress(ConnectionResetError):
        while part := opened.recv(65536):
            parts.append(part)
    return b"".join(parts)


def test_http_2_by_prior_knowledge(signed: Small) -> None:
    with httpx.Client(http1=False, http2=True) as client:
        raw = list_buckets(client, signed.url)
        assert (raw.http_version, raw.status_code) == ("HTTP/2", 403)
        assert raw.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_http_2_is_signed_like_its_elder(signed: Small) -> None:
    url = f"{signed.url}/tags/arn%3Aaws%3As3vectors%3Aus-east-1%3A000000000000%3Abucket%2Fshop?tagKeys=b&tagKeys=a"
    request = AWSRequest("DELETE", url)
    SigV4Auth(Credentials("AKIDALICE", "alices+secret/key="), "s3vectors", "us-east-1").add_auth(request)
    with httpx.Client(http1=False, http2=True) as client:
        raw = client.delete(url, headers=dict(request.headers))
    assert (raw.http_version, raw.status_code) == ("HTTP/2", 200)
    assert signed.vectors.calls[0].caller.user == "default"
    assert signed.vectors.calls[0].members["tagKeys"] == ["b", "a"]


def test_http_2_runs_calls_side_by_side(plain: Small) -> None:
    meeting = threading.Barrier(4)

    def meet(_: Call) -> Answer:
        meeting.wait(60)
        return Answer({"body": b"{}", "contentType": "application/json"})

    plain.bedrock.answers["InvokeModel"] = meet
    with httpx.Client(http1=False, http2=True) as client, ThreadPoolExecutor(4) as pool:
        calls = [pool.submit(client.post, f"{plain.url}/model/m{n}/invoke", content=b"{}") for n in range(4)]
        assert [call.result().status_code for call in calls] == [200] * 4


def test_http_2_takes_large_bodies(plain: Small) -> None:
    body = json.dumps({"x": "y" * 3_000_000}).encode()
    with httpx.Client(http1=False, http2=True) as client:
        assert client.post(f"{plain.url}/model/m/invoke", content=body).status_code == 200
        assert plain.bedrock.calls[0].members["body"] == body
        raw = client.post(f"{plain.url}/ListVectorBuckets", content=b"x" * (20 << 20) + b"x")
        assert (raw.status_code, raw.json()["message"]) == (400, "Request body exceeds max allowed size")
        assert list_buckets(client, plain.url).status_code == 200


def test_one_connection_serves_a_thousand_requests(plain: Small) -> None:
    with connected(plain) as opened:
        file = opened.makefile("rb")
        for _ in range(1000):
            opened.sendall(b"POST /ListVectorBuckets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}")
            assert file.readline() == b"HTTP/1.1 200 \r\n"
            while file.readline() != b"\r\n":
                pass
            assert file.read(2) == b"{}"
        file.close()
    assert len(plain.vectors.calls) == 1000


def test_pipelined_requests_are_answered_in_order(plain: Small) -> None:
    one = b"POST /ListVectorBuckets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 2\r\n\r\n{}"
    last = b"POST /Nothing HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
    with connected(plain) as opened:
        opened.sendall(one * 5 + last)
        found = everything(opened)
    assert found.count(b"HTTP/1.1 200") == 5
    assert found.index(b"HTTP/1.1 404") > found.rindex(b"HTTP/1.1 200")


@pytest.mark.parametrize("stated", [True, False])
def test_the_largest_body_is_taken_and_no_larger(plain: Small, stated: bool) -> None:
    def body(size: int) -> bytes | Iterator[bytes]:
        whole = b'{"vectorBucketName":"shop"' + b" " * (size - 27) + b"}"
        assert len(whole) == size
        return whole if stated else iter([whole[: size // 2], whole[size // 2 :]])

    url = f"{plain.url}/GetVectorBucket"
    assert httpx.post(url, content=body(20 << 20)).status_code == 200
    raw = httpx.post(url, content=body((20 << 20) + 1))
    assert (raw.status_code, raw.headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert raw.json()["message"] == "Request body exceeds max allowed size"
    assert len(plain.vectors.calls) == 1


def test_bedrock_s_bodies_end_at_25_million_bytes(plain: Small) -> None:
    url = f"{plain.url}/model/m/invoke"
    assert httpx.post(url, content=b" " * 25_000_000).status_code == 200
    raw = httpx.post(url, content=b" " * 25_000_001)
    assert (raw.status_code, raw.headers["x-amzn-errortype"]) == (400, "ValidationException")
    assert "less than or equal to 25000000" in raw.json()["message"]


def test_a_body_that_trickles_is_given_up(small: Callable[..., Small]) -> None:
    server = small(serve_body_seconds=1)
    with connected(server) as opened:
        opened.sendall(b"POST /ListVectorBuckets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\n{")
        started = time.monotonic()
        found = everything(opened)
    assert found.startswith(b"HTTP/1.1 408")
    assert b"x-amzn-errortype: RequestTimeoutException" in found
    assert time.monotonic() - started < 15
    assert httpx.get(f"{server.url}/health").status_code == 200


def test_bodies_share_a_budget(small: Callable[..., Small]) -> None:
    server = small(serve_body_mb=1)
    raw = httpx.post(f"{server.url}/ListVectorBuckets", content=b" " * (2 << 20))
    assert (raw.status_code, raw.headers["x-amzn-errortype"]) == (503, "ServiceUnavailableException")
    assert httpx.post(f"{server.url}/ListVectorBuckets").status_code == 200


def test_a_full_queue_tells_clients_to_come_again(small: Callable[..., Small]) -> None:
    server = small(serve_threads=1, serve_queue=1)
    free, entered = threading.Event(), threading.Event()

    def wait(_: Call) -> Answer:
        entered.set()
        free.wait(60)
        return Answer()

    server.vectors.answers["ListVectorBuckets"] = wait
    with httpx.Client() as client, ThreadPoolExecutor(2) as pool:
        first = pool.submit(list_buckets, client, server.url)
        assert entered.wait(60)
        second = pool.submit(list_buckets, client, server.url)
        while "in_flight 2" not in client.get(f"{server.url}/metrics").text:
            time.sleep(0.01)
        third = list_buckets(client, server.url)
        assert (third.status_code, third.headers["x-amzn-errortype"]) == (429, "TooManyRequestsException")
        # Another service has threads of its own.
        assert client.post(f"{server.url}/model/m/invoke", content=b"{}").status_code == 200
        free.set()
        assert [first.result().status_code, second.result().status_code] == [200, 200]


@pytest.mark.parametrize(
    "sent",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03 this is TLS \r\n\r\n",
        b"\x00" * 5000,
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nno colon here\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: -5\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
        b"POST /x HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"a" * 70_000 + b"\r\n\r\n",
        b"POST /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: localhost\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\xff" * 200,
        b"PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n",
        b"GET http://example.com/ HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
    ],
)
def test_broken_bytes_harm_nobody_else(plain: Small, sent: bytes) -> None:
    with connected(plain) as opened:
        opened.sendall(sent)
        opened.shutdown(socket.SHUT_WR)
        found = everything(opened)
    assert b" 200 " not in found[:20]
    assert b"500 " not in found[:20]
    assert httpx.get(f"{plain.url}/health").json()["status"] == "ok"


def test_websockets_are_refused(plain: Small) -> None:
    with connected(plain) as opened:
        opened.sendall(
            b"GET / HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
        )
        assert everything(opened).startswith(b"HTTP/1.1 403")


def test_the_door_is_no_proxy(plain: Small) -> None:
    with connected(plain) as opened:
        opened.sendall(b"CONNECT example.com:443 HTTP/1.1\r\nHost: localhost\r\n\r\n")
        assert opened.recv(65536).startswith(b"HTTP/1.1 404")


def test_a_head_that_trickles_is_cut(tmp_path: Path) -> None:
    server = Server(Settings(tmp_path / "home", serve_port=0), build=lambda *_: {})
    server.limits = replace(server.limits, idle_seconds=0.5)
    with RunningServer(server) as running, socket.create_connection(("127.0.0.1", running.port), 20) as opened:
        started = time.monotonic()
        opened.sendall(b"POST /ListVectorBuckets HTTP/1.1\r\nHost: ")
        assert everything(opened) == b""
        assert time.monotonic() - started < 10


def test_a_hundred_clients_that_hang_up_leave_the_server_well(plain: Small) -> None:
    for _ in range(100):
        with connected(plain) as opened:
            opened.sendall(b"POST /ListVectorBuckets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\n{")
    with httpx.Client() as client:
        assert list_buckets(client, plain.url).status_code == 200
        deadline = time.monotonic() + 60
        while "in_flight 0" not in client.get(f"{plain.url}/metrics").text:
            assert time.monotonic() < deadline
            time.sleep(0.05)


def test_a_stop_lets_requests_finish(small: Callable[..., Small]) -> None:
    server = small()
    entered = threading.Event()

    def work(_: Call) -> Answer:
        entered.set()
        time.sleep(0.5)
        return Answer({"vectorBuckets": []})

    server.vectors.answers["ListVectorBuckets"] = work
    with httpx.Client() as idle, httpx.Client() as client, ThreadPoolExecutor(1) as pool:
        assert idle.get(f"{server.url}/health").status_code == 200  # a connection that stays open and idle
        call = pool.submit(list_buckets, client, server.url)
        assert entered.wait(60)
        server.running.stop()
        assert call.result().json() == {"vectorBuckets": []}
        server.running.join()
    assert server.vectors.closed
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{server.url}/health")
