"""One connection: hypercorn's HTTP/1.1 and HTTP/2, mended where it holds on to what has gone.

hypercorn 0.18 keeps the socket of a client that hung up until its keep-alive time is over, so that some thousand short
connections use up all file descriptors; and it waits for ever on a client that does not read its answer.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator

from hypercorn.app_wrappers import ASGIWrapper
from hypercorn.asyncio.tcp_server import TCPServer
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import Event, RawData, Updated
from hypercorn.typing import ConnectionState

_SHORT_BYTES = 16 << 10
_LOG = logging.getLogger(__name__)


class Connection(TCPServer):
    """Runs one connection to its end: ``await connection.run()``."""

    def __init__(
        self,
        app: ASGIWrapper,
        config: Config,
        context: WorkerContext,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        send_seconds: float,
    ) -> None:
        super().__init__(app, asyncio.get_running_loop(), config, context, ConnectionState({}), reader, writer)
        self._send_seconds = send_seconds
        self._ended = False
        self._held = bytearray()
        self._sending = 0

    async def run(self) -> None:
        """What a broken client makes hypercorn stumble over ends this connection alone."""
        try:
            await super().run()
        except Exception as error:  # noqa: BLE001  # hypercorn lets its libraries' errors through, of any kind
            causes = "; ".join(repr(cause) for cause in _leaves(error))
            _LOG.warning("a connection failed: %s", causes[:500])

    async def protocol_send(self, event: Event) -> None:
        if isinstance(event, RawData):
            await self._send_data(event.data)
        elif not (self._ended and isinstance(event, Updated)):  # nobody is there to be waited for
            self._let_go()
            await super().protocol_send(event)

    async def _send_data(self, data: bytes) -> None:
        """hypercorn sends head and body apart; what is short waits for what follows it in this turn of the loop."""
        waiting = self.writer.transport.get_write_buffer_size()
        if not self._sending and len(self._held) + len(data) + waiting < _SHORT_BYTES:
            if data and not self._held:
                self.loop.call_soon(self._let_go)
            self._held += data
            return
        data, self._held = bytes(self._held + data), bytearray()
        self._sending += 1  # what comes meanwhile queues up behind: HTTP/2's heads must keep their order
        try:
            async with asyncio.timeout(self._send_seconds):
                await super().protocol_send(RawData(data))
        except TimeoutError:
            self.writer.transport.abort()
        finally:
            self._sending -= 1

    def _let_go(self) -> None:
        if self._held and not self.writer.is_closing():
            self.writer.write(bytes(self._held))
        self._held = bytearray()

    async def _close(self) -> None:
        self._let_go()
        await super()._close()

    async def _read_data(self) -> None:
        await super()._read_data()
        self._ended = True
        await self.idle_task.stop()


def _leaves(error: BaseException) -> Iterator[BaseException]:
    if isinstance(error, BaseExceptionGroup):
        for inner in error.exceptions:
            yield from _leaves(inner)
    else:
        yield error
