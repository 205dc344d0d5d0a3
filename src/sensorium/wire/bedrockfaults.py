"""Our errors as Bedrock Runtime answers them, and its answers as our errors."""

from __future__ import annotations

from collections.abc import Mapping

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


UNKNOWN_MODEL = "The provided model identifier is invalid."
"""A ValidationException, though what is wrong is that there is no such model in the region."""
_OURS: Mapping[str, tuple[type[SensoriumError], str]] = {
    "ValidationException": (Invalid, "invalid"),
    "SerializationException": (Invalid, "invalid"),
    "ResourceNotFoundException": (NotFound, "not_found"),
    "ConflictException": (Conflict, "conflict"),
    "ModelErrorException": (Unreadable, "model_error"),
    "ThrottlingException": (Unavailable, "throttled"),
    "ModelNotReadyException": (Unavailable, "throttled"),
    "ServiceQuotaExceededException": (Unavailable, "quota"),
    "ModelTimeoutException": (Unavailable, "timeout"),
    "InternalServerException": (Unavailable, "internal"),
}


def error(fault: AwsFault, model: str) -> SensoriumError:
    """What we raise where Bedrock answers ``fault`` for ``model``: what is no payload's fault is Unavailable.

    A model that broke over a payload (ModelErrorException) is Unreadable: others may do better.
    """
    kind, code = _OURS.get(fault.name, (Unavailable, "unavailable"))
    if fault.message == UNKNOWN_MODEL:
        kind, code = NotFound, "no_model"
    return kind(f"Bedrock ({model}): {fault.message} ({fault.name})", code=code, path="model")
