"""``sensorium serve`` as a process: what it says, what it refuses, how it ends."""

from __future__ import annotations

import json
import os
import resource
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx
import numpy as np
import pytest
from botocore.config import Config
from tests.cli.conftest import Command

from sensorium.stores.base import Query
from sensorium.stores.embedded import EmbeddedStore

Start = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def serve(process: Start) -> Iterator[Callable[..., tuple[subprocess.Popen[str], dict[str, Any]]]]:
    """``serve("--tls")`` starts a server on a free port and gives the process and what it said when it was ready."""
    running = []

    def start(*args: object, **more: Any) -> tuple[subprocess.Popen[str], dict[str, Any]]:
        started = process("serve", "--port", "0", "--json", *args, **more)
        running.append(started)
        assert started.stdout is not None
        return started, json.loads(started.stdout.readline())

    yield start
    for started in running:
        if started.poll() is None:
            started.kill()
        started.communicate()


def ended(process: subprocess.Popen[str]) -> tuple[int, str]:
    """Exit code and standard error."""
    _, errors = process.communicate(timeout=60)
    return process.returncode, errors


def test_boto3_works_by_the_printed_environment(
    serve: Callable[..., Any], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    process, said = serve()
    assert said["url"] == f"http://127.0.0.1:{said['port']}"
    assert said["pid"] == process.pid
    assert httpx.get(f"{said['url']}/health").json()["status"] == "ok"
    for name, value in said["environment"].items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    identity = boto3.client("sts")
    assert identity.get_caller_identity()["Account"] == "000000000000"
    client = boto3.client("s3vectors")
    client.create_vector_bucket(vectorBucketName="kept")
    client.close()
    identity.close()
    process.send_signal(signal.SIGTERM)
    code, errors = ended(process)
    assert code == 0
    lines = [json.loads(line) for line in errors.splitlines() if line.startswith("{")]
    assert [line["operation"] for line in lines] == ["GetCallerIdentity", "CreateVectorBucket"]
    assert (tmp_path / "home" / "store").is_dir()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_request_under_way_is_answered_before_the_end(serve: Callable[..., Any], number: signal.Signals) -> None:
    process, said = serve("--access-log", "off")
    config = Config(retries={"total_max_attempts": 1})
    client = boto3.client(
        "s3vectors",
        "us-east-1",
        endpoint_url=said["url"],
        aws_access_key_id="a",
        aws_secret_access_key="b",
        config=config,
    )
    client.create_vector_bucket(vectorBucketName="last")
    where = {"vectorBucketName": "last", "indexName": "words"}
    client.create_index(**where, dataType="float32", dimension=512, distanceMetric="cosine")
    stored: list[int] = []

    def put() -> None:
        for batch in range(10_000):
            vectors = [{"key": f"{batch}-{i}", "data": {"float32": [float(i + 1)] * 512}} for i in range(100)]
            try:
                client.put_vectors(**where, vectors=vectors)
            except Exception:  # noqa: BLE001  # the server has gone, as it was told to
                return
            stored.append(batch)

    thread = threading.Thread(target=put)
    thread.start()
    while len(stored) < 3:
        assert thread.is_alive()
    process.send_signal(number)
    code, errors = ended(process)
    thread.join()
    assert (code, "Traceback" in errors) == (0, False), errors
    client.close()
    _, said = serve("--access-log", "off")
    client = boto3.client(
        "s3vectors", "us-east-1", endpoint_url=said["url"], aws_access_key_id="a", aws_secret_access_key="b"
    )
    keys = [f"{batch}-99" for batch in stored]
    found = client.get_vectors(**where, keys=keys[-100:])
    assert {vector["key"] for vector in found["vectors"]} == set(keys[-100:])
    client.close()


def test_a_build_under_way_does_not_hold_up_the_end(serve: Callable[..., Any], tmp_path: Path) -> None:
    process, said = serve("--access-log", "off", extra=[("SENSORIUM_STORE_EXACT_MB", "0")])
    client = boto3.client(
        "s3vectors", "us-east-1", endpoint_url=said["url"], aws_access_key_id="a", aws_secret_access_key="b"
    )
    client.create_vector_bucket(vectorBucketName="last")
    where = {"vectorBucketName": "last", "indexName": "words"}
    client.create_index(**where, dataType="float32", dimension=16, distanceMetric="cosine")
    rows = np.random.default_rng(0).standard_normal((5000, 16)).tolist()
    vectors = [{"key": str(i), "data": {"float32": row}} for i, row in enumerate(rows)]
    for start in range(0, 5000, 500):
        client.put_vectors(**where, vectors=vectors[start : start + 500])
    lock = tmp_path / "home" / "store" / "buckets" / "last" / "words" / "upkeep.lock"
    deadline = time.monotonic() + 60
    while not lock.exists():  # who builds makes it before anything else
        assert time.monotonic() < deadline
        time.sleep(0.01)
    process.send_signal(signal.SIGTERM)
    code, errors = ended(process)
    assert (code, "Traceback" in errors) == (0, False), errors
    with EmbeddedStore(tmp_path / "home" / "store") as store:
        (found,) = store.open("last", "words").query(Query(1, np.array(rows[4321], np.float32)))
    assert found.key == "4321"
    client.close()


def test_what_it_says_to_people(process: Start) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    started = process("serve", "--port", port)
    assert started.stdout is not None
    lines = []
    while not (lines and lines[-1].startswith("Nothing is checked")):
        lines.append(started.stdout.readline())
        assert lines[-1]
    started.send_signal(signal.SIGTERM)
    assert ended(started)[0] == 0
    assert lines[0].startswith(f"serving http://127.0.0.1:{port} from ")
    assert "Open that address in a browser" in lines[1]
    assert f"  export AWS_ENDPOINT_URL_S3VECTORS=http://127.0.0.1:{port}\n" in lines
    assert f"  export AWS_ENDPOINT_URL_BEDROCK_RUNTIME=http://127.0.0.1:{port}\n" in lines


def test_keys_tls_and_proxy_are_told_of(serve: Callable[..., Any], tmp_path: Path) -> None:
    keys = tmp_path / "keys"
    keys.write_text("[ann]\naws_access_key_id=A\naws_secret_access_key=B\n")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    _, said = serve("--host", "localhost", "--credentials", keys, "--tls", "--connect-proxy", port)
    assert said["url"].startswith("https://localhost:")
    variables = said["environment"]
    assert variables["AWS_SHARED_CREDENTIALS_FILE"] == str(keys)
    assert "AWS_ACCESS_KEY_ID" not in variables
    assert Path(variables["AWS_CA_BUNDLE"]).is_file()
    assert variables["HTTPS_PROXY"] == f"http://127.0.0.1:{port}"
    assert variables["NO_PROXY"] == "localhost,127.0.0.1"


def test_settings_come_from_the_environment_too(process: Start, tmp_path: Path) -> None:
    extra = [("SENSORIUM_SERVE_PORT", "0"), ("SENSORIUM_SERVE_ACCOUNT", "123456789012")]
    started = process("serve", "--json", extra=extra)
    assert started.stdout is not None
    url = json.loads(started.stdout.readline())["url"]
    assert "123456789012" in httpx.get(f"{url}/?Action=GetCallerIdentity").text
    started.send_signal(signal.SIGTERM)
    assert ended(started)[0] == 0


def test_what_is_unsafe_or_broken_is_refused(command: Command, tmp_path: Path) -> None:
    (tmp_path / "keys").write_text("nonsense")
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        cases = {
            ("--host", "0.0.0.0", "--port", 0): (2, "give access keys with --credentials"),
            ("--host", "::", "--port", 0): (2, "give access keys with --credentials"),
            ("--host", "no.such.host.invalid"): (2, "is no address of this machine"),
            ("--host", "192.0.2.1", "--port", 0): (2, "is no address of this machine"),
            ("--port", taken.getsockname()[1]): (1, "is taken"),
            ("--credentials", tmp_path / "keys"): (2, "no credentials file of AWS"),
            ("--credentials", tmp_path / "none"): (2, "does not exist"),
            ("--account", "12"): (2, "twelve digits"),
            ("--region", "US East"): (2, "no name of a region"),
            ("--model", "amazon"): (2, "ID=MODEL"),
            ("--port", 65536): (2, "65536"),
            ("--access-log", tmp_path / "none" / "log"): (2, "cannot be written"),
        }
        for args, (code, words) in cases.items():
            result = command("serve", *args)
            assert (result.exit_code, words in result.output) == (code, True), (args, result.output)


def test_a_missing_extra_is_named(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    import importlib.util

    known = importlib.util.find_spec
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None if name == "hypercorn" else known(name))
    result = command("serve")
    assert result.exit_code == 2
    assert "the server needs hypercorn: pip install 'sensorium[server]'" in result.output


def test_it_ends_in_peace_where_nobody_reads_what_it_says(serve: Callable[..., Any]) -> None:
    process, said = serve()
    process.stdout.close()
    process.stderr.close()
    assert httpx.get(f"{said['url']}/health").json()["status"] == "ok"  # its line for the log finds no reader either
    process.send_signal(signal.SIGTERM)
    assert process.wait(60) == 0
    process.stdout = process.stderr = None


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux for the limits of another process")
def test_it_may_open_as_many_files_as_the_system_lets_it(serve: Callable[..., Any]) -> None:
    before, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard // 2, hard))  # which the process inherits
    try:
        _, said = serve()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (before, hard))
    soft, _ = resource.prlimit(said["pid"], resource.RLIMIT_NOFILE)
    assert soft == min(hard, 1 << 19)


def test_a_second_signal_ends_it_at_once(serve: Callable[..., Any]) -> None:
    process, said = serve("--access-log", "off")
    with socket.create_connection(("127.0.0.1", said["port"])) as slow:
        slow.sendall(b"POST /ListVectorBuckets HTTP/1.1\r\nHost: localhost\r\nContent-Length: 9\r\n\r\n{")
        assert httpx.get(f"{said['url']}/health").status_code == 200
        process.send_signal(signal.SIGINT)
        assert process.stderr is not None
        assert "again to stop at once" in process.stderr.readline()
        assert process.poll() is None
        os.kill(process.pid, signal.SIGINT)
        assert ended(process)[0] == 130
