"""Tags of buckets and indexes; ``sensorium:model`` of an index is the model stamp that the store keeps."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from sensorium.errors import Conflict, NotFound
from sensorium.server.attributes import BucketAttributes, IndexAttributes
from sensorium.server.s3vectors.limits import MAX_TAGS, refuse
from sensorium.server.s3vectors.visit import Visit, no_resource
from sensorium.stores import names
from sensorium.stores.base import Index
from sensorium.wire.s3vectors import MODEL_TAG, Arn


def list_tags(visit: Visit) -> dict[str, Any]:
    """ListTagsForResource."""
    arn, index = _found(visit)
    visit.allow(arn)
    if index is None:
        return {"tags": dict(visit.region.bucket(arn.bucket).tags)}
    spec = index.spec
    found = dict(visit.region.door.index(spec).tags)
    if spec.model is not None:
        found[MODEL_TAG] = spec.model
    return {"tags": found}


def tag(visit: Visit) -> dict[str, Any]:
    """TagResource: adds, or replaces by key."""
    arn, index = _found(visit)
    visit.allow(arn)
    given = checked(visit.members["tags"])
    if index is None:

        def on_bucket(found: BucketAttributes) -> BucketAttributes:
            return replace(found, tags=_few({**found.tags, **given}))

        visit.region.bucket(arn.bucket)
        visit.region.door.change_bucket(arn.bucket, on_bucket, 0.0)
        return {}
    spec = index.spec
    model = given.pop(MODEL_TAG, spec.model)
    if model is not None and names.check_model(model) != (spec.model or model):
        raise names.other_model(spec, model)

    def on_index(found: IndexAttributes) -> IndexAttributes:
        merged = {**found.tags, **given}
        _few(merged if model is None else {**merged, MODEL_TAG: model})
        return replace(found, tags=merged)

    visit.region.door.change_index(spec, on_index)
    if model is not None:
        index.stamp(model)
    return {}


def untag(visit: Visit) -> dict[str, Any]:
    """UntagResource. Keys that are not there are fine; a model stamp stays for as long as its index."""
    arn, index = _found(visit)
    visit.allow(arn)
    keys = set(visit.members["tagKeys"])
    if any(key.startswith("aws:") for key in keys):
        raise refuse("System tags cannot be removed by requester", "tagKeys")
    if index is None:

        def off_bucket(found: BucketAttributes) -> BucketAttributes:
            return replace(found, tags=_without(found.tags, keys))

        visit.region.bucket(arn.bucket)
        visit.region.door.change_bucket(arn.bucket, off_bucket, 0.0)
        return {}
    if MODEL_TAG in keys and index.spec.model is not None:
        raise Conflict(
            f"The tag {MODEL_TAG} says which model made the vectors of {arn}; it cannot be removed",
            code="model_tag",
            path="tagKeys",
        )

    def off_index(found: IndexAttributes) -> IndexAttributes:
        return replace(found, tags=_without(found.tags, keys))

    visit.region.door.change_index(index.spec, off_index)
    return {}


def checked(tags: Mapping[str, str]) -> dict[str, str]:
    """A request's tags, or AWS's refusal."""
    for key in tags:
        if key.startswith("aws:"):
            raise refuse("System tags cannot be added/updated by requester", "tags")
        if key.lower().startswith("aws:"):
            raise refuse(f'Invalid System Tag: {key} must be prefixed with "aws:" in lowercase.', "tags")
    return _few(dict(tags))


def _few(tags: dict[str, str]) -> dict[str, str]:
    if len(tags) > MAX_TAGS:
        raise refuse("Too many tags specified", "tags")
    return tags


def _without(tags: Mapping[str, str], keys: set[str]) -> dict[str, str]:
    return {key: value for key, value in tags.items() if key not in keys}


def _found(visit: Visit) -> tuple[Arn, Index | None]:
    """The resource, and its index where it is one; NotFound where it is not there."""
    arn = visit.resource()
    try:
        if arn.index is not None:
            return arn, visit.open(arn)
    except NotFound as error:
        raise no_resource() from error
    if not visit.region.has(arn.bucket):
        raise no_resource()
    return arn, None
