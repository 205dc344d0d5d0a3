"""``/media/{id}/…`` and ``/uploads/{id}/…``: thumbnails, originals, clips and waves, by opaque ids."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PIL import Image as Pillow
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sensorium.errors import NotFound
from sensorium.server.api import answers, queries
from sensorium.server.api.clips import Clips
from sensorium.server.api.context import Context
from sensorium.server.api.hits import name_of, shape
from sensorium.server.api.kinds import Kind, Kinds
from sensorium.server.api.originals import Identity, identity
from sensorium.server.api.pictures import THUMBNAIL
from sensorium.server.api.ranges import served
from sensorium.server.api.uploadstore import Uploads
from sensorium.server.api.waves import LEAST, MOST, Waves
from sensorium.types import Source, Span, metadata_span


@dataclass(frozen=True, slots=True)
class Shown:
    """What is behind an id: a file that may be read, and the part of it that is meant."""

    source: Source
    path: Path
    content: str
    modality: str
    span: Span | None
    name: str
    identity: Identity

    @property
    def etag(self) -> str:
        return f'"{self.content}"'


class Media:
    """Finds what is behind an id, and sends it in the form that is asked for."""

    def __init__(self, context: Context, uploads: Uploads) -> None:
        self._context, self._uploads = context, uploads
        self._waves, self._clips, self._kinds = Waves(context.made), Clips(context.made), Kinds()

    def routes(self) -> list[Route]:
        found = []
        for base, find in (("/media", self._of_record), ("/uploads", self._of_upload)):
            for noun, send in (
                ("thumbnail", self._thumbnail),
                ("original", self._original),
                ("clip", self._clip),
                ("waveform", self._waveform),
            ):
                found.append(Route(f"{base}/{{id}}/{noun}", partial(send, find), methods=["GET"]))
        return found

    def _of_record(self, id: str) -> Shown:
        index, key = self._context.ids.open(id)
        opened = self._context.indexes.get(index)
        records = opened.index.get([key])
        if not records:
            raise NotFound("the record is gone", path="id")
        original = self._context.originals.find(opened, key)
        metadata = records[0].metadata
        modality, uri = metadata.get("modality"), original.source.uri
        return Shown(
            original.source,
            original.path,
            original.content,
            str(modality),
            metadata_span(metadata),
            name_of(uri),
            original.identity,
        )

    def _of_upload(self, id: str) -> Shown:
        upload, source = self._uploads.get(id)
        assert source.path is not None
        return Shown(source, source.path, upload.id, upload.modality, None, upload.name, identity(source.path.stat()))

    async def _thumbnail(self, find: Callable[[str], Shown], request: Request) -> Response:
        fields = queries.fields(request.query_params, wholes=("size",))
        size = fields.whole("size", THUMBNAIL, 1, 10_000)
        fields.done()
        id = request.path_params["id"]

        def made() -> tuple[bytes, str]:
            shown = find(id)
            path = self._context.pictures.get(shown.source, shown.content, shown.modality, shown.span, size)
            data = path.read_bytes()
            self._measure(shown, path)
            return data, f'"{path.stem}"'

        data, etag = await self._context.make(made)
        return answers.kept(data, "image/webp", etag, request.headers.get("if-none-match"))

    def _measure(self, shown: Shown, path: Path) -> None:
        """What was drawn tells how large the picture is, where no header said it before."""
        part = shape(shown.modality, shown.span)
        if self._context.extents.get(shown.content, part) is None:
            with Pillow.open(path) as picture:
                self._context.extents.note(shown.content, part, picture.size)

    async def _original(self, find: Callable[[str], Shown], request: Request) -> Response:
        id = request.path_params["id"]

        def found() -> tuple[Shown, Kind]:
            shown = find(id)
            return shown, self._kinds.of(shown.path)

        shown, kind = await self._context.run(found)
        headers = {**kind.headers(shown.name), "cache-control": "private, no-cache"}
        return await served(self._context, request, shown.path, shown.identity, shown.etag, headers)

    async def _clip(self, find: Callable[[str], Shown], request: Request) -> Response:
        id = request.path_params["id"]

        def made() -> tuple[Path, Identity, str]:
            shown = find(id)
            path, media_type = self._clips.get(shown.source, shown.content, shown.span)
            return path, identity(path.stat()), media_type

        path, file, media_type = await self._context.make(made)
        headers = {**Kind(media_type, True).headers("clip"), "cache-control": answers.FOREVER}
        return await served(self._context, request, path, file, f'"{path.stem}"', headers)

    async def _waveform(self, find: Callable[[str], Shown], request: Request) -> Response:
        fields = queries.fields(request.query_params, wholes=("n",), numbers=("window",))
        count, window = fields.whole("n", 300, LEAST, MOST), fields.number("window")
        fields.done()
        id = request.path_params["id"]

        def made() -> dict[str, object]:
            shown = find(id)
            return self._waves.get(shown.source, shown.content, shown.span, count, window)

        return answers.json(await self._context.make(made), headers={"cache-control": answers.FOREVER})
