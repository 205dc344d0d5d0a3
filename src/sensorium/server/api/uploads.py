"""``/uploads``: files to search with."""

from __future__ import annotations

from functools import partial
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sensorium.server.api import answers, bodies, queries
from sensorium.server.api.context import Context
from sensorium.server.api.uploadstore import MAX_BYTES, Upload, Uploads, document


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
        return document(upload, self._uploads.media(upload), self._uploads.expires_s(upload.id))
