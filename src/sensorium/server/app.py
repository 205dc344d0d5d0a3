"""The ASGI application: pages first, then the AWS protocols.

A page is a Starlette route. The web page and ``/api/v1`` join ``pages``; no path of theirs is an AWS operation's but
``/``, which is STS's where a request speaks its query protocol.
"""

from __future__ import annotations

from collections.abc import Sequence

from starlette.routing import BaseRoute, Match

from sensorium.server import sts
from sensorium.server.aws import AwsDoor, Send
from sensorium.server.body import Message, Receive
from sensorium.server.http import Head, joined


class App:
    """One server. Where nothing is signed, the guard looks at every request before a page or the door sees it."""

    def __init__(self, door: AwsDoor, pages: Sequence[BaseRoute] = ()) -> None:
        self._door = door
        self._pages = tuple(pages)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """ASGI's one entrance."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        else:
            await send({"type": "websocket.close"})

    async def _http(self, scope: Message, receive: Receive, send: Send) -> None:
        head = _head(scope)
        for page in () if sts.is_query(head) else self._pages:
            match, found = page.matches(scope)
            if match is Match.FULL:
                if await self._door.admits(head, send):
                    scope.update(found)
                    await page.handle(scope, receive, send)
                return
        await self._door.handle(head, receive, send)


def _head(scope: Message) -> Head:
    client = scope.get("client")
    return Head(
        scope["method"],
        scope["raw_path"],
        scope["query_string"],
        joined(scope["headers"]),
        scope["scheme"] == "https",
        client[0] if client else "",
    )
