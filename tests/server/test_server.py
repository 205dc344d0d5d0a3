"""A server out of settings: what it opens, what it refuses, what it closes."""

from __future__ import annotations

import socket
from pathlib import Path

import httpx
import pytest
from tests.server.conftest import Recorder

from sensorium.config import Settings
from sensorium.errors import Corrupt, Invalid, Unavailable
from sensorium.server.server import Server, limits
from sensorium.testing.server import RunningServer


@pytest.mark.parametrize("host", ["0.0.0.0", "::"])
def test_other_addresses_need_keys(tmp_path: Path, host: str, keys: Path) -> None:
    if host == "::" and not socket.has_ipv6:
        pytest.skip("no IPv6 here")
    with pytest.raises(Invalid, match="give access keys with --credentials"):
        Server(Settings(tmp_path / "home", serve_port=0, serve_host=host))
    settings = Settings(tmp_path / "home", serve_port=0, serve_host=host, serve_credentials=str(keys))
    with RunningServer(Server(settings, build=lambda *_: {})) as server:
        raw = httpx.post(f"{server.url}/ListVectorBuckets", headers={"host": "box.example"})
        assert raw.headers["x-amzn-errortype"] == "MissingAuthenticationTokenException"


def test_nothing_stays_open_after_a_refusal(tmp_path: Path) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    first = Recorder("s3vectors")

    def build(*_: object) -> dict[str, Recorder]:
        raise Corrupt("the store is broken")

    with pytest.raises(Corrupt):
        Server(Settings(tmp_path / "home", serve_port=port), build=build)
    with Server(Settings(tmp_path / "home", serve_port=port), build=lambda *_: {"s3vectors": first}) as server:
        assert server.port == port
        with pytest.raises(Unavailable, match="is taken"):
            Server(Settings(tmp_path / "other", serve_port=port))
    assert first.closed
    with socket.socket() as again:
        again.bind(("127.0.0.1", port))


def test_services_are_closed_before_the_home(tmp_path: Path) -> None:
    order = []

    class Last(Recorder):
        def close(self) -> None:
            order.append((self.name, server.home.indexes()))

    services = {name: Last(name) for name in ("s3vectors", "sts")}
    server = Server(Settings(tmp_path / "home", serve_port=0), build=lambda *_: services)
    server.close()
    assert order == [("sts", []), ("s3vectors", [])]


def test_limits_of_the_settings(tmp_path: Path) -> None:
    found = limits(Settings(tmp_path, serve_threads=3, serve_queue=5, serve_body_mb=2, serve_grace_seconds=1))
    assert (found.threads, found.queue, found.body_bytes, found.grace_seconds) == (3, 5, 2 << 20, 1)
    assert 4 <= limits(Settings(tmp_path)).threads <= 32


@pytest.mark.parametrize("account", ["", "12", "12345678901x", "1234567890123", "١٢٣٤٥٦٧٨٩٠١٢"])
def test_accounts_have_twelve_digits(tmp_path: Path, account: str) -> None:
    with pytest.raises(Invalid, match="twelve digits"):
        Server(Settings(tmp_path, serve_port=0, serve_account=account))


def test_a_bearer_file_alone_closes_the_door(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("ann secret\n")
    settings = Settings(tmp_path / "home", serve_port=0, serve_bearer_token_file=str(tmp_path / "tokens"))
    bedrock = Recorder("bedrock-runtime")
    with RunningServer(Server(settings, build=lambda *_: {"bedrock-runtime": bedrock})) as server:
        assert not server.server.is_open
        url = f"{server.url}/model/m/invoke"
        assert httpx.post(url, headers={"authorization": "Bearer secret"}, content=b"{}").status_code == 200
        assert httpx.post(url, headers={"authorization": "Bearer guess"}, content=b"{}").status_code == 403
        assert httpx.post(url, content=b"{}").status_code == 403
    assert [call.caller.user for call in bedrock.calls] == ["ann"]
