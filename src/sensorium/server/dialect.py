"""How each AWS service differs on the wire: its names, its limits, its words for the same trouble."""

from __future__ import annotations

from dataclasses import dataclass

MIB = 1 << 20


@dataclass(frozen=True, slots=True)
class Dialect:
    """One service as its clients know it."""

    service: str
    """As botocore calls it; also ``Service.name``."""
    signing: str
    """The service in a SigV4 credential scope."""
    id_header: bytes
    """Header of an answer that carries the request's id."""
    max_body: int
    """Bytes, inclusive."""
    too_large: str
    """Message of the ValidationException for a larger body."""
    busy: str
    """Error when more calls wait than may."""
    bearer: bool = False
    """Whether bearer tokens are taken."""


S3VECTORS = Dialect(
    "s3vectors",
    "s3vectors",
    b"x-amz-request-id",
    20 * MIB,
    "Request body exceeds max allowed size",
    "TooManyRequestsException",
)
BEDROCK = Dialect(
    "bedrock-runtime",
    "bedrock",
    b"x-amzn-requestid",
    25_000_000,
    "1 validation error detected: Value at 'body' failed to satisfy constraint: "
    "Member must have length less than or equal to 25000000",
    "ThrottlingException",
    bearer=True,
)
STS = Dialect(
    "sts", "sts", b"x-amzn-requestid", 64 << 10, "Request body exceeds max allowed size", "ThrottlingException"
)
UNKNOWN = Dialect("", "", b"x-amzn-requestid", 0, "", "ThrottlingException")
"""For what no service knows."""
