"""Servers for tests: one for the whole session with the real services, and small ones whose services only record."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from sensorium.config import Settings
from sensorium.home import Home
from sensorium.server.call import Answer, Call, Service
from sensorium.server.server import Server
from sensorium.server.sts import StsService
from sensorium.testing.server import RunningServer

ACCOUNT = "000000000000"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """A server with all services and no keys, over a home that the session shares: name buckets apart."""
    settings = Settings(tmp_path_factory.mktemp("server") / "home", serve_port=0, serve_access_log="off")
    with RunningServer(settings) as running:
        yield running


def until(true: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not true():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


@dataclass
class Recorder:
    """A service that notes its calls and answers what a test wants."""

    name: str
    answers: dict[str, Answer | Exception | Callable[[Call], Answer]] = field(default_factory=dict)
    calls: list[Call] = field(default_factory=list)
    closed: bool = False
    lock: threading.Lock = field(default_factory=threading.Lock)

    def call(self, call: Call) -> Answer:
        with self.lock:
            self.calls.append(call)
        answer = self.answers.get(call.operation, Answer())
        if isinstance(answer, Exception):
            raise answer
        return answer if isinstance(answer, Answer) else answer(call)

    def close(self) -> None:
        self.closed = True


@dataclass
class Small:
    """A running server over two recorders and STS."""

    running: RunningServer
    vectors: Recorder
    bedrock: Recorder

    @property
    def url(self) -> str:
        return self.running.url

    @property
    def port(self) -> int:
        return self.running.port

    def client(self, service: str, *args: Any, **more: Any) -> Any:
        return self.running.client(service, *args, **more)


@pytest.fixture
def small(tmp_path: Path) -> Iterator[Callable[..., Small]]:
    """``small(serve_credentials=…)`` starts a server of recorders; it stops with the test."""
    running: list[RunningServer] = []

    def start(**settings: Any) -> Small:
        vectors, bedrock = Recorder("s3vectors"), Recorder("bedrock-runtime")

        def build(_: Home, __: Settings) -> dict[str, Service]:
            return {service.name: service for service in (vectors, bedrock, StsService())}

        wanted = {"serve_port": 0, **settings}
        made = RunningServer(Server(Settings(tmp_path / f"home{len(running)}", **wanted), build=build))
        running.append(made)
        made.__enter__()
        return Small(made, vectors, bedrock)

    yield start
    for made in running:
        made.__exit__(None, None, None)


@pytest.fixture
def plain(small: Callable[..., Small]) -> Small:
    """A server of recorders without keys."""
    return small()


@pytest.fixture
def keys(tmp_path: Path) -> Path:
    """A credentials file of two profiles, in AWS's own format."""
    path = tmp_path / "credentials"
    path.write_text(
        "[default]\naws_access_key_id = AKIDALICE\naws_secret_access_key = alices+secret/key=\n\n"
        "[bob]\naws_access_key_id = AKIDBOB\naws_secret_access_key = bobs-secret\naws_session_token = bobs-token\n"
    )
    return path


@pytest.fixture
def signed(small: Callable[..., Small], keys: Path) -> Small:
    """A server of recorders that checks signatures."""
    return small(serve_credentials=str(keys))
