"""What S3 Vectors' model declares and this service never answers, with the reason. A test holds all else to it."""

from __future__ import annotations

EVERY = "*"

_KMS = "encryption settings are kept and reported, but nothing is encrypted, so that no key is ever asked for"
_IDENTITY = "only a policy of the caller's own could deny it, and the credentials file holds none"

UNSUPPORTED: dict[tuple[str, str], str] = {
    (EVERY, "KmsDisabledException"): _KMS,
    (EVERY, "KmsInvalidKeyUsageException"): _KMS,
    (EVERY, "KmsInvalidStateException"): _KMS,
    (EVERY, "KmsNotFoundException"): _KMS,
    ("CreateVectorBucket", "AccessDeniedException"): _IDENTITY,
    ("ListVectorBuckets", "AccessDeniedException"): _IDENTITY,
    ("DeleteVectorBucket", "NotFoundException"): "AWS itself is content where there is no such bucket (measured)",
}
"""By operation and error."""

BY_TRANSPORT: dict[str, str] = {
    "RequestTimeoutException": "a body that comes too slowly never gets as far as the service",
    "TooManyRequestsException": "the transport counts the calls that wait; there is no fleet whose rate to keep",
}
"""Errors that the server in front of this service answers for every operation."""


def reason(operation: str, error: str) -> str | None:
    """Why the service never answers the error; None where it does."""
    return UNSUPPORTED.get((operation, error)) or UNSUPPORTED.get((EVERY, error)) or BY_TRANSPORT.get(error)
