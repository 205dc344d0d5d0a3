"""The ranking of a question: which keys, how far, in which order. Kept for a while: going down it asks nothing anew."""

from __future__ import annotations

import threading
import time
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sensorium.errors import Invalid
from sensorium.filter import Filter, matches
from sensorium.models.base import Band
from sensorium.server.api.context import Context
from sensorium.server.api.question import Question
from sensorium.server.api.understanding import Asked, Understood, understood
from sensorium.server.api.uploadstore import Uploads
from sensorium.space import TEXT_KEY, narrowed, search_text
from sensorium.stores.base import MAX_TOP_K, Index, Query
from sensorium.types import Hit, Modality, Scores

KEPT = 32
KEPT_S = 600.0
_DEPTHS = (500, 2_500, MAX_TOP_K)
"""How far down a ranking is worked out at first, and when somebody goes on."""


@dataclass(frozen=True, slots=True)
class Place:
    """One hit, without what its record says."""

    key: str
    distance: float | None
    scores: Scores | None


@dataclass(frozen=True, slots=True, eq=False)
class Ranking:
    """``places`` are the first ones in order, ``total`` how many there are to come to."""

    places: Sequence[Place]
    total: int
    asked: Sequence[Asked]
    bands: Mapping[str, Band]
    model: str | None
    understood: Understood | None = None

    def reaches(self, end: int) -> bool:
        """Whether the places go as far as that."""
        return len(self.places) >= min(end, self.total)


class Rankings:
    """Makes rankings and keeps the last ones. Thread-safe."""

    def __init__(self, context: Context, uploads: Uploads) -> None:
        self._context, self._uploads = context, uploads
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, Question], tuple[float, Ranking]] = OrderedDict()

    def get(self, question: Question, state: str) -> Ranking:
        """The ranking over the index in that state, at least as far down as the question wants to see."""
        identity = (state, replace(question, offset=0, limit=1))
        with self._lock:
            until, found = self._kept.get(identity, (0.0, None))
        if found is None or until < time.monotonic() or not found.reaches(question.offset + question.limit):
            found = self._ranked(question, None if found is None else found.understood)
        with self._lock:
            self._kept[identity] = time.monotonic() + KEPT_S, found
            self._kept.move_to_end(identity)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return found

    def _ranked(self, question: Question, known: Understood | None) -> Ranking:
        if question.text_only:
            return self._by_words(question)
        space = self._context.indexes.space(question.index, question.model)
        inputs = known or understood(self._context, self._uploads, space, question)
        own = {record.key for record in inputs.records}
        condition = narrowed(question.filter, question.modalities)
        is_near = self._context.indexes.get(question.index).is_near
        is_plain = is_near and question.band is None and question.max_distance is None and not question.hybrid
        k = total = question.k
        if is_plain:  # then the first hits do not depend on how many follow, and the records can be counted
            passing = sum(condition is None or matches(condition, record.metadata) for record in inputs.records)
            total = min(k, max(0, space.index.count(condition) - passing))
            wanted = min(question.offset + question.limit, k)
            k = min(k, next(depth for depth in (*_DEPTHS, wanted) if depth >= wanted))
        found = _found(space.index, question, inputs, condition, min(MAX_TOP_K, k + len(own)))
        places = [Place(hit.key, hit.distance, hit.scores) for hit in found if hit.key not in own][:k]
        total = max(total, len(places)) if is_plain and len(places) == k else len(places)
        return Ranking(places, total, inputs.asked, inputs.bands, inputs.model, inputs)

    def _by_words(self, question: Question) -> Ranking:
        words = question.inputs[0]
        index = self._context.indexes.get(question.index).index
        hits = search_text(index, words.value, k=question.k, modalities=question.modalities, filter=question.filter)
        places = [Place(hit.key, None, hit.scores) for hit in hits]
        asked = [Asked(words, Modality.TEXT.value, words.value)]
        return Ranking(places, len(places), asked, {}, index.spec.model)


def _found(index: Index, question: Question, inputs: Understood, condition: Filter | None, k: int) -> list[Hit]:
    words = _words(question) if question.hybrid else None
    texts = () if words is None else ((TEXT_KEY, words),)

    def ask(condition: Filter | None, cut: float | None, with_metadata: bool = False) -> list[Hit]:
        return index.query(Query(k, inputs.vector, texts, condition, cut, with_metadata))

    if question.band is None:
        return ask(condition, question.max_distance)
    if not inputs.bands:
        raise Invalid("the model has no words for the distances of this query; use max_distance", path="band")
    cuts = {name: _cut(band, question.band, question.max_distance) for name, band in inputs.bands.items()}
    wanted = [one for one in question.modalities or tuple(Modality) if one.value in cuts]
    if words is None:  # each modality has a cut of its own
        found = [hit for one in wanted for hit in ask(narrowed(question.filter, [one]), cuts[one.value])]
        return sorted(found, key=lambda hit: (hit.distance, hit.key.encode()))
    near = ask(narrowed(question.filter, wanted), max(cuts.values()), with_metadata=True) if wanted else []
    return [hit for hit in near if hit.distance is not None and hit.distance <= cuts.get(hit.modality or "", -1.0)]


def _cut(band: Band, name: str, most: float | None) -> float:
    cut = {"very close": band.very_close, "close": band.close}.get(name, band.related)
    return cut if most is None else min(cut, most)


def _words(question: Question) -> str:
    words = [one.value for one in question.inputs if one.kind == "text" and one.weight > 0]
    if not words:
        raise Invalid("a hybrid search needs words to look for in texts: found none", path="hybrid")
    return " ".join(words)
