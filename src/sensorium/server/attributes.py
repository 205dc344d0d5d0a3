"""What AWS knows of a bucket or an index and our stores do not."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

CLASSIC = "CLASSIC"
ENHANCED = "ENHANCED"


@dataclass(frozen=True, slots=True)
class Encryption:
    """What was asked for at creation. Reported, and nothing more: nothing is encrypted."""

    sse_type: str = "AES256"
    kms_key: str | None = None


@dataclass(frozen=True, slots=True)
class Common:
    """Of a bucket or an index. ``mode`` of a bucket is what its new indexes get."""

    mode: str = ENHANCED
    encryption: Encryption = Encryption()
    tags: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class IndexAttributes(Common):
    """Of an index. The tag of its model stamp is the store's to keep."""


@dataclass(frozen=True, slots=True)
class BucketAttributes(Common):
    """Of a bucket."""

    created_s: float = 0.0
    """Seconds since the epoch; for a bucket that the command made, when the server first saw it or its first index."""
    policy: str | None = None
    """As it was put."""


def common_text(attributes: Common) -> str:
    """Mode, encryption and tags as JSON."""
    kept = attributes.encryption
    return json.dumps(
        {"mode": attributes.mode, "sse": kept.sse_type, "kms": kept.kms_key, "tags": dict(attributes.tags)}
    )


def common_of(text: str) -> tuple[str, Encryption, Mapping[str, str]]:
    """Mode, encryption and tags, in the order of their fields."""
    read = json.loads(text)
    return read["mode"], Encryption(read["sse"], read["kms"]), read["tags"]
