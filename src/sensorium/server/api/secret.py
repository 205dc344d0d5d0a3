"""The server's own secret: what opaque ids and session cookies are made with. It stays in the home."""

from __future__ import annotations

import hashlib
import hmac
import os
from pathlib import Path

from sensorium.errors import Corrupt, Unavailable

_BYTES = 64


class Secret:
    """64 random bytes in a file that only its owner may read, made when they are first needed."""

    def __init__(self, path: Path) -> None:
        """Raises Corrupt for a file of another length, Unavailable where it can neither be read nor made."""
        try:
            self._value = _read(path) or _made(path)
        except OSError as error:
            raise Unavailable(f"{path}: {error.strerror or error}", path=str(path)) from error
        if len(self._value) != _BYTES:
            raise Corrupt(f"{path}: {len(self._value)} bytes instead of {_BYTES}; remove it", path=str(path))

    def key(self, purpose: str) -> bytes:
        """64 bytes for one purpose; those of another tell nothing of them."""
        return hmac.digest(self._value, purpose.encode(), hashlib.sha512)


def _read(path: Path) -> bytes | None:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        return None


def _made(path: Path) -> bytes:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"{path.name}.{os.getpid()}.{os.urandom(4).hex()}")
    handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(os.urandom(_BYTES))
    try:
        os.link(part, path)  # unlike a renaming, it leaves the secret of a faster process alone
    except FileExistsError:
        return path.read_bytes()
    finally:
        part.unlink()
    return path.read_bytes()
