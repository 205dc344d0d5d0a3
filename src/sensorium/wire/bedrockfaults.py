"""Our errors as Bedrock Runtime answers them."""

from __future__ import annotations

from sensorium.errors import (
    Conflict,
    Corrupt,
    Invalid,
    NotFound,
    SensoriumError,
    Unavailable,
    Unreadable,
    Unsupported,
)
from sensorium.wire.fault import AwsFault

_NAMES: tuple[tuple[type[SensoriumError], str], ...] = (
    (Invalid, "ValidationException"),
    (Unreadable, "ValidationException"),
    (Unsupported, "ValidationException"),
    (NotFound, "ResourceNotFoundException"),
    (Conflict, "ConflictException"),
    (Unavailable, "ServiceUnavailableException"),
    (Corrupt, "InternalServerException"),
)


def fault(error: SensoriumError) -> AwsFault:
    """The fault for an error; a refusal of an object store (code ``access_denied``) is AccessDeniedException."""
    if error.code == "access_denied":
        return AwsFault("AccessDeniedException", error.message)
    name = next((name for kind, name in _NAMES if isinstance(error, kind)), "InternalServerException")
    return AwsFault(name, error.message)
