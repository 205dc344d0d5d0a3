"""Opaque ids of records: index and key, encrypted and authenticated: an address tells nothing and none can be made up.

The same record always has the same id (AES-SIV is deterministic), which lets browsers keep what they fetched.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV

from sensorium.errors import NotFound
from sensorium.server.api.secret import Secret

_LONGEST = 4096


class Ids:
    """Seals and opens ids. Thread-safe."""

    def __init__(self, secret: Secret) -> None:
        self._cipher = AESSIV(secret.key("media"))

    def seal(self, index: str, key: str) -> str:
        """The id of a record."""
        sealed = self._cipher.encrypt(f"{index}\0{key}".encode(), None)
        return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode()

    def open(self, id: str) -> tuple[str, str]:
        """(index, key). Raises NotFound for anything that this server did not seal."""
        try:
            if len(id) > _LONGEST:
                raise ValueError
            sealed = base64.b64decode(id.encode("ascii") + b"=" * (-len(id) % 4), altchars=b"-_", validate=True)
            index, _, key = self._cipher.decrypt(sealed, None).decode().partition("\0")
        except (binascii.Error, ValueError, InvalidTag):
            raise NotFound("no such media; take addresses as the API gives them", path="id") from None
        return index, key
