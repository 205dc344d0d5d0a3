"""What one client, or all of them together, may ask of the server at a time."""

from __future__ import annotations

import os
from dataclasses import dataclass, field

MIB = 1 << 20


def default_threads() -> int:
    """Calls of one service that run at a time: they wait for disks and release the interpreter in numpy and ONNX."""
    return min(32, 4 * (os.cpu_count() or 1))


@dataclass(frozen=True, slots=True)
class Limits:
    """Every limit of the transport that AWS does not set."""

    threads: int = field(default_factory=default_threads)
    """Calls of one service that run at a time."""
    queue: int = 1000
    """Calls of one service that may wait for a thread."""
    body_bytes: int = 512 * MIB
    """Bytes of request bodies in memory, all together."""
    body_seconds: float = 60.0
    """Time for a body to arrive, and a second more for every 64 KiB of it."""
    idle_seconds: float = 75.0
    """Time for the head of a request to arrive, and for an idle connection to be kept."""
    send_seconds: float = 60.0
    """Time for a client to take a piece of an answer."""
    handshake_seconds: float = 10.0
    """Time for a TLS handshake."""
    connections: int = 5000
    """Open connections."""
    grace_seconds: float = 20.0
    """Time for requests under way to finish when the server stops."""
    head_bytes: int = 32 << 10
    """Bytes of a request's line and headers."""
