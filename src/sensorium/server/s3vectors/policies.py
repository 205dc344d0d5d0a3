"""Policies of vector buckets; :mod:`sensorium.server.policy` reads and enforces them."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sensorium.errors import NotFound
from sensorium.server import policy
from sensorium.server.s3vectors.visit import Visit


def put(visit: Visit) -> dict[str, Any]:
    """PutVectorBucketPolicy: replaces it whole."""
    arn = visit.bucket()
    visit.allow(arn)
    text = visit.members["policy"]
    known = visit.region.bucket(arn.bucket)
    policy.parse(text)
    visit.region.door.change_bucket(arn.bucket, lambda found: replace(found, policy=text), known.created_s)
    return {}


def get(visit: Visit) -> dict[str, Any]:
    """GetVectorBucketPolicy."""
    arn = visit.bucket()
    visit.allow(arn)
    text = visit.region.bucket(arn.bucket).policy
    if text is None:
        raise NotFound(f"The bucket {arn.bucket!r} has no policy", code="no_policy", path="policy")
    return {"policy": text}


def delete(visit: Visit) -> dict[str, Any]:
    """DeleteVectorBucketPolicy; fine where there is none."""
    arn = visit.bucket()
    visit.allow(arn)
    known = visit.region.bucket(arn.bucket)
    visit.region.door.change_bucket(arn.bucket, lambda found: replace(found, policy=None), known.created_s)
    return {}
