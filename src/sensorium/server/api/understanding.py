"""What the inputs of a question are: words, files and records as one vector, and as the page shows them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sensorium.errors import Invalid, NotFound
from sensorium.fusion import weighted
from sensorium.media.read import read_one
from sensorium.models.base import Band
from sensorium.server.api.context import Context
from sensorium.server.api.hits import Hits
from sensorium.server.api.question import Input, Question
from sensorium.server.api.uploadstore import Uploads
from sensorium.space import Space
from sensorium.types import Metric, Payload, Record, Vector, Video, modality_of


@dataclass(frozen=True, slots=True)
class Asked:
    """An input as it was understood."""

    input: Input
    modality: str | None
    label: str
    thumbnail: str | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Understood:
    """The inputs, their one vector, and the model's words for distances by hit modality."""

    asked: Sequence[Asked]
    vector: Vector
    bands: Mapping[str, Band]
    model: str
    records: Sequence[Record]
    """Those among the inputs, which are no hits of their own question."""


def understood(context: Context, uploads: Uploads, space: Space, question: Question) -> Understood:
    """Read and embed the inputs. Raises NotFound for records and uploads that are gone, Unreadable for broken files."""
    asked: list[Asked] = []
    vectors: list[Vector | None] = []
    payloads: list[Payload] = []
    records: list[Record] = []
    for one in question.inputs:
        if one.kind == "record":
            record = _record(space, one, question)
            shown = Hits(context, context.indexes.get(question.index)).all([record])[0]
            thumbnail = shown["media"]["thumbnail"] if shown["media"] is not None else None
            asked.append(Asked(one, shown["modality"], shown["title"], thumbnail))
            records.append(record)
            vectors.append(_unit(record.vector))
        else:
            payload, found = _payload(uploads, space, one)
            asked.append(found)
            payloads.append(payload)
            vectors.append(None)
    rows = iter(space.query_vectors(payloads, question.modalities) if payloads else ())
    fused = [next(rows) if vector is None else vector for vector in vectors]
    vector = weighted(fused, [one.weight for one in question.inputs])
    return Understood(asked, vector, _bands(space, asked), space.embedder.spec.stamp, records)


def _record(space: Space, one: Input, question: Question) -> Record:
    records = space.index.get([one.value])
    if not records:
        raise NotFound(f"no record {one.value[:100]!r} in index {question.index}", path="inputs")
    return records[0]


def _payload(uploads: Uploads, space: Space, one: Input) -> tuple[Payload, Asked]:
    if one.kind == "text":
        return one.value, Asked(one, "text", one.value)
    upload, source = uploads.get(one.value)
    segment = read_one(source, space.embedder.spec.reading)
    payload = segment.payload
    if one.as_audio and isinstance(payload, Video):
        if payload.sound is None:
            raise Invalid(f"{upload.name}: a video without sound", path="inputs")
        payload = payload.sound
    shown = uploads.media(upload)["thumbnail"]
    return payload, Asked(one, modality_of(payload).value, upload.name, shown, segment.notes)


def _bands(space: Space, asked: Sequence[Asked]) -> Mapping[str, Band]:
    """For inputs of one modality that all count for a hit; a model's words are for pairs, and for cosine."""
    kinds = {one.modality for one in asked}
    if space.index.spec.metric is not Metric.COSINE or len(kinds) != 1 or any(one.input.weight < 0 for one in asked):
        return {}
    kind = kinds.pop()
    return {hit.value: band for (query, hit), band in space.embedder.spec.bands.items() if query.value == kind}


def _unit(vector: Vector) -> Vector:
    """A stored vector as an input; with the euclidean metric it need not have length 1."""
    norm = float(np.linalg.norm(vector))
    return vector if norm == 0 else (vector / np.float32(norm)).astype(np.float32)
