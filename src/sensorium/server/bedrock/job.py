"""One async invoke: what was asked, and how far it has come."""

from __future__ import annotations

import enum
import hashlib
import json
import secrets
import string
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

_LETTERS = string.ascii_lowercase + string.digits


class Status(enum.StrEnum):
    """As GetAsyncInvoke has it; a job that waits for its turn is in progress, too."""

    IN_PROGRESS = "InProgress"
    COMPLETED = "Completed"
    FAILED = "Failed"


@dataclass(frozen=True, slots=True)
class Job:
    """``request`` holds the members of StartAsyncInvoke but for the token; times are seconds since the epoch."""

    id: str
    """Twelve small letters and digits."""
    account: str
    region: str
    model: str
    """The foundation model's own id."""
    token: str | None
    request: Mapping[str, Any]
    submitted_s: float
    modified_s: float
    ended_s: float | None = None
    status: Status = Status.IN_PROGRESS
    failure: str | None = None
    tries: int = 0
    """How often it was begun."""

    @property
    def arn(self) -> str:
        return f"arn:aws:bedrock:{self.region}:{self.account}:async-invoke/{self.id}"

    @property
    def target(self) -> str:
        """The URI below which its output lies: the caller's, and the job's id."""
        return f"{self.request['outputDataConfig']['s3OutputDataConfig']['s3Uri'].rstrip('/')}/{self.id}"

    @property
    def digest(self) -> str:
        """Equal for equal requests."""
        text = json.dumps(self.request, sort_keys=True, ensure_ascii=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def summary(self) -> dict[str, Any]:
        """As GetAsyncInvoke and ListAsyncInvokes answer it; the output's URI carries the job's id."""
        config = {**self.request["outputDataConfig"]["s3OutputDataConfig"], "s3Uri": f"{self.target}"}
        found = {
            "invocationArn": self.arn,
            "modelArn": f"arn:aws:bedrock:{self.region}::foundation-model/{self.model}",
            "clientRequestToken": self.token,
            "status": self.status.value,
            "failureMessage": self.failure,
            "submitTime": self.submitted_s,
            "lastModifiedTime": self.modified_s,
            "endTime": self.ended_s,
            "outputDataConfig": {"s3OutputDataConfig": config},
        }
        return {name: value for name, value in found.items() if value is not None}


def new_id() -> str:
    """A job's id, which nobody can guess."""
    return "".join(secrets.choice(_LETTERS) for _ in range(12))
