"""Who calls the API: the owner of a loopback server, the bearer of a token, or the holder of a session's cookie.

A session is a signed cookie and stands nowhere else: it ends with its time, with the credential that it was begun with,
and with the home's secret.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import time
from collections.abc import Mapping

import orjson

from sensorium.server.access import Access
from sensorium.server.api.faults import Refusal
from sensorium.server.api.secret import Secret

COOKIE = "sensorium-session"
SECONDS = 12 * 3600.0
_WAY = "sign in: POST /api/v1/session, or Authorization: Bearer TOKEN"


class Sessions:
    """Begins and checks sessions. Thread-safe."""

    def __init__(self, access: Access, secret: Secret) -> None:
        self._access = access
        self._key = secret.key("session")

    @property
    def is_open(self) -> bool:
        """Whether nobody needs to sign in."""
        return self._access.is_open

    def begin(self, token: str | None, key_id: str | None, secret: str | None) -> tuple[str, str]:
        """(user, cookie's value) for a credential. Raises Refusal (401) for one that is not known."""
        if token is not None:
            user, mark = self._access.token_user(token), f"t{_mark(token)}"
        else:
            user, mark = self._access.key_user(key_id or "", secret or ""), f"k{key_id}"
        if user is None:
            raise Refusal("unauthenticated", "the token or the access key is not known here")
        body = orjson.dumps([user, mark, int(time.time() + SECONDS)])
        return user, f"{_text(body)}.{_text(self._sign(body))}"

    def caller(self, headers: Mapping[str, str], cookies: Mapping[str, str]) -> str | None:
        """The user of a request; None for the owner of an open server. Raises Refusal (401)."""
        if self.is_open:
            return None
        kind, _, rest = headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer":
            if (user := self._access.token_user(rest.strip())) is not None:
                return user
            raise Refusal("unauthenticated", f"the bearer token is not known here; {_WAY}")
        if (cookie := cookies.get(COOKIE)) is not None and (user := self._of_cookie(cookie)) is not None:
            return user
        raise Refusal("unauthenticated", f"this server asks who calls; {_WAY}")

    def _of_cookie(self, cookie: str) -> str | None:
        try:
            body, _, signature = (part.encode("ascii") for part in cookie.partition("."))
            data, signed = _data(body), _data(signature)
        except (binascii.Error, ValueError):
            return None
        if not hmac.compare_digest(signed, self._sign(data)):
            return None
        user, mark, until = orjson.loads(data)
        still = self._access.has_token(lambda digest: f"t{digest.hex()[:32]}" == mark) or (
            mark.startswith("k") and self._access.has_key(mark[1:])
        )
        return str(user) if until > time.time() and still else None

    def _sign(self, body: bytes) -> bytes:
        return hmac.digest(self._key, body, hashlib.sha256)


def _mark(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()[:32]


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def _data(text: bytes) -> bytes:
    return base64.b64decode(text + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
