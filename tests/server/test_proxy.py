"""Clients with AWS's host in their code, through the CONNECT proxy."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import boto3
import pytest
from botocore.config import Config
from tests.server.conftest import Recorder

from sensorium.config import Settings
from sensorium.server.server import Server
from sensorium.server.sts import StsService
from sensorium.testing.server import RunningServer


@pytest.fixture
def proxied(tmp_path: Path, keys: Path) -> Iterator[RunningServer]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    settings = Settings(
        tmp_path / "home",
        serve_port=0,
        serve_connect_proxy=port,
        serve_credentials=str(keys),
        serve_region="xx-own-1",
    )
    services = (Recorder("s3vectors"), Recorder("bedrock-runtime"), StsService())
    with RunningServer(Server(settings, build=lambda *_: {service.name: service for service in services})) as running:
        yield running


def ask(server: RunningServer, sent: bytes) -> bytes:
    proxy = server.server.proxy_url
    assert proxy is not None
    with socket.create_connection(("127.0.0.1", int(proxy.rpartition(":")[2])), timeout=10) as opened:
        opened.sendall(sent)
        return opened.recv(4096)


def test_boto3_talks_to_aws_s_own_hosts(proxied: RunningServer) -> None:
    assert proxied.server.authority is not None
    config = Config(proxies={"https": proxied.server.proxy_url}, retries={"total_max_attempts": 1})
    session = boto3.Session("AKIDALICE", "alices+secret/key=", region_name="eu-central-1")
    for name, host in (("s3vectors", "s3vectors.eu-central-1.api.aws"), ("bedrock-runtime", None), ("sts", None)):
        url = None if host is None else f"https://{host}"
        client = session.client(name, endpoint_url=url, config=config, verify=str(proxied.server.authority.ca))
        if name == "s3vectors":
            client.list_vector_buckets()
        elif name == "sts":
            assert client.get_caller_identity()["Arn"].endswith(":user/default")
        else:
            client.invoke_model(modelId="m", body=b"{}")
        client.close()
    vectors = proxied.server.services["s3vectors"]
    assert isinstance(vectors, Recorder)
    assert (vectors.calls[0].caller.user, vectors.calls[0].caller.region) == ("default", "eu-central-1")


@pytest.mark.parametrize(
    "target",
    [
        "example.com:443",
        "s3.us-east-1.amazonaws.com:443",
        "s3vectors.us-east-1.api.aws:80",
        "s3vectors.us-east-1.api.aws",
        "s3vectors.us-east-1.api.aws.evil.example:443",
        "evil.s3vectors.us-east-1.api.aws:443",
        "s3vectors.nowhere-1.api.aws:443",
        "127.0.0.1:443",
        "[::1]:443",
        "",
    ],
)
def test_it_leads_nowhere_else(proxied: RunningServer, target: str) -> None:
    found = ask(proxied, f"CONNECT {target} HTTP/1.1\r\nHost: {target}\r\n\r\n".encode())
    assert found.startswith(b"HTTP/1.1 403 Forbidden\r\n")
    assert b"of AWS only" in found


@pytest.mark.parametrize("sent", [b"GET http://example.com/ HTTP/1.1\r\n\r\n", b"\r\n\r\n", b"\xff\xff \r\n\r\n"])
def test_it_takes_nothing_but_connect(proxied: RunningServer, sent: bytes) -> None:
    assert ask(proxied, sent).startswith(b"HTTP/1.1 405 ")


def test_a_long_head_is_cut(proxied: RunningServer) -> None:
    try:
        assert ask(proxied, b"CONNECT " + b"a" * 300_000) == b""
    except (ConnectionResetError, BrokenPipeError):
        return
