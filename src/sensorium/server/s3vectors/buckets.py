"""Vector buckets."""

from __future__ import annotations

import datetime
import time
from dataclasses import replace
from typing import Any

from sensorium.errors import NotFound
from sensorium.server.attributes import CLASSIC, BucketAttributes, Encryption
from sensorium.server.s3vectors import encryption, listing, tags
from sensorium.server.s3vectors.limits import exceeded, refuse
from sensorium.server.s3vectors.token import Tokens
from sensorium.server.s3vectors.visit import Visit
from sensorium.stores import names

ENHANCED_ONLY_S = datetime.datetime(2026, 9, 30, tzinfo=datetime.UTC).timestamp()
"""Buckets made from this moment on have no CLASSIC indexes."""


def create(visit: Visit) -> dict[str, Any]:
    """CreateVectorBucket."""
    name = names.check_bucket(visit.members["vectorBucketName"])
    wanted = BucketAttributes(
        encryption=encryption.asked(visit.members) or Encryption(),
        tags=tags.checked(visit.members.get("tags", {})),
        created_s=round(time.time(), 3),
    )
    region = visit.region

    def free() -> None:
        held = region.store.buckets()
        if name in held:
            raise names.bucket_exists(name)
        if len(held) >= visit.limits.buckets:
            raise exceeded(f"You have reached the maximum number of vector buckets ({visit.limits.buckets})")

    with region.turn:
        region.door.begin_bucket(name, wanted, free)
        region.store.create_bucket(name)
        region.door.settle_bucket(name, wanted)
    return {"vectorBucketArn": str(visit.arn(name))}


def get(visit: Visit) -> dict[str, Any]:
    """GetVectorBucket."""
    arn = visit.bucket()
    visit.allow(arn)
    known = visit.region.bucket(arn.bucket)
    return {
        "vectorBucket": {
            "vectorBucketName": arn.bucket,
            "vectorBucketArn": str(arn),
            "creationTime": known.created_s,
            "encryptionConfiguration": encryption.member(known.encryption),
            "defaultIndexMode": known.mode,
        }
    }


def list_buckets(visit: Visit, tokens: Tokens) -> dict[str, Any]:
    """ListVectorBuckets."""
    shown, more = listing.page(visit.members, visit.region.store.buckets(), tokens, "buckets")
    found = []
    for name in shown:
        try:
            known = visit.region.bucket(name)
        except NotFound:  # dropped since it was listed
            continue
        arn = str(visit.arn(name))
        found.append({"vectorBucketName": name, "vectorBucketArn": arn, "creationTime": known.created_s})
    return {"vectorBuckets": found, **more}


def delete(visit: Visit) -> dict[str, Any]:
    """DeleteVectorBucket. AWS is content where there is none of the name."""
    arn = visit.bucket()
    visit.allow(arn)
    region = visit.region
    with region.turn:
        try:
            region.store.drop_bucket(arn.bucket)
        except NotFound:
            return {}
        region.door.forget_bucket(arn.bucket, lambda: not region.has(arn.bucket))
    return {}


def put_default_mode(visit: Visit) -> dict[str, Any]:
    """PutVectorBucketDefaultIndexMode: for the indexes that are made from now on."""
    arn = visit.bucket()
    visit.allow(arn)
    mode = visit.members["defaultIndexMode"]
    known = visit.region.bucket(arn.bucket)
    check_mode(mode, known, "defaultIndexMode")
    visit.region.door.change_bucket(arn.bucket, lambda found: replace(found, mode=mode), known.created_s)
    return {}


def check_mode(mode: str, bucket: BucketAttributes, path: str) -> None:
    """A ValidationException for CLASSIC in a bucket that is too young for it."""
    if mode == CLASSIC and bucket.created_s >= ENHANCED_ONLY_S:
        raise refuse("CLASSIC index mode is available only in vector buckets created before September 30, 2026", path)
