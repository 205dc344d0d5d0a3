"""What the door itself answers where a service raises an error of our tree, or one that nobody foresaw."""

from __future__ import annotations

from pathlib import Path

from sensorium.errors import Corrupt, SensoriumError, Unavailable
from sensorium.server.dialect import BEDROCK, Dialect
from sensorium.wire import bedrockfaults, faults
from sensorium.wire.fault import AwsFault

SERVERS_OWN = (Corrupt, Unavailable)
"""What is nobody's fault outside: the server's log tells of it, too."""


def as_fault(error: SensoriumError, dialect: Dialect, request_id: str) -> AwsFault:
    """The error that a client of this service understands. Of files of this machine it learns nothing."""
    fault = bedrockfaults.fault(error) if dialect is BEDROCK else faults.S3VECTORS.fault(error)
    if isinstance(error, SERVERS_OWN) and (isinstance(error, Corrupt) or Path(error.path or "").is_absolute()):
        message = f"The service cannot do this now; the server's log has the reason as request {request_id}"
        return AwsFault(fault.name, message)
    return fault


def internal(request_id: str) -> AwsFault:
    """What a client learns of a bug of ours; the rest stands in the server's log."""
    message = f"An internal error occurred; the server's log has it as request {request_id}"
    return AwsFault("InternalServerException", message)
