"""For every test: the shipped suites show their values when they fail, and one S3 (moto) serves a whole session."""

from __future__ import annotations

import signal
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from sensorium.objects.s3 import S3Objects

pytest.register_assert_rewrite("sensorium.testing")

_KEYS = {"aws_access_key_id": "test", "aws_secret_access_key": "test", "region_name": "us-east-1"}


@pytest.fixture(scope="session")
def s3_endpoint() -> Iterator[str]:
    """The URL of an S3 on a free port of this machine."""
    from moto.server import ThreadedMotoServer

    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def ctrl_c_heard() -> Iterator[None]:
    """A shell lets what it starts in the background ignore Ctrl-C, and processes inherit that."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture
def aws_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keys that moto takes, and no others: no profile of the machine's user, no metadata service."""
    _set_keys(monkeypatch)


@pytest.fixture(scope="session")
def s3_client(s3_endpoint: str) -> Any:
    """boto3's own client of the S3; to make one takes longer than most tests."""
    import boto3

    return boto3.client("s3", endpoint_url=s3_endpoint, **_KEYS)


@pytest.fixture(scope="session")
def s3_objects(s3_endpoint: str) -> S3Objects:
    """The S3 as an object store of ours."""
    objects = S3Objects(s3_endpoint)
    with pytest.MonkeyPatch.context() as monkeypatch:
        _set_keys(monkeypatch)
        assert objects.client is not None  # made now, while the keys are there
    return objects


@pytest.fixture
def s3_bucket(s3_client: Any) -> str:
    """A new bucket in the S3."""
    name = f"test-{uuid.uuid4().hex[:12]}"
    s3_client.create_bucket(Bucket=name)
    return name


def _set_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("AWS_PROFILE", "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_S3", "AWS_REGION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", _KEYS["aws_access_key_id"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", _KEYS["aws_secret_access_key"])
    monkeypatch.setenv("AWS_DEFAULT_REGION", _KEYS["region_name"])
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_CONFIG_FILE", "/dev/null")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/dev/null")
