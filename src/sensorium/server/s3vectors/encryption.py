"""Encryption settings: checked as AWS does, kept and reported. Nothing is encrypted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sensorium.server.attributes import Encryption
from sensorium.server.s3vectors.limits import refuse

KMS = "aws:kms"


def asked(members: Mapping[str, Any]) -> Encryption | None:
    """What ``encryptionConfiguration`` asks for; None where it is not there."""
    given = members.get("encryptionConfiguration")
    if given is None:
        return None
    sse_type, key = given.get("sseType", "AES256"), given.get("kmsKeyArn")
    if sse_type == KMS and key is None:
        raise refuse("kmsKeyArn must be specified when sseType is set to aws:kms", "EncryptionConfiguration")
    if sse_type != KMS and key is not None:
        raise refuse(f"kmsKeyArn must not be specified when sseType is {sse_type}.", "EncryptionConfiguration")
    return Encryption(sse_type, key)


def member(encryption: Encryption) -> dict[str, str]:
    """An EncryptionConfiguration."""
    found = {"sseType": encryption.sse_type}
    if encryption.kms_key is not None:
        found["kmsKeyArn"] = encryption.kms_key
    return found
