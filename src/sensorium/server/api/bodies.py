"""Request bodies: JSON objects of a bounded size, and files that are streamed to the disk."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request

from sensorium.errors import Invalid, Unavailable
from sensorium.server import jsonbody
from sensorium.server.api.faults import Refusal
from sensorium.server.body import BYTES_PER_EXTRA_SECOND
from sensorium.wire.fault import AwsFault

JSON_BYTES = 2 << 20
FILE = "application/octet-stream"
_JSON = "application/json"


@dataclass(frozen=True, slots=True)
class Received:
    """A file that came in. ``digest`` is the hash by which the catalog knows its bytes, too."""

    path: Path
    size: int
    digest: str


async def document(request: Request, seconds: float) -> dict[str, Any]:
    """The body as a JSON object. Raises Refusal or Invalid for anything else, or for one that trickles."""
    _check_type(request, _JSON)
    parts, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for part in request.stream():
                size += len(part)
                if size > JSON_BYTES:
                    raise Refusal("too_large", f"the body is larger than {JSON_BYTES:,} bytes")
                parts.append(part)
    except TimeoutError:
        raise Refusal("slow", f"the body did not arrive within {seconds:g} s") from None
    try:
        found = jsonbody.loads(b"".join(parts))
    except AwsFault as fault:
        raise Invalid(fault.message, path="body") from None
    if not isinstance(found, dict):
        raise Invalid(f"the body is a JSON {type(found).__name__}; an object is needed", path="body")
    return found


async def file(request: Request, folder: Path, most: int, seconds: float) -> Received:
    """Stream the body into a new file of the folder, which is the caller's to move or remove.

    Raises Refusal for more than ``most`` bytes (as soon as that is known), an empty body, or one that trickles;
    Unavailable where the disk is full.
    """
    _check_type(request, FILE)
    stated = _stated(request)
    if stated is not None and stated > most:
        raise Refusal("too_large", f"the file has {stated:,} bytes, at most {most:,} are taken")
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".part-", dir=folder)
    path, size, digest = Path(name), 0, hashlib.blake2b(digest_size=16)
    try:
        with os.fdopen(handle, "wb") as out:
            async with asyncio.timeout(seconds) as limit:
                async for part in request.stream():
                    size += len(part)
                    if size > most:
                        raise Refusal("too_large", f"the file has more than {most:,} bytes")
                    digest.update(part)
                    out.write(part)
                    limit.reschedule(asyncio.get_running_loop().time() + seconds + len(part) / BYTES_PER_EXTRA_SECOND)
        if not size:
            raise Refusal("length", "the file is empty; its bytes are the body")
    except TimeoutError:
        path.unlink(missing_ok=True)
        raise Refusal("slow", f"nothing came for {seconds:g} s") from None
    except OSError as error:
        path.unlink(missing_ok=True)
        raise Unavailable(f"the file cannot be kept: {error.strerror or error}") from error
    except (Refusal, ClientDisconnect, asyncio.CancelledError):
        path.unlink(missing_ok=True)
        raise
    return Received(path, size, digest.hexdigest())


def _check_type(request: Request, wanted: str) -> None:
    """A page of another origin can send neither type without asking the server first, which says no."""
    found = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    if found != wanted:
        raise Refusal("media_type", f"Content-Type is {found or 'not given'}; {wanted} is needed")


def _stated(request: Request) -> int | None:
    text = request.headers.get("content-length", "")
    return int(text) if text.isdecimal() and len(text) < 20 else None
