"""One server: its sockets, its home, its services, from the settings to the last request."""

from __future__ import annotations

import asyncio
import contextlib
import ipaddress
import socket
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from starlette.routing import BaseRoute

from sensorium.config import Settings
from sensorium.errors import Invalid
from sensorium.home import Home
from sensorium.models.registry import Registry
from sensorium.objects.joined import opened as opened_objects
from sensorium.server import run, services, sockets, tls, web
from sensorium.server.access import Access
from sensorium.server.api.api import Api
from sensorium.server.app import App
from sensorium.server.aws import AwsDoor
from sensorium.server.awshosts import AwsHosts
from sensorium.server.call import Caller, Service
from sensorium.server.credentials import read_keys, read_tokens
from sensorium.server.guard import Guard
from sensorium.server.limits import MIB, Limits, default_threads
from sensorium.server.probes import probes
from sensorium.server.proxy import Proxy
from sensorium.server.s3vectors.region import check_name
from sensorium.server.s3vectors.service import S3VectorsService
from sensorium.server.watched import Watched

Build = Callable[[Home, Settings], dict[str, Service]]
LOOPBACK = "127.0.0.1"


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
        self.settings = settings
        self.limits = limits(settings)
        self._pages = tuple(pages)
        self._access = access(settings)
        with contextlib.ExitStack() as undo:
            self._listen(undo)
            self.home = Home(settings.home, registry, limits=settings.store_limits)
            undo.callback(self.home.close)
            self._prepare_tls()
            self.services = build(self.home, settings)
            for service in self.services.values():
                undo.callback(service.close)
            objects = opened_objects(settings.buckets, settings.s3_endpoint or None)
            self.api = Api(self.home, settings, self.limits, self._access, objects, self._judge)
            undo.callback(self.api.close)
            self._undo = undo.pop_all()

    def _judge(self, user: str, bucket: str, index: str, operations: tuple[str, ...]) -> None:
        """What the page asks for its users: the policies that S3 Vectors keeps."""
        vectors = self.services.get(S3VectorsService.name)
        if isinstance(vectors, S3VectorsService):
            caller = Caller(self.settings.serve_account, self.settings.serve_region, user)
            vectors.allow(caller, bucket, index, operations)

    @property
    def url(self) -> str:
        """Where clients point their endpoint."""
        return f"{'https' if self.settings.serve_tls else 'http'}://{self.host}:{self.port}"

    @property
    def proxy_url(self) -> str | None:
        """What goes into ``HTTPS_PROXY``."""
        return f"http://{LOOPBACK}:{self._proxy[0].getsockname()[1]}" if self._proxy else None

    @property
    def is_open(self) -> bool:
        """Whether every request is the owner's, unchecked."""
        return self._access.is_open

    async def serve(self, stop: Callable[[], Awaitable[None]]) -> bool:
        """Answer until ``stop()`` returns and requests under way are done. Once.

        False where some were not done within the grace time, so that threads still work with the services.
        """
        guard = Guard((self.settings.serve_host,), () if self._hosts is None else self._hosts)
        door = AwsDoor(self.services, self._access, guard, self.limits)
        own = [*probes(lambda: len(self.home.indexes()), door.metrics), *self.api.pages(door.metrics), *web.pages()]
        app = App(door, [*self._pages, *own])
        plain, secure = ([], self._sockets) if self.settings.serve_tls else (self._sockets, [])
        context = None if self.authority is None else self.authority.context()

        async def stopped() -> None:
            await stop()
            self.api.stop()

        async with contextlib.AsyncExitStack() as stack:
            if self._hosts is not None:
                target = (LOOPBACK, int(self._inner[0].getsockname()[1]))
                await stack.enter_async_context(Proxy(self._proxy, self._hosts, target))
            await run.serve(app, self.limits, stopped, plain, [*secure, *self._inner], context)
        grace = self.limits.grace_seconds
        ended = await asyncio.gather(asyncio.to_thread(door.workers.close, grace), self.api.ended(grace))
        return all(ended)

    def close(self) -> None:
        """Close the services, which put down what they have under way, then the home and the sockets."""
        self._undo.close()

    def __enter__(self) -> Server:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _listen(self, undo: contextlib.ExitStack) -> None:
        host = self.settings.serve_host
        self._sockets = sockets.listen(host, self.settings.serve_port)
        for opened in self._sockets:
            undo.callback(opened.close)
        if self._access.is_open and not sockets.is_only_loopback(self._sockets):
            raise Invalid(
                f"host {host!r} can be reached from other machines, and nothing says who may call: give access keys "
                f"with --credentials FILE, or serve on {LOOPBACK}",
                path="host",
            )
        self.host, self.port = sockets.shown(host), int(self._sockets[0].getsockname()[1])
        self._proxy: list[socket.socket] = []
        self._inner: list[socket.socket] = []
        if self.settings.serve_connect_proxy:
            self._proxy = sockets.listen(LOOPBACK, self.settings.serve_connect_proxy)
            self._inner = sockets.listen(LOOPBACK, 0)
            for opened in (*self._proxy, *self._inner):
                undo.callback(opened.close)

    def _prepare_tls(self) -> None:
        self._hosts = AwsHosts(self.settings.serve_region) if self._proxy else None
        self.authority: tls.Authority | None = None
        if self.settings.serve_tls or self._hosts is not None:
            own = _names(self.settings.serve_host) if self.settings.serve_tls else []
            names = [*own, *(() if self._hosts is None else self._hosts.names())]
            self.authority = tls.prepared(self.settings.home / "tls", names)


def access(settings: Settings) -> Access:
    """Who may call, as the settings say. Raises Invalid for a broken file, account or region."""
    if not (
        settings.serve_account.isascii() and settings.serve_account.isdigit() and len(settings.serve_account) == 12
    ):
        raise Invalid(f"account {settings.serve_account!r}: twelve digits are needed", path="account")
    check_name(settings.serve_region)
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


def _names(host: str) -> list[str]:
    """What a certificate is made out to for a host; for all addresses of the machine, its name."""
    try:
        is_any = ipaddress.ip_address(host).is_unspecified
    except ValueError:
        is_any = False
    return [socket.gethostname()] if is_any else [host]
