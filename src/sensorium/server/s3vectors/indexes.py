"""Vector indexes."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from sensorium.errors import Invalid, NotFound
from sensorium.server.attributes import IndexAttributes
from sensorium.server.s3vectors import encryption, listing, tags, texts
from sensorium.server.s3vectors.buckets import check_mode
from sensorium.server.s3vectors.building import ACTIVE
from sensorium.server.s3vectors.limits import exceeded
from sensorium.server.s3vectors.region import Region
from sensorium.server.s3vectors.token import Tokens
from sensorium.server.s3vectors.visit import Visit
from sensorium.stores import names
from sensorium.stores.base import IndexSpec
from sensorium.types import Metric
from sensorium.wire.s3vectors import MODEL_TAG, Arn


def create(visit: Visit) -> dict[str, Any]:
    """CreateIndex."""
    members = visit.members
    bucket = visit.bucket()
    arn = replace(bucket, index=names.check_index(members["indexName"]))
    given = tags.checked(members.get("tags", {}))
    asked = encryption.asked(members)
    visit.allow(arn, *(("CreateIndex", "TagResource") if given else ("CreateIndex",)), encryption=asked)
    region = visit.region
    home = region.bucket(bucket.bucket)
    configuration = members.get("metadataConfiguration", {})
    text_keys = texts.keys_of(configuration.get("textSearchConfigurations", ()))
    texts.check_mode(home.mode, text_keys)
    spec = names.check_spec(
        IndexSpec(
            bucket.bucket,
            members["indexName"],
            members["dimension"],
            Metric(members["distanceMetric"]),
            frozenset(configuration.get("nonFilterableMetadataKeys", ())),
            text_keys,
            given.pop(MODEL_TAG, None),
        )
    )
    wanted = IndexAttributes(home.mode, asked or home.encryption, given)

    def free() -> None:
        if _exists(region, spec):
            raise names.index_exists(spec.bucket, spec.name)
        if region.door.indexes(spec.bucket) >= visit.limits.indexes:
            raise exceeded(f"You have reached the maximum number of indexes in a bucket ({visit.limits.indexes})")

    with region.turn:
        region.door.begin_index(spec, wanted, free)
        region.door.settle_index(region.store.create(spec).spec, wanted)
    return {"indexArn": str(arn)}


def get(visit: Visit) -> dict[str, Any]:
    """GetIndex."""
    arn = visit.index()
    visit.allow(arn)
    index = visit.open(arn)
    spec = index.spec
    known = visit.region.door.index(spec)
    status = visit.builds.status(index) if spec.text_keys else ACTIVE
    member = {
        **_summary(arn, spec),
        "dataType": "float32",
        "dimension": spec.dim,
        "distanceMetric": spec.metric.value,
        "encryptionConfiguration": encryption.member(known.encryption),
        "indexMode": known.mode,
    }
    if configuration := texts.configuration(spec, status):
        member["metadataConfiguration"] = configuration
    return {"index": member}


def list_indexes(visit: Visit, tokens: Tokens) -> dict[str, Any]:
    """ListIndexes."""
    bucket = visit.bucket()
    visit.allow(bucket)
    visit.region.bucket(bucket.bucket)
    held = {spec.name: spec for spec in visit.region.store.indexes(bucket.bucket)}
    shown, more = listing.page(visit.members, list(held), tokens, f"indexes\0{bucket.bucket}")
    return {"indexes": [_summary(replace(bucket, index=name), held[name]) for name in shown], **more}


def delete(visit: Visit) -> dict[str, Any]:
    """DeleteIndex, with its vectors."""
    arn = visit.index()
    visit.allow(arn)
    with visit.region.turn:
        spec = visit.open(arn).spec
        visit.region.store.drop(spec.bucket, spec.name)
        visit.region.door.forget_index(spec)
    return {}


def update_mode(visit: Visit) -> dict[str, Any]:
    """UpdateIndexMode."""
    arn = visit.index()
    visit.allow(arn)
    spec = visit.open(arn).spec
    mode = visit.members["indexMode"]
    check_mode(mode, visit.region.bucket(arn.bucket), "indexMode")
    texts.check_mode(mode, spec.text_keys)
    visit.region.door.change_index(spec, lambda found: replace(found, mode=mode))
    return {}


def update_metadata(visit: Visit) -> dict[str, Any]:
    """UpdateMetadataConfiguration: adds or deletes keys of full-text search; GetIndex tells when they are ACTIVE."""
    arn = visit.index()
    visit.allow(arn)
    added, deleted = visit.members.get("add"), visit.members.get("delete")
    if (added is None) == (deleted is None):
        raise Invalid("Must specify either add or delete but not both", code="add_or_delete", path="add")
    index = visit.open(arn)
    mode = visit.region.door.index(index.spec).mode
    change = texts.added if added is not None else texts.deleted
    members = (added or deleted or {}).get("textSearchConfigurations", ())
    visit.builds.configure(index, lambda spec: change(spec, mode, members))
    return {"indexArn": str(arn)}


def _exists(region: Region, spec: IndexSpec) -> bool:
    try:
        region.store.open(spec.bucket, spec.name)
    except NotFound:
        return False
    return True


def _summary(arn: Arn, spec: IndexSpec) -> dict[str, Any]:
    return {
        "vectorBucketName": spec.bucket,
        "indexName": spec.name,
        "indexArn": str(arn),
        "creationTime": round(spec.created_s, 3),
    }
