"""One call of an AWS operation, its caller and its answer: what the transport and the services say to each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls. ``user`` is a profile of the credentials file; None is the owner (unsigned, from loopback)."""

    account: str
    region: str
    """Of the credential scope; the server's own where nothing is signed."""
    user: str | None = None

    @property
    def arn(self) -> str:
        """``arn:aws:iam::ACCOUNT:user/PROFILE``, or the account's root for the owner."""
        return f"arn:aws:iam::{self.account}:" + (f"user/{self.user}" if self.user is not None else "root")


@dataclass(frozen=True, slots=True)
class Call:
    """A parsed and validated request: ``members`` are named as in botocore's service model.

    A blob that is the HTTP body (``InvokeModel.body``) is bytes; documents are decoded JSON.
    """

    operation: str
    members: Mapping[str, Any]
    caller: Caller
    request_id: str


@dataclass(frozen=True, slots=True)
class Answer:
    """``members`` as in the model's output shape (times as seconds since the epoch); ``headers`` come on top."""

    members: Mapping[str, Any] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Service(Protocol):
    """One AWS service. Called in a worker thread; thread-safe. Raises AwsFault, or an error of our tree."""

    name: str
    """As botocore calls it: ``s3vectors``, ``bedrock-runtime``, ``sts``."""

    def call(self, call: Call) -> Answer: ...

    def close(self) -> None:
        """Finish or safely put down what is under way; nothing that was acknowledged is lost."""
        ...
