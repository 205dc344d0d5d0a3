"""The ranking of a question: which keys, how far, in which order. Kept for a while: going down it asks nothing anew."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sensorium.errors import Invalid, NotFound
from sensorium.fusion import weighted
from sensorium.media.read import read_one
from sensorium.models.base import Band, ModelSpec
from sensorium.server.api.context import Context
from sensorium.server.api.hits import title
from sensorium.server.api.question import Input, Question
from sensorium.server.api.uploadstore import Uploads
from sensorium.space import TEXT_KEY, Space, narrowed, search_text
from sensorium.stores.base import MAX_TOP_K, Query
from sensorium.types import Hit, Metric, Modality, Payload, Scores, Vector, Video, metadata_source, modality_of

KEPT = 32
KEPT_S = 600.0


@dataclass(frozen=True, slots=True)
class Place:
    """One hit, without what its record says."""

    key: str
    distance: float | None
    scores: Scores | None


@dataclass(frozen=True, slots=True)
class Asked:
    """An input as it was understood."""

    input: Input
    modality: str | None
    label: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ranking:
    """The hits in order, and by which words distances are told: by hit modality."""

    places: Sequence[Place]
    inputs: Sequence[Asked]
    bands: Mapping[str, Band]
    model: str | None


class Rankings:
    """Makes rankings and keeps the last ones. Thread-safe."""

    def __init__(self, context: Context, uploads: Uploads) -> None:
        self._context, self._uploads = context, uploads
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, Question], tuple[float, Ranking]] = OrderedDict()

    def get(self, question: Question, state: str) -> Ranking:
        """The ranking of the question over the index in that state."""
        identity = (state, replace(question, offset=0, limit=1))
        with self._lock:
            found = self._kept.get(identity)
            if found is not None and found[0] > time.monotonic():
                self._kept.move_to_end(identity)
                return found[1]
        ranking = self._ranked(question)
        with self._lock:
            self._kept[identity] = time.monotonic() + KEPT_S, ranking
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return ranking

    def _ranked(self, question: Question) -> Ranking:
        if question.text_only:
            return self._by_words(question)
        space = self._context.indexes.space(question.index, question.model)
        asked, vector = self._vector(space, question)
        bands = _bands(space, asked)
        found = _found(space, question, vector, bands)
        own = {one.value for one in question.inputs if one.kind == "record"}
        places = [Place(hit.key, hit.distance, hit.scores) for hit in found if hit.key not in own]
        return Ranking(places[: question.k], asked, bands, space.embedder.spec.stamp)

    def _by_words(self, question: Question) -> Ranking:
        words = question.inputs[0]
        index = self._context.indexes.get(question.index).index
        hits = search_text(index, words.value, k=question.k, modalities=question.modalities, filter=question.filter)
        asked = [Asked(words, Modality.TEXT.value, words.value)]
        return Ranking([Place(hit.key, None, hit.scores) for hit in hits], asked, {}, index.spec.model)

    def _vector(self, space: Space, question: Question) -> tuple[list[Asked], Vector]:
        """What was asked, and the one vector of it."""
        asked: list[Asked] = []
        vectors: list[Vector | None] = []
        payloads: list[Payload] = []
        for one in question.inputs:
            if one.kind == "record":
                records = space.index.get([one.value])
                if not records:
                    raise NotFound(f"no record {one.value[:100]!r} in index {question.index}", path="inputs")
                metadata = records[0].metadata
                modality = metadata.get("modality")
                named = title(metadata_source(metadata), metadata, one.value)
                asked.append(Asked(one, modality if isinstance(modality, str) else None, named))
                vectors.append(_unit(records[0].vector))
            else:
                payload, label, notes = self._payload(space, one)
                asked.append(Asked(one, modality_of(payload).value, label, notes))
                payloads.append(payload)
                vectors.append(None)
        rows = iter(space.query_vectors(payloads, question.modalities) if payloads else ())
        fused = [next(rows) if vector is None else vector for vector in vectors]
        return asked, weighted(fused, [one.weight for one in question.inputs])

    def _payload(self, space: Space, one: Input) -> tuple[Payload, str, tuple[str, ...]]:
        if one.kind == "text":
            return one.value, one.value, ()
        upload, source = self._uploads.get(one.value)
        segment = read_one(source, space.embedder.spec.reading)
        payload = segment.payload
        if one.as_audio and isinstance(payload, Video):
            if payload.sound is None:
                raise Invalid(f"{upload.name}: a video without sound", path="inputs")
            payload = payload.sound
        return payload, upload.name, segment.notes


def _found(space: Space, question: Question, vector: Vector, bands: Mapping[str, Band]) -> list[Hit]:
    """More than k by as many as there are records among the inputs, which are left out afterwards."""
    k = min(MAX_TOP_K, question.k + sum(one.kind == "record" for one in question.inputs))
    words = _words(question) if question.hybrid else None
    texts = () if words is None else ((TEXT_KEY, words),)

    def ask(modalities: Sequence[Modality], cut: float | None, with_metadata: bool = False) -> list[Hit]:
        condition = narrowed(question.filter, modalities)
        return space.index.query(Query(k, vector, texts, condition, cut, with_metadata))

    if question.band is None:
        return ask(question.modalities, question.max_distance)
    if not bands:
        message = f"model {space.embedder.spec.id} has no words for distances of this query; use max_distance"
        raise Invalid(message, path="band")
    cuts = {name: _cut(band, question.band, question.max_distance) for name, band in bands.items()}
    wanted = [one for one in question.modalities or tuple(Modality) if one.value in cuts]
    if words is None:  # each modality has a cut of its own
        found = [hit for one in wanted for hit in ask([one], cuts[one.value])]
        return sorted(found, key=lambda hit: (hit.distance, hit.key.encode()))
    near = ask(wanted, max(cuts.values()), with_metadata=True) if wanted else []
    return [hit for hit in near if hit.distance is not None and hit.distance <= cuts.get(hit.modality or "", -1.0)]


def _cut(band: Band, name: str, most: float | None) -> float:
    cut = {"very close": band.very_close, "close": band.close}.get(name, band.related)
    return cut if most is None else min(cut, most)


def _bands(space: Space, asked: Sequence[Asked]) -> Mapping[str, Band]:
    """The model's words by hit modality, for inputs of one modality that all count for a hit."""
    spec: ModelSpec = space.embedder.spec
    kinds = {one.modality for one in asked}
    if space.index.spec.metric is not Metric.COSINE or len(kinds) != 1 or any(one.input.weight < 0 for one in asked):
        return {}
    kind = kinds.pop()
    return {hit.value: band for (query, hit), band in spec.bands.items() if query.value == kind}


def _words(question: Question) -> str:
    words = [one.value for one in question.inputs if one.kind == "text" and one.weight > 0]
    if not words:
        raise Invalid("a hybrid search needs words to look for in texts: found none", path="hybrid")
    return " ".join(words)


def _unit(vector: Vector) -> Vector:
    """A stored vector as an input; with the euclidean metric it need not have length 1."""
    norm = float((vector.astype("float64") ** 2).sum() ** 0.5)
    return vector if norm == 0 else (vector / norm).astype("float32")
