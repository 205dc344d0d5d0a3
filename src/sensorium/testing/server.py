"""A server in this process, for tests: a real socket on a free port, a home of its own, a thread for its loop."""

from __future__ import annotations

import asyncio
import threading
from types import TracebackType
from typing import Any

import boto3
from botocore.config import Config

from sensorium.config import Settings
from sensorium.server.server import Server


class RunningServer:
    """``with RunningServer(Settings(tmp_path / "home", serve_port=0)) as server: …server.url…``.

    Leaving stops it gracefully; what went wrong inside is raised then.
    """

    def __init__(self, server: Server | Settings) -> None:
        self.server = Server(server) if isinstance(server, Settings) else server
        self._loop = asyncio.new_event_loop()
        self._stop = asyncio.Event()
        self._clients: list[Any] = []
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="sensorium-server")

    @property
    def url(self) -> str:
        """Where clients point their endpoint."""
        return self.server.url

    @property
    def port(self) -> int:
        """The port that it listens on."""
        return self.server.port

    def client(self, service: str, key_id: str = "AKIDEXAMPLE", secret: str = "secret", **more: Any) -> Any:
        """A boto3 client of ``s3vectors``, ``bedrock-runtime`` or ``sts`` that tries once; it closes with the server.

        ``more`` goes to boto3.
        """
        config = Config(retries={"total_max_attempts": 1}).merge(more.pop("config", Config()))
        defaults = {"region_name": "us-east-1", "endpoint_url": self.url}
        made = boto3.client(
            service, aws_access_key_id=key_id, aws_secret_access_key=secret, config=config, **{**defaults, **more}
        )
        self._clients.append(made)
        return made

    def __enter__(self) -> RunningServer:
        self._thread.start()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, _: TracebackType | None) -> None:
        self.stop()
        self.join()
        if self._failed is not None and error is None:
            raise self._failed

    def stop(self) -> None:
        """Begin to stop: requests under way may finish."""
        if self._thread.is_alive():
            self._loop.call_soon_threadsafe(self._stop.set)

    def join(self) -> None:
        """Wait until it has stopped, and close what it held."""
        for client in self._clients:
            client.close()
        self._thread.join()
        self.server.close()

    def _run(self) -> None:
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        except BaseException as error:  # noqa: BLE001  # a thread's errors are raised where it is joined
            self._failed = error

    async def _serve(self) -> None:
        async def stopped() -> None:
            await self._stop.wait()

        assert await self.server.serve(stopped), "calls did not end within the grace time"
