"""``nextToken``: where a listing or a query goes on. Opaque, sealed, and good for the same request only."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable

from sensorium.server.s3vectors.limits import refuse
from sensorium.wire.fault import AwsFault

_SEAL_BYTES = 16


class Tokens:
    """Seals and opens tokens with a secret that outlives the process."""

    def __init__(self, secret: Callable[[], bytes]) -> None:
        """``secret`` is asked for when the first token is."""
        self._secret = secret

    def seal(self, request: bytes, place: bytes) -> str:
        """A token that says ``place``, for a request of which ``request`` is the digest or the name."""
        text = base64.urlsafe_b64encode(self._mac(request, place) + place)
        return text.decode().rstrip("=")

    def open(self, request: bytes, token: str) -> bytes:
        """The place that a token says. A ValidationException for one that is forged, or of another request."""
        try:
            sealed = base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True)
        except (binascii.Error, ValueError) as error:
            raise bad_token() from error
        seal, place = sealed[:_SEAL_BYTES], sealed[_SEAL_BYTES:]
        if not hmac.compare_digest(seal, self._mac(request, place)):
            raise bad_token()
        return place

    def _mac(self, request: bytes, place: bytes) -> bytes:
        message = len(request).to_bytes(4, "big") + request + place
        return hmac.digest(self._secret(), message, hashlib.sha256)[:_SEAL_BYTES]


def bad_token() -> AwsFault:
    """The error for a token that is not of this request, or of no request at all."""
    return refuse("Invalid nextToken", "nextToken")


def digest(*parts: bytes) -> bytes:
    """A short name for a request, from what must stay the same on its next page."""
    found = hashlib.sha256()
    for part in parts:
        found.update(len(part).to_bytes(8, "big"))
        found.update(part)
    return found.digest()
