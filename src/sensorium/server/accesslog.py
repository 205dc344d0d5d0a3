"""One JSON line a request: what was asked, by whom, with what outcome. Never keys, signatures, tokens or bodies."""

from __future__ import annotations

import datetime
import logging
from dataclasses import dataclass

import orjson

LOG = logging.getLogger("sensorium.access")


@dataclass(slots=True)
class Entry:
    """A request as the log tells of it; filled in while it is worked on."""

    request_id: str
    method: str
    peer: str
    service: str = ""
    operation: str = ""
    caller: str = ""
    status: int = 0
    error: str | None = None
    seconds: float = 0.0
    received: int = 0
    sent: int = 0


def write(entry: Entry) -> None:
    """Log the line, if anybody listens."""
    if LOG.isEnabledFor(logging.INFO):
        LOG.info(_line(entry, datetime.datetime.now(datetime.UTC)))


def _line(entry: Entry, now: datetime.datetime) -> str:
    document = {
        "time": now.isoformat(timespec="milliseconds"),
        "id": entry.request_id,
        "peer": entry.peer,
        "caller": entry.caller,
        "method": entry.method,
        "service": entry.service,
        "operation": entry.operation,
        "status": entry.status,
        "ms": round(entry.seconds * 1000, 3),
        "received": entry.received,
        "sent": entry.sent,
    }
    if entry.error is not None:
        document["error"] = entry.error
    return orjson.dumps(document).decode()
