"""S3 Vectors' members and our types, both ways: the server reads and writes them, and so does the AWS back end.

Vectors come in as float arrays, since :mod:`sensorium.wire.checks` has made them so; they go out as lists of floats.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sensorium.errors import Invalid
from sensorium.types import Hit, Metadata, Record, Scores, Vector

MODEL_TAG = "sensorium:model"
"""The tag that holds an index's model stamp, ``id@revision``."""
MAX_PUT = 500
"""Vectors of one PutVectors, and keys of one DeleteVectors."""
MAX_GET = 100
"""Keys of one GetVectors."""
PAGE = 100
"""Results of one QueryVectors; more come by ``nextToken``."""

_ARN = re.compile(
    r"arn:(?P<partition>aws[-a-z0-9]*):s3vectors:(?P<region>[a-z0-9-]+):(?P<account>[0-9]{12})"
    r":bucket/(?P<bucket>[^/]+)(?:/index/(?P<index>[^/]+))?"
)


@dataclass(frozen=True, slots=True)
class Arn:
    """The name of a bucket, or of an index where ``index`` is not None, in the whole of AWS."""

    region: str
    account: str
    bucket: str
    index: str | None = None

    def __str__(self) -> str:
        tail = "" if self.index is None else f"/index/{self.index}"
        return f"arn:aws:s3vectors:{self.region}:{self.account}:bucket/{self.bucket}{tail}"

    @classmethod
    def parse(cls, text: str) -> Arn:
        """Raises Invalid (code ``arn``) for what names neither a bucket nor an index."""
        found = _ARN.fullmatch(text)
        if found is None:
            raise Invalid(
                f"{text[:200]!r} is no ARN of S3 Vectors; they look like arn:aws:s3vectors:REGION:ACCOUNT:bucket/NAME"
                " and …/index/NAME",
                code="arn",
                path="resourceArn",
            )
        return cls(found["region"], found["account"], found["bucket"], found["index"])


def put_record(member: Mapping[str, Any], at: int) -> Record:
    """The record of a PutInputVector; ``at`` is its place in the request. What it may hold is the store's to check."""
    metadata = member.get("metadata", {})
    if not isinstance(metadata, Mapping):
        raise Invalid(
            f"Invalid record for key {member['key']!r}: Metadata must be an object",
            code="metadata_object",
            path=f"records[{at}].metadata",
        )
    return Record(member["key"], member["data"]["float32"], metadata)


def put_member(record: Record) -> dict[str, Any]:
    """The PutInputVector of a record."""
    member: dict[str, Any] = {"key": record.key, "data": data(record.vector)}
    if record.metadata:
        member["metadata"] = dict(record.metadata)
    return member


def stored_member(record: Record, with_data: bool, with_metadata: bool) -> dict[str, Any]:
    """A GetOutputVector or ListOutputVector. Metadata is ``{}`` where it is asked for and there is none."""
    member: dict[str, Any] = {"key": record.key}
    if with_data:
        member["data"] = data(record.vector)
    if with_metadata:
        member["metadata"] = record.metadata
    return member


def stored_record(member: Mapping[str, Any]) -> Record:
    """The record of a GetOutputVector or ListOutputVector that was asked for with data."""
    return Record(member["key"], np.asarray(member["data"]["float32"], np.float32), metadata_of(member))


def hit_member(hit: Hit, *, distance: bool, metadata: bool, scores: bool) -> dict[str, Any]:
    """A QueryOutputVector with the parts that the query asks for, as far as the hit has them."""
    member: dict[str, Any] = {"key": hit.key}
    if distance and hit.distance is not None:
        member["distance"] = hit.distance
    if metadata:
        member["metadata"] = hit.metadata
    if scores and hit.scores is not None:
        member["scores"] = scores_member(hit.scores, hit.distance)
    return member


def hit_of(member: Mapping[str, Any]) -> Hit:
    """The hit of a QueryOutputVector."""
    given = member.get("scores")
    scores = None
    distance = member.get("distance")
    if given is not None:
        bm25 = {score["metadataKey"]: float(score["score"]) for score in given.get("bm25Scores", ())}
        scores = Scores(given.get("fused"), bm25)
        distance = given.get("vectorDistance", distance)
    return Hit(member["key"], distance, metadata_of(member), scores)


def scores_member(scores: Scores, distance: float | None) -> dict[str, Any]:
    """QueryScores: the fused score and the distance are a hybrid query's alone."""
    member: dict[str, Any] = {}
    if scores.fused is not None:
        member["fused"] = scores.fused
        if distance is not None:
            member["vectorDistance"] = distance
    member["bm25Scores"] = [{"metadataKey": key, "score": score} for key, score in scores.bm25.items()]
    return member


def texts_of(members: Sequence[Mapping[str, str]]) -> tuple[tuple[str, str], ...]:
    """Pairs of (metadata key, words) of ``queryTexts``."""
    return tuple((member["metadataKey"], member["text"]) for member in members)


def texts_members(texts: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    """``queryTexts`` of pairs of (metadata key, words)."""
    return [{"metadataKey": key, "text": words} for key, words in texts]


def metadata_configuration(
    non_filterable: Iterable[str], text_keys: Iterable[tuple[str, str | None]], status: str | None = None
) -> dict[str, Any]:
    """A MetadataConfiguration; ``text_keys`` are pairs of (metadata key, language or None).

    ``status`` (``ACTIVE``) stands in answers only. ``{}`` where there is nothing to say.
    """
    members: dict[str, Any] = {}
    if hidden := sorted(non_filterable):
        members["nonFilterableMetadataKeys"] = hidden
    if texts := [text_configuration(key, language, status) for key, language in text_keys]:
        members["textSearchConfigurations"] = texts
    return members


def text_configuration(key: str, language: str | None, status: str | None = None) -> dict[str, str]:
    """A TextSearchConfiguration."""
    member = {"metadataKey": key}
    if language is not None:
        member["language"] = str(language)
    if status is not None:
        member["status"] = status
    return member


def text_keys_of(members: Iterable[Mapping[str, str]]) -> list[tuple[str, str | None]]:
    """Pairs of (metadata key, language or None) of TextSearchConfigurations."""
    return [(member["metadataKey"], member.get("language")) for member in members]


def data(vector: Vector) -> dict[str, list[float]]:
    """VectorData. The floats are float32's values, exactly."""
    return {"float32": vector.tolist()}


def metadata_of(member: Mapping[str, Any]) -> Metadata:
    """The metadata of an output vector; empty where none was asked for."""
    found: Metadata = member.get("metadata") or {}
    return found
