"""What went wrong, as the API answers it: one table from our errors to HTTP."""

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

STATUSES: Mapping[type[SensoriumError], int] = {
    Invalid: 400,
    NotFound: 404,
    Conflict: 409,
    Unsupported: 422,
    Unreadable: 422,
    Corrupt: 500,
    Unavailable: 503,
}
"""By the error's class."""
BY_CODE: Mapping[str, int] = {
    "too_large": 413,
    "unauthenticated": 401,
    "other_origin": 403,
    "forbidden": 403,
    "method": 405,
    "length": 411,
    "media_type": 415,
    "range": 416,
    "slow": 503,
    "busy": 409,
}
"""Codes that say more than their class."""
RETRY_S = b"1"


class Refusal(SensoriumError):
    """What only HTTP knows: a call from elsewhere, a missing sign-in, a range beyond the end."""

    code = "refused"

    def __init__(self, code: str, message: str, *, path: str | None = None, headers: Mapping[str, str] = {}) -> None:
        super().__init__(message, code=code, path=path)
        self.headers = dict(headers)


def status(error: SensoriumError) -> int:
    """The HTTP status of an error."""
    if error.code in BY_CODE:
        return BY_CODE[error.code]
    return next((found for kind, found in STATUSES.items() if isinstance(error, kind)), 500)


def document(error: SensoriumError) -> dict[str, object]:
    """The body that tells of an error."""
    return {"code": error.code, "message": error.message, "path": error.path}


def from_transport(fault: AwsFault) -> tuple[int, dict[str, object]]:
    """What the transport's own limits say: too many calls wait."""
    return 429, {"code": "busy", "message": fault.message, "path": None}
