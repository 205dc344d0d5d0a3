"""Errors of our own tree as errors of AWS: one table for every service."""

from __future__ import annotations

from sensorium.errors import Conflict, Corrupt, Invalid, NotFound, SensoriumError, Unavailable, Unreadable, Unsupported
from sensorium.server.dialect import Dialect
from sensorium.wire.fault import AwsFault

INTERNAL = "InternalServerException"
SERVERS_OWN = (Corrupt, Unavailable)
"""What is nobody's fault outside: the server's log tells of it, too."""
_NAMES: dict[type[SensoriumError], str] = {
    Invalid: "ValidationException",
    Unsupported: "ValidationException",
    Unreadable: "ValidationException",
    Conflict: "ConflictException",
    Corrupt: INTERNAL,
    Unavailable: "ServiceUnavailableException",
}


def as_fault(error: SensoriumError, dialect: Dialect) -> AwsFault:
    """The error that a client of this service understands. The message stays ours, and names the thing at fault."""
    if isinstance(error, NotFound):
        return AwsFault(dialect.missing, error.message)
    name = next((name for kind, name in _NAMES.items() if isinstance(error, kind)), INTERNAL)
    fields = ((error.path, error.message),) if name == "ValidationException" and error.path else ()
    return AwsFault(name, error.message, fields)


def internal(request_id: str) -> AwsFault:
    """What a client learns of a bug of ours; the rest stands in the server's log."""
    return AwsFault(INTERNAL, f"An internal error occurred; the server's log has it as request {request_id}")
