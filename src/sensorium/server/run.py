"""The server's life: connections on sockets that are open already, until it is told to stop."""

from __future__ import annotations

import asyncio
import logging
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, cast

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.typing import ASGIFramework

from sensorium.server.app import App
from sensorium.server.connection import Connection
from sensorium.server.limits import Limits

_LOG = logging.getLogger(__name__)
KEEP_ALIVE_REQUESTS = 1_000_000
"""Requests of one connection, after which hypercorn hangs up; its own 1,000 cuts long runs for nothing."""


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
    loop = asyncio.get_running_loop()
    loop.set_exception_handler(_on_stray_error)
    config, context, wrapped = _configured(limits), WorkerContext(None), ASGIWrapper(cast(ASGIFramework, app))
    tasks: set[asyncio.Task[None]] = set()

    def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if len(tasks) >= limits.connections:
            writer.transport.abort()
            return
        task = loop.create_task(Connection(wrapped, config, context, reader, writer, limits.send_seconds).run())
        tasks.add(task)
        task.add_done_callback(tasks.discard)

    servers = [await asyncio.start_server(accept, sock=opened) for opened in plain]
    for opened in secure:
        servers.append(
            await asyncio.start_server(accept, sock=opened, ssl=tls, ssl_handshake_timeout=limits.handshake_seconds)
        )
    try:
        await stop()
    finally:
        await context.terminated.set()
        for server in servers:
            server.close()
        await _ended(tasks, limits.grace_seconds)


async def _ended(tasks: set[asyncio.Task[None]], seconds: float) -> None:
    """Connections that are busy may finish; idle ones end by themselves, and what is left is cut."""
    if not tasks:
        return
    _, late = await asyncio.wait(set(tasks), timeout=seconds)
    if late:
        _LOG.warning("%d connections did not end in %g s and are cut", len(late), seconds)
        for task in late:
            task.cancel()
        await asyncio.wait(late, timeout=seconds)


def _configured(limits: Limits) -> Config:
    config = Config()
    config.errorlog = _LOG
    config.include_server_header = False
    config.keep_alive_timeout = limits.idle_seconds
    config.keep_alive_max_requests = KEEP_ALIVE_REQUESTS
    config.h11_max_incomplete_size = limits.head_bytes
    config.h2_max_header_list_size = limits.head_bytes
    return config


def _on_stray_error(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """What a client breaks before its connection begins, a TLS handshake say, belongs to that client."""
    error = context.get("exception")
    if not isinstance(error, ssl.SSLError | ConnectionError | TimeoutError):
        _LOG.warning("%s: %r", context.get("message"), error)
