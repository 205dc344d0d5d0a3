"""Answers: JSON, and the headers that every one has."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.responses import Response

from sensorium.server import jsonbody

HEADERS: Mapping[bytes, bytes] = {
    b"x-content-type-options": b"nosniff",
    b"cross-origin-resource-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"referrer-policy": b"no-referrer",
    b"x-frame-options": b"DENY",
    b"content-security-policy": b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
    b"cache-control": b"no-store",
}
"""For answers that do not say otherwise: nothing is guessed, framed, kept, or of use to another origin."""
FOREVER = "private, max-age=31536000, immutable"


def json(document: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """A JSON answer."""
    return Response(jsonbody.dumps(document), status, dict(headers or {}), media_type="application/json")


def kept(data: bytes, media_type: str, etag: str, asked: str | None) -> Response:
    """Bytes that never change under their address; 304 where the caller has them already (``If-None-Match``)."""
    headers = {"cache-control": FOREVER, "etag": etag}
    if asked is not None and etag in [one.strip().removeprefix("W/") for one in asked.split(",")]:
        return Response(status_code=304, headers=headers)
    return Response(data, headers=headers, media_type=media_type)
