"""``/indexes`` and ``/models``: what there is, making one, and removing one."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sensorium.errors import Conflict, NotFound, SensoriumError
from sensorium.filter import Compare, Op
from sensorium.home import DEFAULT_MODEL, REMOTE, display_name
from sensorium.ledger import Ledger
from sensorium.models.base import Band, ModelSpec
from sensorium.server.api import answers, bodies
from sensorium.server.api.context import Context
from sensorium.server.api.facets import facets
from sensorium.server.api.faults import Refusal
from sensorium.server.api.fields import Fields
from sensorium.server.api.opened import Opened
from sensorium.server.api.permission import CREATE, READ
from sensorium.types import Metric, Modality

_KEPT = 200


class IndexCalls:
    """What is told of an index is kept for as long as its state is the same."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._told: OrderedDict[str, dict[str, Any]] = OrderedDict()

    def routes(self) -> list[Route]:
        return [
            Route("/models", self._models, methods=["GET"]),
            Route("/indexes", self._all, methods=["GET"]),
            Route("/indexes", self._create, methods=["POST"]),
            Route("/indexes/{name:path}", self._one, methods=["GET"]),
            Route("/indexes/{name:path}", self._drop, methods=["DELETE"]),
        ]

    async def _models(self, _: Request) -> Response:
        return answers.json(await self._context.run(self._found_models))

    async def _all(self, _: Request) -> Response:
        return answers.json({"indexes": await self._context.run(self._indexes)})

    async def _one(self, request: Request) -> Response:
        return answers.json(await self._context.run(partial(self._index, request.path_params["name"])))

    async def _create(self, request: Request) -> Response:
        fields = Fields(await bodies.document(request, self._context.limits.body_seconds))
        name, model = fields.required("name", 300), fields.text("model", None, 300)
        dim, metric = fields.whole("dim", 0, 1, 4096), fields.text("metric")
        fields.done()
        found = await self._context.run(partial(self.create, name, model, dim or None, metric))
        return answers.json(found, 201)

    async def _drop(self, request: Request) -> Response:
        removed = await self._context.run(partial(self._dropped, request.path_params["name"]))
        return answers.json({"removed": removed})

    def create(self, name: str, model: str | None, dim: int | None, metric: str | None) -> dict[str, Any]:
        """Make an index. Raises Conflict where it is there."""
        self._context.permission.check(name, *CREATE)
        if self._context.home.has(name):
            raise Conflict(f"index {name} is there already", path="name")
        model = model or self._context.settings.model or DEFAULT_MODEL
        self._context.home.open(name, model=model, dim=dim, metric=metric or Metric.COSINE, create=True)
        return self._index(name)

    def _dropped(self, name: str) -> int:
        self._context.permission.check(name, "DeleteIndex")
        removed = self._context.indexes.get(name).index.count()
        self._context.home.drop(name)
        self._context.indexes.forget(name)
        return removed

    def _found_models(self) -> dict[str, Any]:
        registry, found, broken = self._context.home.registry, [], []
        for provider in registry.providers():
            try:
                found += [_model(spec) for spec in registry.specs(provider)]
            except SensoriumError as error:
                broken.append({"provider": provider, "reason": error.message})
        return {"models": found, "broken": broken}

    def _indexes(self) -> list[dict[str, Any]]:
        found = []
        for spec in self._context.home.indexes():
            try:
                found.append(self._index(display_name(spec)))
            except (NotFound, Refusal):  # dropped meanwhile, or not for this caller
                continue
        return [*found, *(_remote(name, ledger) for name, ledger in self._context.home.elsewhere())]

    def _index(self, name: str) -> dict[str, Any]:
        if name.startswith(REMOTE):
            self._context.permission.check(name, *READ)
            return self._remote(name)
        opened = self._context.indexes.get(name)
        failures = len(opened.ledger.failures())
        state = opened.state
        with self._lock:
            told = self._told.get(state)
        if told is None:
            told = self._looked(opened, state)
            with self._lock:
                self._told[state] = told
                if len(self._told) > _KEPT:
                    self._told.popitem(last=False)
        return {**told, "failures": failures}

    def _remote(self, name: str) -> dict[str, Any]:
        for found, ledger in self._context.home.elsewhere():
            if found == name:
                return _remote(name, ledger)
        raise NotFound(f"no index {name!r} was filled from here", path=name)

    def _looked(self, opened: Opened, state: str) -> dict[str, Any]:
        index, spec = opened.index, opened.index.spec
        counts = {one.value: index.count(Compare("modality", Op.EQ, one.value)) for one in Modality}
        return {
            "name": opened.name,
            "model": spec.model,
            "dim": spec.dim,
            "metric": spec.metric.value,
            "records": index.count(),
            "counts": counts,
            "bytes": _bytes(self._context.home.path / "store" / "buckets" / spec.bucket / spec.name),
            "created_s": spec.created_s,
            "text_search": bool(spec.text_keys),
            "remote": False,
            "state": state,
            "metadata": facets(index),
            "bands": self._bands(spec.model, spec.metric),
        }

    def _bands(self, stamp: str | None, metric: Metric) -> list[dict[str, Any]]:
        """The words of the index's model, without loading it."""
        if stamp is None or metric is not Metric.COSINE:
            return []
        id = stamp.rpartition("@")[0]
        try:
            specs = self._context.home.registry.specs(id.partition(":")[0])
        except SensoriumError:  # its package is gone; what uses the model says so
            return []
        return next((bands(spec.bands) for spec in specs if spec.id == id), [])


def bands(found: Mapping[tuple[Modality, Modality], Band]) -> list[dict[str, Any]]:
    """A model's words for distances."""
    return [
        {"query": query.value, "hit": hit.value, "very_close": b.very_close, "close": b.close, "related": b.related}
        for (query, hit), b in sorted(found.items())
    ]


def _model(spec: ModelSpec) -> dict[str, Any]:
    return {
        "id": spec.id,
        "revision": spec.revision,
        "dim": spec.dim,
        "dims": list(spec.dims),
        "modalities": sorted(one.value for one in spec.modalities),
        "licence": spec.licence,
        "bands": bands(spec.bands),
    }


def _remote(name: str, ledger: Ledger) -> dict[str, Any]:
    """An index in S3 Vectors as the catalog knows it: nobody is asked."""
    nothing = dict.fromkeys(
        ("model", "dim", "metric", "counts", "bytes", "created_s", "text_search", "state", "metadata")
    )
    records = sum(entry.records for entry in ledger.entries())
    return {
        "name": name,
        **nothing,
        "records": records,
        "remote": True,
        "bands": [],
        "failures": len(ledger.failures()),
    }


def _bytes(folder: Path) -> int:
    """Bytes of the files of a folder; one that goes meanwhile counts nothing."""
    total = 0
    for path in folder.glob("*"):
        try:
            total += path.stat().st_size
        except FileNotFoundError:
            continue
    return total
