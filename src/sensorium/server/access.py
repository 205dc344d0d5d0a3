"""Whose request it is: the owner's on a loopback server without keys, else whoever signed it or bears a token."""

from __future__ import annotations

import datetime
import hmac
import re
from collections.abc import Callable
from dataclasses import dataclass

from sensorium.server import sigv4
from sensorium.server.call import Caller
from sensorium.server.credentials import Key, digest
from sensorium.server.dialect import Dialect
from sensorium.server.http import Head
from sensorium.server.watched import Watched
from sensorium.wire.fault import AwsFault

MISSING = "MissingAuthenticationTokenException"
UNRECOGNIZED = "UnrecognizedClientException"
EXPIRED = "ExpiredTokenException"
_UNKNOWN = "The security token included in the request is invalid."
_PRESIGNED = re.compile(rb"(^|&)x-amz-(algorithm|signature|credential)=", re.IGNORECASE)
Prove = Callable[[bytes], None]


def _now() -> datetime.datetime:
    return datetime.datetime.now(datetime.UTC)


def _nothing_to_prove(body: bytes) -> None:
    return None


@dataclass(frozen=True, slots=True)
class Claim:
    """Who the head of a request says is calling. Only after ``prove(body)`` it is so; that raises AwsFault if not."""

    caller: Caller
    prove: Prove = _nothing_to_prove


class Access:
    """Checks requests. Thread-safe. Without keys and tokens every request is the owner's."""

    def __init__(
        self,
        account: str,
        region: str,
        keys: Watched[dict[str, Key]] | None = None,
        tokens: Watched[dict[bytes, str]] | None = None,
        now: Callable[[], datetime.datetime] = _now,
    ) -> None:
        self.account, self.region = account, region
        self._keys, self._tokens, self._now = keys, tokens, now

    @property
    def is_open(self) -> bool:
        """Whether nothing is checked."""
        return self._keys is None and self._tokens is None

    def claim(self, head: Head, dialect: Dialect) -> Claim:
        """What the head alone tells, before the body is read. Raises AwsFault (403) for what no body can mend."""
        if _PRESIGNED.search(head.query):
            raise AwsFault(sigv4.INVALID, "Presigned URLs are not taken; sign the request in its Authorization header")
        authorization = head.header(b"authorization")
        kind, _, rest = authorization.partition(" ")
        if self.is_open:
            region = sigv4.parse(authorization).region if kind == sigv4.ALGORITHM else self.region
            return Claim(Caller(self.account, region))
        if not authorization:
            raise AwsFault(MISSING, "Missing Authentication Token")
        if kind.lower() == "bearer":
            return Claim(Caller(self.account, self.region, self._bearer(rest.strip(), dialect)))
        return self._signed(sigv4.parse(authorization), head, dialect)

    def token_user(self, token: str) -> str | None:
        """Whose bearer token it is; None for an unknown one."""
        found = digest(token)
        known = {} if self._tokens is None else self._tokens.value()
        return next((user for one, user in known.items() if hmac.compare_digest(one, found)), None)

    def key_user(self, key_id: str, secret: str) -> str | None:
        """Whose access key it is, by its secret itself: for people who sign in; None for an unknown or expired one."""
        key = self._key(key_id)
        return key.profile if key is not None and hmac.compare_digest(key.secret.encode(), secret.encode()) else None

    def has_token(self, fits: Callable[[bytes], bool]) -> bool:
        """Whether there is a bearer token whose digest fits."""
        return self._tokens is not None and any(map(fits, self._tokens.value()))

    def has_key(self, key_id: str) -> bool:
        """Whether there is an access key of that id that has not expired."""
        return self._key(key_id) is not None

    def _key(self, key_id: str) -> Key | None:
        key = None if self._keys is None else self._keys.value().get(key_id)
        return None if key is None or self._is_over(key) else key

    def _is_over(self, key: Key) -> bool:
        return key.expires_s is not None and key.expires_s <= self._now().timestamp()

    def _bearer(self, token: str, dialect: Dialect) -> str:
        user = self.token_user(token) if dialect.bearer else None
        if user is None:
            raise AwsFault(UNRECOGNIZED, _UNKNOWN)
        return user

    def _signed(self, signature: sigv4.Signature, head: Head, dialect: Dialect) -> Claim:
        key = None if self._keys is None else self._keys.value().get(signature.key_id)
        if key is None or not hmac.compare_digest(key.token.encode(), head.headers.get(b"x-amz-security-token", b"")):
            raise AwsFault(UNRECOGNIZED, _UNKNOWN)
        now = self._now()
        if key.expires_s is not None and key.expires_s <= now.timestamp():
            raise AwsFault(EXPIRED, "The security token included in the request is expired")
        if signature.service != dialect.signing:
            raise AwsFault(sigv4.INVALID, f"Credential should be scoped to correct service: '{dialect.signing}'.")
        stamp = sigv4.check_moment(signature, head, now)

        def prove(body: bytes) -> None:
            sigv4.check(signature, key, head, body, stamp)

        return Claim(Caller(self.account, signature.region, key.profile), prove)
