"""A CONNECT proxy on loopback for clients whose AWS host is fixed in their code (s3vectors-embed-cli).

With ``HTTPS_PROXY`` set they ask it for ``s3vectors.us-east-1.api.aws:443`` and get this server's own TLS port, which
has a certificate for that name. It leads nowhere else: any other host is refused, so it is no open proxy.
"""

from __future__ import annotations

import asyncio
import logging
import socket
from collections.abc import Container
from types import TracebackType

_LOG = logging.getLogger(__name__)

HEAD_SECONDS = 10.0
TUNNELS = 512
"""Tunnels at a time."""
_CHUNK = 64 << 10


class Proxy:
    """Listens while it is open: ``async with Proxy(sockets, hosts, ("127.0.0.1", 4433)):``."""

    def __init__(self, sockets: list[socket.socket], hosts: Container[str], target: tuple[str, int]) -> None:
        """``hosts`` are those that it stands for, at port 443; ``target`` is the server's TLS port."""
        self._sockets, self._hosts, self._target = sockets, hosts, target
        self._servers: list[asyncio.Server] = []
        self._tunnels: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Proxy:
        for opened in self._sockets:
            server = await asyncio.start_server(self._accept, sock=opened, limit=_CHUNK)
            self._servers.append(server)
        return self

    async def __aexit__(
        self, _: type[BaseException] | None, __: BaseException | None, ___: TracebackType | None
    ) -> None:
        for server in self._servers:
            server.close()
        for task in self._tunnels:
            task.cancel()
        await asyncio.gather(*self._tunnels, return_exceptions=True)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tunnels.add(task)
        try:
            await self._tunnel(reader, writer)
        except (OSError, asyncio.IncompleteReadError, asyncio.LimitOverrunError, TimeoutError) as error:
            _LOG.debug("a tunnel ended: %s", error)
        except asyncio.CancelledError:
            _LOG.debug("a tunnel was cut when the server stopped")
        finally:
            self._tunnels.discard(task)
            writer.close()

    async def _tunnel(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        async with asyncio.timeout(HEAD_SECONDS):
            head = await reader.readuntil(b"\r\n\r\n")
        refusal = self._refusal(head)
        if refusal is not None:
            status, text = refusal
            body = f"{text}\n".encode()
            writer.write(
                f"HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {len(body)}\r\n"
                "connection: close\r\n\r\n".encode()
                + body
            )
            await writer.drain()
            return
        far_reader, far_writer = await asyncio.open_connection(*self._target)
        try:
            writer.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
            await writer.drain()
            await _relay(reader, writer, far_reader, far_writer)
        finally:
            far_writer.close()

    def _refusal(self, head: bytes) -> tuple[str, str] | None:
        method, _, rest = head.split(b"\r\n", 1)[0].decode("latin-1").partition(" ")
        target = rest.partition(" ")[0]
        host, _, port = target.rpartition(":")
        if method != "CONNECT":
            return "405 Method Not Allowed", "this proxy takes CONNECT only; set HTTPS_PROXY, not HTTP_PROXY"
        if port != "443" or host.lower() not in self._hosts:
            shown = target[:100]
            return (
                "403 Forbidden",
                f"{shown}: this proxy leads to S3 Vectors, Bedrock Runtime and STS hosts of AWS only",
            )
        if len(self._tunnels) > TUNNELS:
            return "503 Service Unavailable", f"{TUNNELS} tunnels are open; repeat later"
        return None


async def _relay(
    reader: asyncio.StreamReader,
    writer: asyncio.StreamWriter,
    far_reader: asyncio.StreamReader,
    far_writer: asyncio.StreamWriter,
) -> None:
    """Both ways, until either side ends."""
    ways = {asyncio.ensure_future(_pour(reader, far_writer)), asyncio.ensure_future(_pour(far_reader, writer))}
    try:
        await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for way in ways:
            way.cancel()
        await asyncio.gather(*ways, return_exceptions=True)


async def _pour(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(_CHUNK):
        writer.write(data)
        await writer.drain()
