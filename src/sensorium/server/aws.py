"""The AWS protocols as an ASGI application: whatever path no page has is an operation, or AWS's error for none."""

from __future__ import annotations

import asyncio
import logging
import time
import uuid
from collections.abc import Awaitable, Callable, Mapping, MutableMapping
from typing import Any

from sensorium.errors import SensoriumError
from sensorium.server import accesslog, faults, restjson, sts
from sensorium.server.access import Access, Claim
from sensorium.server.bedrock.unsupported import UNSUPPORTED
from sensorium.server.body import Body, Budget, Gone, Receive
from sensorium.server.call import Call, Service
from sensorium.server.dialect import STS, UNKNOWN, Dialect
from sensorium.server.guard import Guard
from sensorium.server.http import Head, Pairs, Reply
from sensorium.server.limits import Limits
from sensorium.server.metrics import Metrics
from sensorium.server.routes import Match, Routes
from sensorium.server.workers import Workers
from sensorium.wire.fault import AwsFault

_LOG = logging.getLogger(__name__)
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
CORS: Pairs = (
    (b"access-control-allow-origin", b"*"),
    (b"vary", b"origin, access-control-request-method, access-control-request-headers"),
    (b"access-control-expose-headers", b"*"),
)


class AwsDoor:
    """Answers the operations of the services. Belongs to one event loop."""

    def __init__(
        self,
        services: Mapping[str, Service],
        access: Access,
        guard: Guard | None = None,
        limits: Limits | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        """``services`` by name; ``guard`` is asked only where ``access`` checks nothing."""
        self.limits = limits or Limits()
        self.metrics = metrics or Metrics()
        self.workers = Workers(self.limits.threads, self.limits.queue)
        self._services = services
        self._access = access
        self._guard = guard or Guard()
        self._routes = Routes()
        self._budget = Budget(self.limits.body_bytes)

    async def admits(self, head: Head, send: Send) -> bool:
        """Whether a page may answer; where not, the refusal has been sent."""
        try:
            if self._access.is_open:
                self._guard.check(head)
        except AwsFault as fault:
            await _send(restjson.refusal(UNKNOWN, fault), send)
            return False
        return True

    async def handle(self, head: Head, receive: Receive, send: Send) -> None:
        """Answer one request, count it and log it."""
        started = time.perf_counter()
        entry = accesslog.Entry(str(uuid.uuid4()), head.method, head.peer)
        self.metrics.in_flight += 1
        try:
            with Body(head, receive, self._budget, self.limits.body_seconds) as body:
                reply = await self._answer(head, body, entry)
                if not body.is_whole:
                    await body.drain()
                entry.status, entry.error, entry.sent = reply.status, reply.error, len(reply.body)
                await _send(reply, send)
        except Gone:
            entry.status, entry.error = 499, "ClientGone"
        except asyncio.CancelledError:
            entry.status, entry.error = 503, "ServerStopped"
            raise
        finally:
            self.metrics.in_flight -= 1
            entry.seconds = time.perf_counter() - started
            target = (entry.service, entry.operation)
            self.metrics.count(target, entry.status, entry.seconds, entry.received, entry.sent)
            accesslog.write(entry)

    async def _answer(self, head: Head, body: Body, entry: accesslog.Entry) -> Reply:
        dialect = UNKNOWN
        try:
            if self._access.is_open:
                self._guard.check(head)
            if head.method == "OPTIONS":
                reply = _preflight(head)
            else:
                match = None if sts.is_query(head) else self._routes.find(head.method, head.raw_path)
                dialect = STS if match is None else match.operation.dialect
                entry.service = dialect.service
                entry.operation = "" if match is None else match.operation.name
                claim = self._access.claim(head, dialect)
                data = await body.read(dialect)
                entry.received = len(data)
                reply = await self.workers.run(dialect, _Work(self._services, dialect, match, head, data, claim, entry))
        except AwsFault as fault:
            reply = _refusal(dialect, fault, entry.request_id)
        identity = (dialect.id_header, entry.request_id.encode())
        cors = () if self._access.is_open and reply.error == "AccessDeniedException" else CORS
        return Reply(reply.status, (*reply.headers, identity, *cors), reply.body, reply.error)


class _Work:
    """What is done for a request in a thread: its proof, its reading, the call, and the writing of the answer."""

    __slots__ = ("body", "claim", "dialect", "entry", "head", "match", "services")

    def __init__(
        self,
        services: Mapping[str, Service],
        dialect: Dialect,
        match: Match | None,
        head: Head,
        body: bytes,
        claim: Claim,
        entry: accesslog.Entry,
    ) -> None:
        self.services, self.dialect, self.match, self.head = services, dialect, match, head
        self.body, self.claim, self.entry = body, claim, entry

    def __call__(self) -> Reply:
        try:
            return self._reply()
        except AwsFault as fault:
            return _refusal(self.dialect, fault, self.entry.request_id)
        except SensoriumError as error:
            if isinstance(error, faults.SERVERS_OWN):
                _LOG.error("request %s: %s", self.entry.request_id, error.message)
            return _refusal(
                self.dialect, faults.as_fault(error, self.dialect, self.entry.request_id), self.entry.request_id
            )
        except Exception:  # noqa: BLE001  # the last resort of a server: the client gets an error, the log the cause
            _LOG.exception("request %s: %s failed", self.entry.request_id, self.entry.operation)
            return _refusal(self.dialect, faults.internal(self.entry.request_id), self.entry.request_id)

    def _reply(self) -> Reply:
        self.claim.prove(self.body)
        self.entry.caller = self.claim.caller.arn
        service = self.services.get(self.dialect.service)
        if service is None:
            raise AwsFault("UnknownOperationException", f"this server has no {self.dialect.service}")
        if self.match is None:
            self.entry.operation = sts.action(self.head, self.body)
            answer = service.call(Call(self.entry.operation, {}, self.claim.caller, self.entry.request_id))
            return sts.reply(answer, self.entry.request_id)
        name = self.match.operation.name
        members = {} if name in UNSUPPORTED else restjson.members(self.match, self.head, self.body)
        answer = service.call(Call(name, members, self.claim.caller, self.entry.request_id))
        return restjson.reply(self.match, answer)


def _refusal(dialect: Dialect, fault: AwsFault, request_id: str) -> Reply:
    return sts.refusal(fault, request_id) if dialect is STS else restjson.refusal(dialect, fault)


def _preflight(head: Head) -> Reply:
    """What a browser asks before a request that a page of another origin makes."""
    wanted = head.headers.get(b"access-control-request-headers", b"*")
    headers: Pairs = (
        (b"access-control-allow-methods", b"GET, POST, DELETE"),
        (b"access-control-allow-headers", wanted),
        (b"access-control-max-age", b"600"),
    )
    return Reply(200, headers, b"")


async def _send(reply: Reply, send: Send) -> None:
    headers = [*reply.headers, (b"content-length", str(len(reply.body)).encode())]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": reply.body})
