"""Files with ranges: what players ask for."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator, Mapping
from functools import partial
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.types import Receive, Scope, Send

from sensorium.errors import NotFound
from sensorium.server.api.context import Context
from sensorium.server.api.faults import Refusal
from sensorium.server.api.originals import Identity, identity

_RANGE = re.compile(r"bytes=(\d*)-(\d*)")
_PIECE = 256 << 10


def asked(header: str | None, size: int) -> tuple[int, int] | None:
    """(start, end) half open of a Range header, None for the whole; an open or long end is cut at the file's.

    Raises Refusal (416) for several ranges and for one that begins beyond the end. What is no range of bytes is
    left aside, as the standard says.
    """
    if header is None or not header.startswith("bytes="):
        return None
    refused = {"content-range": f"bytes */{size}"}
    if "," in header:
        raise Refusal("range", "several ranges in one call are not served", path="range", headers=refused)
    match = _RANGE.fullmatch(header.replace(" ", ""))
    if match is None or match.group() == "bytes=-":
        return None
    first, last = match.groups()
    if len(first) > 19 or len(last) > 19:
        raise Refusal("range", f"the file has {size:,} bytes", path="range", headers=refused)
    start, end = (max(0, size - int(last)), size) if not first else (int(first), int(last) + 1 if last else size)
    if last and first and end <= start:
        return None
    end = min(end, size)
    if start >= end:
        raise Refusal(
            "range", f"the file has {size:,} bytes; the range begins beyond them", path="range", headers=refused
        )
    return start, end


async def served(
    context: Context, request: Request, path: Path, expected: Identity, etag: str, headers: Mapping[str, str]
) -> Response:
    """The file, or the range of it that is asked for. Raises NotFound where it is no more the one that is expected."""
    if etag in [one.strip().removeprefix("W/") for one in request.headers.get("if-none-match", "").split(",")]:
        return Response(status_code=304, headers={**headers, "etag": etag})
    try:
        handle = await context.run(partial(os.open, path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC))
    except OSError as error:
        raise NotFound(f"the original is gone: {error.strerror}", code="missing") from error
    try:
        if identity(os.fstat(handle)) != expected:
            raise NotFound("the original was exchanged in this moment", code="changed")
        size = expected[2]
        wanted = request.headers.get("range") if request.headers.get("if-range", etag) == etag else None
        part = asked(wanted, size)
    except BaseException:
        os.close(handle)
        raise
    start, end = part or (0, size)
    sent = {**headers, "etag": etag, "accept-ranges": "bytes", "content-length": str(end - start)}
    if part is not None:
        sent["content-range"] = f"bytes {start}-{end - 1}/{size}"
    status = 200 if part is None else 206
    if request.method == "HEAD":
        os.close(handle)
        return Response(status_code=status, headers=sent)
    return _Part(handle, start, end, status, sent)


class _Part(StreamingResponse):
    """Bytes of an open file, which is closed whatever becomes of the client."""

    def __init__(self, handle: int, start: int, end: int, status: int, headers: Mapping[str, str]) -> None:
        super().__init__(_pieces(handle, start, end), status, headers)
        self._handle = handle

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            await super().__call__(scope, receive, send)
        finally:
            os.close(self._handle)


async def _pieces(handle: int, start: int, end: int) -> AsyncIterator[bytes]:
    """The bytes between; a file that was cut meanwhile ends the answer early, which the length gives away."""
    while start < end:
        piece = await asyncio.to_thread(os.pread, handle, min(_PIECE, end - start), start)
        if not piece:
            return
        start += len(piece)
        yield piece
