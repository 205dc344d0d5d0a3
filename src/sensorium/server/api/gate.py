"""Before every call of the API: who asks, and from which page. After it: errors as JSON, and headers for all."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import time
import uuid
from collections.abc import Mapping, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, HTTPConnection
from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from sensorium.errors import SensoriumError
from sensorium.server import accesslog
from sensorium.server.api import answers, faults
from sensorium.server.api.faults import Refusal
from sensorium.server.api.permission import ASKER
from sensorium.server.api.sessions import Sessions
from sensorium.server.faults import SERVERS_OWN
from sensorium.server.metrics import Metrics
from sensorium.wire.fault import AwsFault

_LOG = logging.getLogger(__name__)
SERVICE = "api"
_READS = frozenset(("GET", "HEAD"))
_FOR_ALL = frozenset(("/session", "/openapi.json", "/docs"))
"""What needs no sign-in: how to sign in, and what there is."""
_DRAIN_S, _SILENT_S, _DRAIN_BYTES = 5.0, 0.5, 64 << 20
_DEFAULT_PORTS = {"http": 80, "https": 443}


class Gate:
    """The API's outermost ASGI application."""

    def __init__(self, router: Router, sessions: Sessions, metrics: Metrics) -> None:
        self.routes = router.routes
        self._router, self._sessions, self._metrics = router, sessions, metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request and log it."""
        started = time.perf_counter()
        path = scope["path"].removeprefix(scope.get("root_path", ""))
        client = scope.get("client")
        entry = accesslog.Entry(str(uuid.uuid4()), scope["method"], client[0] if client else "", SERVICE)
        entry.operation = f"{scope['method']} /{path.strip('/').partition('/')[0]}"
        begun, coming = _Begun(send, entry), _Coming(receive, entry)
        try:
            await self._answer(scope, path, coming, begun, entry)
        except (SensoriumError, AwsFault, HTTPException) as error:
            await self._refuse(error, scope, coming, begun, entry)
        except ClientDisconnect:
            entry.status, entry.error = 499, "ClientGone"
        except Exception:  # noqa: BLE001  # the last resort of a server: the client gets an error, the log the cause
            _LOG.exception("request %s: %s failed", entry.request_id, entry.operation)
            message = f"an internal error; the server's log has it as request {entry.request_id}"
            await self._refuse(Refusal("internal", message), scope, coming, begun, entry)
        finally:
            entry.seconds = time.perf_counter() - started
            target = (SERVICE, entry.operation if entry.status < 400 else "")  # names that nobody serves are no series
            self._metrics.count(target, entry.status, entry.seconds, entry.received, entry.sent)
            accesslog.write(entry)

    async def _answer(self, scope: Scope, path: str, receive: Receive, send: _Begun, entry: accesslog.Entry) -> None:
        connection = HTTPConnection(scope)
        if scope["method"] not in _READS:
            check_origin(connection.headers)
        if path not in _FOR_ALL:
            user = self._sessions.caller(connection.headers, connection.cookies)
            ASKER.set(user)  # the server runs each request in a context of its own
            entry.caller = user or ""
        scope["app"] = self  # so that Starlette raises what it would otherwise say in plain text
        await self._router(scope, receive, send)

    async def _refuse(
        self, error: Exception, scope: Scope, coming: _Coming, send: _Begun, entry: accesslog.Entry
    ) -> None:
        status, document, headers = _told(error)
        if isinstance(error, SERVERS_OWN):
            _LOG.error("request %s: %s", entry.request_id, error)
        entry.error = str(document["code"])
        if send.begun:  # too late for another answer: the connection ends in the middle of this one
            raise ConnectionAbortedError(str(document["message"]))
        await coming.drain()
        await answers.json(document, status, headers)(scope, coming, send)


class _Coming:
    """A request's body, which can be taken to its end where nobody wants it: who still sends reads no answer."""

    def __init__(self, receive: Receive, entry: accesslog.Entry) -> None:
        self._receive, self._entry = receive, entry
        self._ended = False

    async def __call__(self) -> MutableMapping[str, Any]:
        message = await self._receive()
        self._entry.received += len(message.get("body", b""))
        self._ended = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def drain(self) -> None:
        """Drop what is still to come, for a while."""
        dropped = 0
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(_DRAIN_S):
                while not self._ended and dropped < _DRAIN_BYTES:
                    async with asyncio.timeout(_SILENT_S):
                        dropped += len((await self()).get("body", b""))


class _Begun:
    """Adds the headers of every answer, and knows whether one has begun."""

    def __init__(self, send: Send, entry: accesslog.Entry) -> None:
        self._send, self._entry = send, entry
        self.begun = False

    async def __call__(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.begun = True
            self._entry.status = message["status"]
            there = {name.lower() for name, _ in message["headers"]}
            own = [(name, value) for name, value in answers.HEADERS.items() if name not in there]
            message = {**message, "headers": [*message["headers"], *own]}
        elif message["type"] == "http.response.body":
            self._entry.sent += len(message.get("body", b""))
        await self._send(message)


def check_origin(headers: Mapping[str, str]) -> None:
    """Raises Refusal (403) for a call that a page of another origin makes; programs name no origin."""
    origin = headers.get("origin")
    if origin is not None and not _is_own(origin, headers.get("host", "")):
        raise Refusal("other_origin", f"Origin {origin[:100]!r} is another page's; only this server's own may do that")
    if headers.get("sec-fetch-site", "none") not in ("same-origin", "none"):
        raise Refusal("other_origin", "a page of another origin may not do that")


def _is_own(origin: str, host: str) -> bool:
    """Whether an origin is that host; without a port, the one that its scheme goes by."""
    found = _host(origin)
    return found is not None and found == _host(f"{origin.partition('://')[0]}://{host}")


def _host(origin: str) -> tuple[str, int | None] | None:
    try:
        parts = urlsplit(origin)
        return ((parts.hostname or ""), parts.port or _DEFAULT_PORTS.get(parts.scheme)) if parts.hostname else None
    except ValueError:
        return None


def _told(error: Exception) -> tuple[int, dict[str, object], Mapping[str, str]]:
    """(status, body, headers)."""
    if isinstance(error, SensoriumError):
        status = 500 if error.code == "internal" else faults.status(error)
        headers = error.headers if isinstance(error, Refusal) else {}
        return status, faults.document(error), {**headers, **({"retry-after": "1"} if status in (429, 503) else {})}
    if isinstance(error, AwsFault):
        status, document = faults.from_transport(error)
        return status, document, {"retry-after": "1"}
    assert isinstance(error, HTTPException)
    code, message = {
        404: ("not_found", "no such address; GET /api/v1/docs lists what there is"),
        405: ("method", "this address does not take that method; GET /api/v1/docs lists what there is"),
    }.get(error.status_code, ("invalid", str(error.detail)))
    return error.status_code, {"code": code, "message": message, "path": None}, dict(error.headers or {})
