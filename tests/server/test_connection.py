"""Connections that end, fail or stall."""

from __future__ import annotations

import contextlib
import socket
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import httpx
import psutil
import pytest
from tests.server.conftest import Recorder, Small, until

from sensorium.config import Settings
from sensorium.server.call import Answer, Call
from sensorium.server.server import Server
from sensorium.testing.server import RunningServer


def held(port: int) -> int:
    """Connections of this process to the port whose other side has gone."""
    found = psutil.Process().net_connections("tcp")
    return sum(one.status == psutil.CONN_CLOSE_WAIT and one.laddr.port == port for one in found)


@pytest.mark.parametrize("version", [1, 2])
def test_who_hangs_up_is_let_go(plain: Small, version: int) -> None:
    for _ in range(10):
        with httpx.Client(http1=version == 1, http2=version == 2) as client:
            assert client.get(f"{plain.url}/health").status_code == 200
    assert until(lambda: held(plain.port) == 0)


def test_a_client_that_does_not_read_is_cut(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    vectors = Recorder("s3vectors", {"GetVectors": Answer({"vectors": [{"key": "x" * 8_000_000}]})})
    server = Server(Settings(tmp_path / "home", serve_port=0), build=lambda *_: {"s3vectors": vectors})
    server.limits = replace(server.limits, send_seconds=0.3)
    body = b'{"vectorBucketName":"shop","indexName":"all","keys":["x"]}'
    with RunningServer(server) as running, socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect(("127.0.0.1", running.port))
        lazy.sendall(
            b"POST /GetVectors HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n%s" % (len(body), body)
        )
        assert until(lambda: bool(vectors.calls))
        assert until(lambda: "in_flight 0" in httpx.get(f"{running.url}/metrics").text)
        lazy.settimeout(10)
        got = 0
        with contextlib.suppress(ConnectionResetError):
            while part := lazy.recv(1 << 20):
                got += len(part)
        assert got < 8_000_000
    assert "Traceback" not in caplog.text


def test_there_are_so_many_connections_and_no_more(tmp_path: Path) -> None:
    server = Server(Settings(tmp_path / "home", serve_port=0), build=lambda *_: {})
    server.limits = replace(server.limits, connections=2)
    with RunningServer(server) as running:
        url = f"{running.url}/health"
        with httpx.Client() as first, httpx.Client() as second:
            assert [client.get(url).status_code for client in (first, second)] == [200, 200]
            with pytest.raises(httpx.TransportError):
                httpx.get(url)
        assert until(lambda: held(running.port) == 0)
        assert httpx.get(url).status_code == 200


def test_a_connection_that_fails_is_told_of_in_one_line(plain: Small, caplog: pytest.LogCaptureFixture) -> None:
    """Data for a stream that was answered already: hypercorn stumbles, and the others do not notice."""
    import h2.config
    import h2.connection

    client = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True))
    client.initiate_connection()
    headers = [(":method", "GET"), (":path", "/health"), (":authority", "localhost"), (":scheme", "http")]
    with socket.create_connection(("127.0.0.1", plain.port), timeout=60) as opened:
        client.send_headers(1, headers)
        opened.sendall(client.data_to_send())
        while b'"status":"ok"' not in opened.recv(65536):
            pass

        def late() -> bool:
            with contextlib.suppress(OSError):  # the connection has failed
                client.send_data(1, b"late")
                opened.sendall(client.data_to_send())
            return "a connection failed" in caplog.text

        assert until(late)
    assert [len(record.message.splitlines()) for record in caplog.records if "failed" in record.message] == [1]
    assert httpx.get(f"{plain.url}/health").status_code == 200


@pytest.mark.parametrize("version", [1, 2])
def test_short_and_long_answers_keep_their_order(plain: Small, version: int) -> None:
    """Short pieces wait for what follows them; over one connection of HTTP/2 heads must not overtake each other."""
    sizes = [0, 10, 3_000, 16_000, 17_000, 70_000, 400_000]

    def sized(call: Call) -> Answer:
        wanted = int(call.members["body"])
        return Answer({"body": b"x" * wanted, "contentType": f"text/{wanted}"}, {"x-size": str(wanted)})

    plain.bedrock.answers["InvokeModel"] = sized

    def ask(size: int) -> tuple[int, str]:
        raw = client.post(f"{plain.url}/model/m/invoke", content=str(size).encode())
        return len(raw.content), raw.headers["x-size"]

    with httpx.Client(http1=version == 1, http2=version == 2, timeout=60) as client, ThreadPoolExecutor(8) as pool:
        wanted = sizes * 15
        assert list(pool.map(ask, wanted)) == [(size, str(size)) for size in wanted]
