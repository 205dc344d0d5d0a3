"""A stand-in for an AWS service: answers over a real socket what a test has written down, and notes what was asked."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import botocore.session
from botocore.config import Config


@dataclass(frozen=True)
class Said:
    """One answer; an ``error`` is the name of an AWS fault."""

    body: Any = field(default_factory=dict)
    status: int = 200
    error: str | None = None


def fault(name: str, status: int, message: str = "no") -> Said:
    """An AWS error."""
    return Said({"message": message}, status, name)


@dataclass
class Scripted:
    """The answers in order, the last one again and again; ``asked`` are the paths and bodies of what came."""

    answers: list[Said]
    asked: list[tuple[str, bytes]] = field(default_factory=list)
    url: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def next(self, path: str, body: bytes) -> Said:
        with self.lock:
            self.asked.append((path, body))
            return self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]

    def client(self, service: str, attempts: int = 1) -> Any:
        """botocore's client of ``service`` that asks here."""
        config = Config(retries={"total_max_attempts": attempts}, connect_timeout=2, read_timeout=5)
        return client(service, self.url, config)


def client(service: str, url: str, config: Config | None = None) -> Any:
    """botocore's client of ``service`` at ``url``, with some credentials."""
    return botocore.session.Session().create_client(
        service,
        region_name="us-east-1",
        endpoint_url=url,
        aws_access_key_id="AKIDEXAMPLE",
        aws_secret_access_key="secret",
        config=config or Config(retries={"total_max_attempts": 1}),
    )


@contextmanager
def scripted(*answers: Said) -> Iterator[Scripted]:
    """The stand-in on a free port."""
    script = Scripted(list(answers))

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            said = script.next(self.path, body)
            data = said.body if isinstance(said.body, bytes) else json.dumps(said.body).encode()
            self.send_response(said.status)
            if said.error is not None:
                self.send_header("x-amzn-errortype", said.error)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def do_GET(self) -> None:
            self.do_POST()

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    script.url = f"http://127.0.0.1:{server.server_port}"
    try:
        yield script
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
