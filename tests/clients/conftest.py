"""Installations of the clients (`make clients` makes them), and a server in a process of its own."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from sensorium.samples.library import SAMPLES, write_samples

ROOT = Path(__file__).parents[2]
CLIENTS = ROOT / ".clients"
SCRIPTS = Path(__file__).parent / "scripts"


@dataclass(frozen=True)
class Door:
    """A running server: the lines that it tells its users to set, and the address of its CONNECT proxy."""

    environment: dict[str, str]
    proxy: str
    objects: Path

    def run(self, *command: str | Path, env: dict[str, str] | None = None, cwd: Path | None = None) -> str:
        """A client's standard output; the test fails with what it said when it fails."""
        done = subprocess.run(
            [str(part) for part in command],
            env={**_clean(), **self.environment, **(env or {})},
            cwd=cwd,
            capture_output=True,
            text=True,
            timeout=240,
            check=False,
        )
        assert done.returncode == 0, f"{' '.join(map(str, command))}\n{done.stdout}\n{done.stderr}"
        return done.stdout


def installed(name: str) -> Path:
    """The folder of an installation."""
    folder = CLIENTS / name
    if not folder.exists():
        pytest.fail(f"{folder} is not there: run `make clients`, which installs the clients and runs these tests")
    return folder


@pytest.fixture(scope="session")
def cli() -> Path:
    """The programs of the AWS command line and the embed command."""
    return installed("cli") / "bin"


@pytest.fixture(scope="session")
def frameworks() -> Path:
    """The Python that has LangChain, LlamaIndex and LiteLLM."""
    return installed("frameworks") / "bin" / "python"


@pytest.fixture(scope="session")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some of the sample library's pictures."""
    folder = tmp_path_factory.mktemp("library")
    write_samples(folder, [sample for sample in SAMPLES if sample.path.startswith(("animals/", "products/"))])
    return folder


@pytest.fixture(scope="session")
def door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A server on plain HTTP with its proxy for clients that fix their host."""
    yield from _served(tmp_path_factory)


@pytest.fixture(scope="session")
def safe_door(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Door]:
    """A server on HTTPS that wants every request signed by the key ``clients``."""
    keys = tmp_path_factory.mktemp("keys") / "credentials"
    keys.write_text("[clients]\naws_access_key_id = CLIENTSKEY\naws_secret_access_key = of the clients\n")
    tokens = keys.with_name("tokens")
    tokens.write_text("clients a-token-of-the-clients\n")
    for door in _served(tmp_path_factory, "--tls", "--credentials", str(keys), "--bearer-token-file", str(tokens)):
        door.environment.update(AWS_ACCESS_KEY_ID="CLIENTSKEY", AWS_SECRET_ACCESS_KEY="of the clients")
        yield door


def _served(factory: pytest.TempPathFactory, *flags: str) -> Iterator[Door]:
    home, objects = factory.mktemp("home"), factory.mktemp("objects")
    command: Sequence[str] = (
        *(sys.executable, "-m", "sensorium", "serve", "--home", str(home), "--objects", str(objects)),
        *("--port", "0", "--connect-proxy", str(_free_port()), "--access-log", "off", "--json", *flags),
    )
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=_clean()) as process:
        try:
            assert process.stdout is not None
            ready = json.loads(process.stdout.readline())
            yield Door(ready["environment"], ready["proxy_url"], objects)
        finally:
            process.terminate()
            assert process.wait(30) == 0, "the server did not stop well"


def _clean() -> dict[str, str]:
    """This process's environment without a word on AWS or on this project's own settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("AWS_", "SENSORIUM_"))}
    return {**kept, "AWS_CONFIG_FILE": os.devnull, "AWS_EC2_METADATA_DISABLED": "true", "NO_COLOR": "1"}


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port
