"""What an index of S3 Vectors is, as our specification; and back."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sensorium.stores.base import IndexSpec, Language, TextKey
from sensorium.stores.s3vectors.service import Service
from sensorium.types import Metric
from sensorium.wire import s3vectors as wire


def read(service: Service, bucket: str, name: str) -> tuple[IndexSpec, str]:
    """The specification of an index and its ARN. Raises NotFound in the service's words."""
    index = service.call("get_index", vectorBucketName=bucket, indexName=name)["index"]
    arn = str(index["indexArn"])
    tags = service.call("list_tags_for_resource", resourceArn=arn)["tags"]
    metadata = index.get("metadataConfiguration") or {}
    spec = IndexSpec(
        bucket=bucket,
        name=name,
        dim=index["dimension"],
        metric=Metric(index["distanceMetric"]),
        non_filterable=frozenset(metadata.get("nonFilterableMetadataKeys", ())),
        text_keys=tuple(
            TextKey(key, None if language is None else Language(language))
            for key, language in wire.text_keys_of(metadata.get("textSearchConfigurations", ()))
        ),
        model=tags.get(wire.MODEL_TAG),
        created_s=index["creationTime"].timestamp(),
    )
    return spec, arn


def creation(spec: IndexSpec) -> dict[str, Any]:
    """The members of CreateIndex."""
    metadata = wire.metadata_configuration(spec.non_filterable, ((key.key, key.language) for key in spec.text_keys))
    return {
        "vectorBucketName": spec.bucket,
        "indexName": spec.name,
        "dataType": "float32",
        "dimension": spec.dim,
        "distanceMetric": spec.metric.value,
        **({"metadataConfiguration": metadata} if metadata else {}),
        **({"tags": {wire.MODEL_TAG: spec.model}} if spec.model is not None else {}),
    }


def text_searches(keys: Iterable[TextKey]) -> dict[str, list[dict[str, str]]]:
    """A MetadataConfigurationAdd."""
    return {"textSearchConfigurations": [wire.text_configuration(key.key, key.language) for key in keys]}
