"""The server's life: hypercorn on sockets that are open already, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from hypercorn.asyncio import serve as hypercorn_serve
from hypercorn.config import Config, Sockets
from hypercorn.typing import ASGIFramework

from sensorium.server.app import App
from sensorium.server.limits import Limits

_LOG = logging.getLogger(__name__)
KEEP_ALIVE_REQUESTS = 1_000_000
"""Requests of one connection, after which hypercorn hangs up; its own 1,000 cuts long runs for nothing."""


class _Ready(Config):
    """hypercorn's settings over sockets and a TLS context of ours."""

    def __init__(
        self, plain: Sequence[socket.socket], secure: Sequence[socket.socket], tls: ssl.SSLContext | None
    ) -> None:
        self._plain, self._secure, self._tls = list(plain), list(secure), tls

    @property
    def ssl_enabled(self) -> bool:
        return self._tls is not None

    def create_ssl_context(self) -> ssl.SSLContext | None:
        return self._tls

    def create_sockets(self) -> Sockets:
        return Sockets(self._secure, self._plain, [])


async def serve(
    app: App,
    limits: Limits,
    stop: Callable[[], Awaitable[None]],
    plain: Sequence[socket.socket] = (),
    secure: Sequence[socket.socket] = (),
    tls: ssl.SSLContext | None = None,
) -> None:
    """Serve HTTP/1.1 and HTTP/2 until ``stop()`` returns, then let requests under way finish within the grace time.

    On ``plain`` sockets HTTP/2 comes by prior knowledge, on ``secure`` ones by ALPN; these need ``tls``.
    """
    config = _Ready(plain, secure, tls)
    config.errorlog = logging.getLogger("sensorium.server.hypercorn")
    config.errorlog.setLevel(logging.WARNING)  # its own word of the address comes before ours
    config.include_server_header = False
    config.keep_alive_timeout = limits.idle_seconds
    config.keep_alive_max_requests = KEEP_ALIVE_REQUESTS
    config.ssl_handshake_timeout = limits.idle_seconds
    config.graceful_timeout = limits.grace_seconds
    config.h11_max_incomplete_size = limits.head_bytes
    config.h2_max_header_list_size = limits.head_bytes
    config.backlog = 1024
    asyncio.get_running_loop().set_exception_handler(_on_stray_error)
    stopping = asyncio.Event()

    async def stopped() -> None:
        await stop()
        stopping.set()

    serving = asyncio.ensure_future(
        hypercorn_serve(cast(ASGIFramework, app), config, shutdown_trigger=stopped, mode="asgi")
    )
    stop_noted = asyncio.ensure_future(stopping.wait())
    await asyncio.wait({serving, stop_noted}, return_when=asyncio.FIRST_COMPLETED)
    stop_noted.cancel()
    if not serving.done():
        # hypercorn ends by itself; a connection that does not let go must not keep the server from ending.
        await asyncio.wait({serving}, timeout=limits.grace_seconds + 5)
    if not serving.done():
        _LOG.warning("connections did not end in time and are cut")
        serving.cancel()
        await asyncio.wait({serving})
    if not serving.cancelled() and (error := serving.exception()) is not None:
        raise error


def _on_stray_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a broken client makes hypercorn stumble over belongs to the log and to that connection alone."""
    error = context.get("exception")
    if isinstance(error, ssl.SSLError | ConnectionError):
        return
    _LOG.warning("a connection failed: %s", context.get("message"), exc_info=error)
