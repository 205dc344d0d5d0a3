"""``/uploads``: files to search with."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sensorium.server.api import answers, bodies, queries
from sensorium.server.api.context import Context
from sensorium.server.api.hits import media
from sensorium.server.api.uploadstore import MAX_BYTES, Upload, Uploads, document

BASE = "/api/v1/uploads"


class UploadCalls:
    """Takes query files and tells of them."""

    def __init__(self, context: Context, uploads: Uploads) -> None:
        self._context, self._uploads = context, uploads

    def routes(self) -> list[Route]:
        return [
            Route("/uploads", self._post, methods=["POST"]),
            Route("/uploads/{id}", self._get, methods=["GET"]),
        ]

    async def _post(self, request: Request) -> Response:
        fields = queries.fields(request.query_params, texts=("name",))
        name = fields.text("name", "file", 1_000) or "file"
        fields.done()
        seconds = self._context.limits.body_seconds
        received = await bodies.file(request, self._uploads.folder, MAX_BYTES, seconds)
        upload = await self._context.make(partial(self._uploads.keep, received, name))
        return answers.json(self._document(upload), 201)

    async def _get(self, request: Request) -> Response:
        queries.fields(request.query_params).done()
        found = await self._context.run(partial(self._found, request.path_params["id"]))
        return answers.json(found)

    def _found(self, id: str) -> dict[str, Any]:
        return self._document(self._uploads.get(id)[0])

    def _document(self, upload: Upload) -> dict[str, Any]:
        addresses = media(f"{BASE}/{upload.id}", "", upload.modality, upload.media_type, None)
        if upload.modality == "document" and upload.width is not None:
            addresses["thumbnail"] = f"{BASE}/{upload.id}/thumbnail"
            addresses["picture"] = f"{BASE}/{upload.id}/thumbnail?size=1600"
        return document(upload, addresses, self._uploads.expires_s(upload.id))
