"""A request's head and a reply: the two HTTP nouns that the rest of the server passes around."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

Pairs = tuple[tuple[bytes, bytes], ...]


@dataclass(frozen=True, slots=True)
class Head:
    """All of a request but its body. ``raw_path`` and ``query`` are as they came, escapes and all."""

    method: str
    raw_path: bytes
    query: bytes
    headers: Mapping[bytes, bytes]
    """By lower-case name; a header that came several times is joined by commas, in order."""
    secure: bool = False
    """Whether it came over TLS."""
    peer: str = ""
    """Address of the other side."""

    def header(self, name: bytes) -> str:
        """The value as text, or an empty one."""
        return self.headers.get(name, b"").decode("latin-1")


def joined(pairs: Iterable[tuple[bytes, bytes]]) -> dict[bytes, bytes]:
    """Headers by lower-case name; repeated ones joined by commas."""
    found: dict[bytes, bytes] = {}
    for name, value in pairs:
        name = name.lower()
        found[name] = found[name] + b"," + value if name in found else value
    return found


@dataclass(frozen=True, slots=True)
class Reply:
    """What goes back. ``error`` is the name of the AWS error, for the log."""

    status: int
    headers: Pairs
    body: bytes
    error: str | None = None
