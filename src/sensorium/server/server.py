"""One server: its sockets, its home, its services, from the settings to the last request."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from starlette.routing import BaseRoute

from sensorium.config import Settings
from sensorium.errors import Invalid
from sensorium.home import Home
from sensorium.models.registry import Registry
from sensorium.server import run, services, sockets
from sensorium.server.access import Access
from sensorium.server.app import App
from sensorium.server.aws import AwsDoor
from sensorium.server.call import Service
from sensorium.server.credentials import read_keys, read_tokens
from sensorium.server.guard import Guard
from sensorium.server.limits import MIB, Limits, default_threads
from sensorium.server.probes import probes
from sensorium.server.watched import Watched

Build = Callable[[Home, Settings], dict[str, Service]]


class Server:
    """Listens as soon as it is made; answers while ``serve`` runs. Use it as a context manager, or call ``close``."""

    def __init__(
        self,
        settings: Settings,
        registry: Registry | None = None,
        *,
        build: Build = services.build,
        pages: Sequence[BaseRoute] = (),
    ) -> None:
        """Raises Invalid for settings that would be unsafe or are broken, Unavailable for a port that is taken."""
        self._undo = contextlib.ExitStack()
        with contextlib.ExitStack() as undo:
            self._access = access(settings)
            self._sockets = sockets.listen(settings.serve_host, settings.serve_port)
            for opened in self._sockets:
                undo.callback(opened.close)
            if self._access.is_open and not sockets.is_only_loopback(self._sockets):
                raise Invalid(
                    f"host {settings.serve_host!r} can be reached from other machines, and nothing says who may call: "
                    "give access keys with --credentials FILE, or serve on 127.0.0.1",
                    path="host",
                )
            self.settings = settings
            self.host, self.port = sockets.shown(settings.serve_host), int(self._sockets[0].getsockname()[1])
            self.home = Home(settings.home, registry)
            undo.callback(self.home.close)
            self.services = build(self.home, settings)
            for service in self.services.values():
                undo.callback(service.close)
            self.limits = limits(settings)
            self._pages = tuple(pages)
            self._undo = undo.pop_all()

    @property
    def url(self) -> str:
        """Where clients point their endpoint."""
        return f"http://{self.host}:{self.port}"

    @property
    def is_open(self) -> bool:
        """Whether every request is the owner's, unchecked."""
        return self._access.is_open

    async def serve(self, stop: Callable[[], Awaitable[None]]) -> None:
        """Answer until ``stop()`` returns and requests under way are done. Once."""
        door = AwsDoor(self.services, self._access, Guard((self.settings.serve_host,)), self.limits)
        found = probes(lambda: len(self.home.indexes()), door.metrics)
        try:
            await run.serve(App(door, [*found, *self._pages]), self.limits, stop, plain=self._sockets)
        finally:
            await asyncio.to_thread(door.workers.close)

    def close(self) -> None:
        """Close the services, which put down what they have under way, then the home and the sockets."""
        self._undo.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def access(settings: Settings) -> Access:
    """Who may call, as the settings say. Raises Invalid for a broken file or account."""
    if not (settings.serve_account.isdigit() and len(settings.serve_account) == 12):
        raise Invalid(f"account {settings.serve_account!r}: twelve digits are needed", path="account")
    keys = Watched(Path(settings.serve_credentials), read_keys) if settings.serve_credentials else None
    tokens = Watched(Path(settings.serve_bearer_token_file), read_tokens) if settings.serve_bearer_token_file else None
    return Access(settings.serve_account, settings.serve_region, keys, tokens)


def limits(settings: Settings) -> Limits:
    """The limits of the settings."""
    return Limits(
        threads=settings.serve_threads or default_threads(),
        queue=settings.serve_queue,
        body_bytes=settings.serve_body_mb * MIB,
        body_seconds=settings.serve_body_seconds,
        grace_seconds=settings.serve_grace_seconds,
    )
