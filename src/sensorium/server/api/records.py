"""``/records``, ``/browse``, ``/sources``, ``/failures``, ``/undo``: what an index holds, taking it out and back."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sensorium.errors import Invalid, NotFound
from sensorium.server.api import answers, bodies, browse, queries
from sensorium.server.api.context import Context
from sensorium.server.api.fields import Fields
from sensorium.server.api.hits import Hits, name_of
from sensorium.server.api.undo import Undo, restore

MOST_KEYS = 10_000


class RecordCalls:
    """Reads, lists and removes records."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._undo = Undo()

    def routes(self) -> list[Route]:
        return [
            Route("/records", self._get, methods=["GET"]),
            Route("/records", self._delete, methods=["DELETE"]),
            Route("/undo", self._restore, methods=["POST"]),
            Route("/browse", self._browse, methods=["GET"]),
            Route("/sources", self._sources, methods=["GET"]),
            Route("/failures", self._failures, methods=["GET"]),
        ]

    async def _get(self, request: Request) -> Response:
        fields = queries.fields(request.query_params, texts=("index", "key"))
        index, key = self._index(fields), fields.required("key", 2_000)
        fields.done()
        return answers.json(await self._context.run(partial(self.record, index, key)))

    async def _delete(self, request: Request) -> Response:
        fields = Fields(await bodies.document(request, self._context.limits.body_seconds))
        index, keys, source = self._index(fields), fields.texts("keys", MOST_KEYS), fields.text("source")
        fields.done()
        if bool(keys) == (source is not None):
            raise Invalid("say what to remove: keys, or a source", path="keys")
        return answers.json(await self._context.run(partial(self.remove, index, list(keys), source)))

    async def _restore(self, request: Request) -> Response:
        fields = Fields(await bodies.document(request, self._context.limits.body_seconds))
        token = fields.required("undo", 100)
        fields.done()
        return answers.json({"restored": await self._context.run(partial(self._restored, token))})

    async def _browse(self, request: Request) -> Response:
        wanted = browse.of_query(request.query_params, self._context.settings.index)
        return answers.json(await self._context.run(partial(self._browsed, wanted)))

    async def _sources(self, request: Request) -> Response:
        fields = queries.fields(request.query_params, texts=("index", "after", "contains"), wholes=("limit",))
        index, after, contains = self._index(fields), fields.text("after"), fields.text("contains", None, 1_000)
        limit = fields.whole("limit", 100, 1, 1_000)
        fields.done()
        return answers.json(await self._context.run(partial(self._listed, index, after, contains, limit)))

    async def _failures(self, request: Request) -> Response:
        fields = queries.fields(request.query_params, texts=("index",))
        index = self._index(fields)
        fields.done()
        return answers.json({"failures": await self._context.run(partial(self._failed, index))})

    def record(self, index: str, key: str) -> dict[str, Any]:
        """One record with everything that it says. Raises NotFound."""
        opened = self._context.indexes.get(index)
        records = opened.index.get([key])
        if not records:
            raise NotFound(f"no record {key[:100]!r} in index {index}", path="key")
        vector = records[0].vector
        first = [round(float(value), 6) for value in vector[:6]]
        summary = {"dim": len(vector), "norm": round(float(np.linalg.norm(vector)), 6), "first": first}
        return {**Hits(self._context, opened, most=None).all(records)[0], "vector": summary}

    def remove(self, index: str, keys: list[str], source: str | None) -> dict[str, Any]:
        """Remove records, or those of a source, and say how to bring them back."""
        self._context.permission.check(index, "DeleteVectors")
        opened = self._context.indexes.get(index)
        if source is not None:
            keys = opened.ledger.keys(source)
            if not keys:
                raise NotFound(f"no source {source[:300]!r} in index {index}", path="source")
            if len(keys) > MOST_KEYS:
                raise Invalid(f"{source}: {len(keys):,} records; at most {MOST_KEYS:,} at a time", path="source")
        removed, token, until_s = self._undo.remove(opened, keys)
        return {"removed": removed, "undo": token, "expires_s": until_s}

    def _restored(self, token: str) -> int:
        with self._undo.taken(token) as removed:
            self._context.permission.check(removed.index, "PutVectors")
            return restore(self._context.indexes.get(removed.index), removed)

    def _browsed(self, wanted: browse.Browse) -> dict[str, Any]:
        opened = self._context.indexes.get(wanted.index)
        records, after = browse.page(opened, wanted)
        return {"records": Hits(self._context, opened).all(records), "next": after}

    def _listed(self, index: str, after: str | None, contains: str | None, limit: int) -> dict[str, Any]:
        entries = self._context.indexes.get(index).ledger.entries()
        wanted = (contains or "").casefold()
        found = [entry for entry in entries if wanted in name_of(entry.source).casefold()] if wanted else entries
        rest = [entry for entry in found if after is None or entry.source > after]
        part = rest[:limit]
        return {
            "sources": [
                {
                    "source": entry.source,
                    "title": name_of(entry.source),
                    "modality": entry.modality,
                    "records": entry.records,
                    "bytes": entry.size,
                    "checked_s": entry.checked_s,
                    "missing": self._context.originals.is_missing(entry.source),
                }
                for entry in part
            ],
            "next": part[-1].source if len(rest) > limit else None,
            "total": len(found),
        }

    def _failed(self, index: str) -> list[dict[str, str]]:
        found = self._context.indexes.get(index).ledger.failures()
        return [{"source": s, "title": name_of(s), "code": code, "reason": reason} for s, code, reason in found]

    def _index(self, fields: Fields) -> str:
        return fields.text("index", self._context.settings.index, 300) or self._context.settings.index
