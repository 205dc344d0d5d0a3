"""``/map``: an index as points on a plane, computed in the background and kept while the index is the same."""

from __future__ import annotations

import threading
from collections import OrderedDict
from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sensorium.errors import SensoriumError
from sensorium.server.api import answers, queries
from sensorium.server.api.context import Context
from sensorium.server.api.hits import MEDIA, title
from sensorium.server.api.opened import Opened
from sensorium.server.api.pictures import PICTURED
from sensorium.server.api.projection import Plane, plane
from sensorium.space import TEXT_KEY
from sensorium.types import Record, as_matrix, metadata_source

MOST = 5_000
_PAGE = 500
_KEPT = 4
_COLUMNS = frozenset(("x", "y", "key", "modality", "title", "thumbnail"))


class Map:
    """The last maps, by the state of their index. Thread-safe."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._lock = threading.Lock()
        self._kept: OrderedDict[str, dict[str, Any] | SensoriumError | None] = OrderedDict()
        """None while it is computed."""

    def routes(self) -> list[Route]:
        return [Route("/map", self._get, methods=["GET"])]

    async def _get(self, request: Request) -> Response:
        fields = queries.fields(request.query_params, texts=("index", "color"), wholes=("limit",))
        index = fields.text("index", self._context.settings.index, 300) or self._context.settings.index
        limit, key = fields.whole("limit", 2_000, 1, MOST), fields.text("color", None, 300)
        fields.done()
        found = await self._context.run(partial(self._found, index))
        if found is None:
            return answers.json({"state": "computing"}, 202, {"retry-after": "1"})
        metadata = found["metadata"][:limit]
        told = {name: value[:limit] if name in _COLUMNS else value for name, value in found.items()}
        del told["metadata"]
        return answers.json({**told, "color": None if key is None else [one.get(key) for one in metadata]})

    def _found(self, index: str) -> dict[str, Any] | None:
        """The map, or None while it is computed. Raises what its computing met, once."""
        opened = self._context.indexes.get(index)
        wanted = opened.state
        with self._lock:
            if wanted in self._kept:
                found = self._kept[wanted]
                if isinstance(found, SensoriumError):
                    del self._kept[wanted]
                    raise found
                return found
            self._kept[wanted] = None
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        threading.Thread(target=self._compute, args=(opened, wanted), name="sensorium-map", daemon=True).start()
        return None

    def _compute(self, opened: Opened, wanted: str) -> None:
        found: dict[str, Any] | SensoriumError
        try:
            records = _sample(opened, MOST)
            drawn = plane(as_matrix([record.vector for record in records], opened.index.spec.dim))
            found = self._document(opened, wanted, records, drawn)
        except SensoriumError as error:
            found = error
        with self._lock:
            self._kept[wanted] = found

    def _document(self, opened: Opened, state: str, records: list[Record], drawn: Plane) -> dict[str, Any]:
        owners = opened.ledger.owners([record.key for record in records])
        return {
            "state": "ready",
            "index": opened.name,
            "index_state": state,
            "total": opened.index.count() if opened.is_near else len(records),
            "explained": list(drawn.explained),
            "x": [round(float(value), 4) for value in drawn.points[:, 0]],
            "y": [round(float(value), 4) for value in drawn.points[:, 1]],
            "key": [record.key for record in records],
            "modality": [record.metadata.get("modality") for record in records],
            "title": [title(metadata_source(one.metadata), one.metadata, one.key) for one in records],
            "thumbnail": [self._thumbnail(opened, record, owners.get(record.key)) for record in records],
            "metadata": [{k: v for k, v in record.metadata.items() if k != TEXT_KEY} for record in records],
        }

    def _thumbnail(self, opened: Opened, record: Record, owner: tuple[str, str] | None) -> str | None:
        if owner is None or record.metadata.get("modality") not in PICTURED:
            return None
        return f"{MEDIA}/{self._context.ids.seal(opened.name, record.key)}/thumbnail?v={owner[1][:8]}"


def _sample(opened: Opened, limit: int) -> list[Record]:
    """Keys of ours are hashes, so that the first ones in order are a fair sample."""
    records: list[Record] = []
    after: str | None = None
    while len(records) < limit:
        page = opened.index.scan(after, min(_PAGE, limit - len(records)))
        records += page
        if len(page) < _PAGE:
            break
        after = page[-1].key
    return records
