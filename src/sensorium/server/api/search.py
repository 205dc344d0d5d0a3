"""``/search``: hits for words, files and records, a part of the ranking at a time."""

from __future__ import annotations

import time
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sensorium.server.api import answers, bodies, question
from sensorium.server.api.context import Context
from sensorium.server.api.hits import Hits
from sensorium.server.api.passage import words_of
from sensorium.server.api.question import Question
from sensorium.server.api.ranking import Place, Ranking, Rankings
from sensorium.server.api.understanding import Asked


class Search:
    """The two ways to ask."""

    def __init__(self, context: Context, rankings: Rankings) -> None:
        self._context, self._rankings = context, rankings

    def routes(self) -> list[Route]:
        return [Route("/search", self._post, methods=["POST"]), Route("/search", self._get, methods=["GET"])]

    async def _post(self, request: Request) -> Response:
        members = await bodies.document(request, self._context.limits.body_seconds)
        return await self._answer(question.of_body(members, self._context.settings.index))

    async def _get(self, request: Request) -> Response:
        return await self._answer(question.of_query(request.query_params, self._context.settings.index))

    async def _answer(self, asked: Question) -> Response:
        return answers.json(await self._context.run(partial(self.search, asked)))

    def search(self, asked: Question) -> dict[str, Any]:
        """The answer to a question."""
        began = time.perf_counter()
        opened = self._context.indexes.get(asked.index)
        state = opened.state
        ranking = self._rankings.get(asked, state)
        places = {place.key: (rank, place) for rank, place in self._part(asked, ranking)}
        records = opened.index.get(list(places))  # one that went meanwhile is left out
        hits = Hits(self._context, opened, _marked(asked))
        end = min(asked.offset + asked.limit, ranking.total)
        return {
            "index": asked.index,
            "model": ranking.model,
            "metric": opened.index.spec.metric.value,
            "state": state,
            "inputs": [_input(one) for one in ranking.asked],
            "notes": list(dict.fromkeys(note for one in ranking.asked for note in one.notes)),
            "total": ranking.total,
            "offset": asked.offset,
            "limit": asked.limit,
            "next": end if end < ranking.total else None,
            "hits": [_hit(*places[hit["key"]], hit, ranking) for hit in hits.all(records)],
            "took_ms": round((time.perf_counter() - began) * 1000, 2),
        }

    def _part(self, asked: Question, ranking: Ranking) -> list[tuple[int, Place]]:
        part = ranking.places[asked.offset : asked.offset + asked.limit]
        return list(enumerate(part, start=asked.offset + 1))


def _hit(rank: int, place: Place, hit: dict[str, Any], ranking: Ranking) -> dict[str, Any]:
    band = ranking.bands.get(hit["modality"] or "")
    scores = None if place.scores is None else {"fused": place.scores.fused, "bm25": dict(place.scores.bm25)}
    return {
        "rank": rank,
        "distance": None if place.distance is None else round(place.distance, 6),
        "band": None if band is None or place.distance is None else band.name(place.distance),
        "scores": scores,
        **hit,
    }


def _input(one: Asked) -> dict[str, Any]:
    return {
        "kind": one.input.kind,
        "value": one.input.value,
        "weight": one.input.weight,
        "modality": one.modality,
        "label": one.label,
        "thumbnail": one.thumbnail,
    }


def _marked(asked: Question) -> frozenset[str]:
    """The words to mark in texts: where they were looked for as words, and for a passage to begin near them."""
    return words_of(" ".join(one.value for one in asked.inputs if one.kind == "text" and one.weight > 0))
