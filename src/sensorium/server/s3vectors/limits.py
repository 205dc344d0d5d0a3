"""How much S3 Vectors keeps and takes; what botocore's model does not already say."""

from __future__ import annotations

from dataclasses import dataclass

from sensorium.wire.fault import AwsFault
from sensorium.wire.faults import QUOTA, VALIDATION

MAX_TAGS = 50
MAX_CONSTRAINTS = 100
"""Of a filter on an ENHANCED index; each value of ``$in`` counts."""
LIST_VECTORS_PAGE = 500
"""Vectors of one ListVectors that does not say how many."""
LIST_VECTORS_BYTES = 1 << 20
"""What one ListVectors reads at most, unless its first vector alone is more."""
LIST_PAGE = 500
"""Buckets or indexes of one listing."""
TOKEN_S = 15 * 60.0
"""How long a query's ``nextToken`` is good for."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How many there may be: buckets of a region, indexes of a bucket, vectors of an index."""

    buckets: int = 10_000
    indexes: int = 10_000
    vectors: int = 2_000_000_000


def refuse(message: str, path: str) -> AwsFault:
    """A ValidationException about one member."""
    return AwsFault(VALIDATION, message, ((path, message),))


def exceeded(message: str) -> AwsFault:
    """A ServiceQuotaExceededException."""
    return AwsFault(QUOTA, message)
