"""Reading request bodies: bounded in size, in time, and in what all of them take together."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from sensorium.server.dialect import Dialect
from sensorium.server.http import Head
from sensorium.wire.fault import AwsFault

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
BYTES_PER_EXTRA_SECOND = 64 << 10
_DRAIN_S = 5.0
_DRAIN_BYTES = 64 << 20


class Gone(Exception):
    """The client hung up before its request was whole."""


class Budget:
    """Bytes of bodies that may be in memory at a time. Belongs to one event loop."""

    def __init__(self, most: int) -> None:
        self.most = most
        self.used = 0

    def check(self, size: int) -> None:
        """Raises AwsFault ServiceUnavailableException (503), which clients repeat, where there is no room."""
        if self.used + size > self.most:
            message = f"the server holds {self.used} bytes of requests and takes no more than {self.most}; repeat later"
            raise AwsFault("ServiceUnavailableException", message)

    def take(self, size: int) -> None:
        """Count bytes that are here; raises as ``check``."""
        self.check(size)
        self.used += size

    def give_back(self, size: int) -> None:
        """What was taken for one request."""
        self.used -= size


class Body:
    """The body of one request. Use it as a context manager: on leaving, its share of the budget is free again."""

    def __init__(self, head: Head, receive: Receive, budget: Budget, seconds: float) -> None:
        self._head, self._receive, self._budget, self._seconds = head, receive, budget, seconds
        self._taken = 0
        self._ended = False
        self._given_up = False

    def __enter__(self) -> Body:
        return self

    def __exit__(self, *_: object) -> None:
        self._budget.give_back(self._taken)

    async def read(self, dialect: Dialect) -> bytes:
        """All of it.

        Raises AwsFault ValidationException as soon as it is, or says that it is, larger than the service takes;
        RequestTimeoutException for one that trickles; Gone for a client that hung up.
        """
        stated = self._stated_length()
        if stated > dialect.max_body:
            raise AwsFault("ValidationException", dialect.too_large)
        self._budget.check(stated)  # taken as it comes: bytes that are only promised must keep nobody out
        try:
            async with asyncio.timeout(self._seconds + stated / BYTES_PER_EXTRA_SECOND):
                return await self._gather(dialect)
        except TimeoutError:
            self._given_up = True
            message = f"the body did not arrive within {self._seconds:g} s and a second for every 64 KiB"
            raise AwsFault("RequestTimeoutException", message) from None

    async def drain(self) -> None:
        """Let go of what is still to come, as far as that is soon over.

        A client that is still sending reads no answer: to hang up on it would show it a broken pipe.
        """
        dropped = 0
        try:
            async with asyncio.timeout(_DRAIN_S):
                while not (self._ended or self._given_up) and dropped < _DRAIN_BYTES:
                    dropped += len(await self._next())
        except (TimeoutError, Gone):
            return

    @property
    def is_whole(self) -> bool:
        """Whether nothing is still to come."""
        return self._ended

    async def _gather(self, dialect: Dialect) -> bytes:
        parts = []
        size = 0
        while not self._ended:
            part = await self._next()
            size += len(part)
            if size > dialect.max_body:
                raise AwsFault("ValidationException", dialect.too_large)
            self._budget.take(len(part))
            self._taken += len(part)
            parts.append(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    async def _next(self) -> bytes:
        message = await self._receive()
        if message["type"] == "http.disconnect":
            self._ended = True
            raise Gone
        self._ended = not message.get("more_body", False)
        return bytes(message.get("body", b""))

    def _stated_length(self) -> int:
        text = self._head.headers.get(b"content-length", b"0")
        return int(text) if text.isdigit() and len(text) < 20 else 0
