"""``/jobs``: adding folders and files, with live progress."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path
from typing import Any

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from sensorium.errors import Invalid
from sensorium.server import jsonbody
from sensorium.server.api import answers, bodies, queries
from sensorium.server.api.context import Context
from sensorium.server.api.faults import Refusal
from sensorium.server.api.job import ENDED, Job, Wish, wish
from sensorium.server.api.jobs import Jobs
from sensorium.server.api.permission import CREATE, READ, WRITE

MAX_FILE = 4 << 30
_LOOK_S = 0.2
_ALIVE_S = 15.0
_LONGEST_NAME = 240


class JobCalls:
    """Begins, follows and ends jobs."""

    def __init__(self, context: Context, jobs: Jobs) -> None:
        self._context, self._jobs = context, jobs

    def routes(self) -> list[Route]:
        return [
            Route("/jobs", self._all, methods=["GET"]),
            Route("/jobs", self._begin, methods=["POST"]),
            Route("/jobs/{id}", self._one, methods=["GET"]),
            Route("/jobs/{id}", self._forget, methods=["DELETE"]),
            Route("/jobs/{id}/files", self._file, methods=["PUT"]),
            Route("/jobs/{id}/events", self._events, methods=["GET"]),
            Route("/jobs/{id}/start", partial(self._act, self._jobs.start, 202), methods=["POST"]),
            Route("/jobs/{id}/cancel", partial(self._act, self._jobs.cancel, 200), methods=["POST"]),
            Route("/jobs/{id}/retry", partial(self._act, self._jobs.retry, 202), methods=["POST"]),
        ]

    async def _all(self, request: Request) -> Response:
        fields = queries.fields(request.query_params, texts=("index",))
        index = fields.text("index")
        fields.done()
        found = await self._context.run(partial(self._readable, index))
        return answers.json({"jobs": [job.document() for job in found]})

    async def _begin(self, request: Request) -> Response:
        wanted = wish(await bodies.document(request, self._context.limits.body_seconds), self._context.settings.index)
        job = await self._context.run(partial(self._begun, wanted))
        return answers.json(job.document(), 201 if wanted.upload else 202)

    async def _one(self, request: Request) -> Response:
        return answers.json((await self._job(request)).document())

    async def _forget(self, request: Request) -> Response:
        await self._context.run(partial(self._changed, self._jobs.forget, request.path_params["id"]))
        return Response(status_code=204)

    async def _act(self, act: Any, status: int, request: Request) -> Response:
        job = await self._context.run(partial(self._changed, act, request.path_params["id"]))
        return answers.json(job.document(), status)

    async def _file(self, request: Request) -> Response:
        fields = queries.fields(request.query_params, texts=("name",))
        parts = safe_name(fields.required("name", 1_000))
        fields.done()
        job = await self._job(request)
        await self._context.run(partial(self._allow, job.wish))
        folder = self._jobs.folder(job.wish.index, job.id)
        received = await bodies.file(request, folder, MAX_FILE, self._context.limits.body_seconds)

        def keep() -> str:
            try:
                self._jobs.received(job, received.size)
                return _moved(received.path, folder, parts)
            finally:
                received.path.unlink(missing_ok=True)

        name = await self._context.run(keep)
        return answers.json({"name": name, "bytes": received.size}, 201)

    async def _events(self, request: Request) -> Response:
        job = await self._job(request)
        headers = {"cache-control": "no-store", "x-accel-buffering": "no"}
        return StreamingResponse(self._stream(request, job), headers=headers, media_type="text/event-stream")

    async def _stream(self, request: Request, job: Job) -> AsyncIterator[bytes]:
        """The job on each change; ends when it has ended, and when the server does."""
        seen, silent = -1, 0.0
        while not self._context.stopping.is_set():
            version, state = job.version, job.state
            if version != seen:
                seen, silent = version, 0.0
                yield b"event: job\ndata: " + jsonbody.dumps(job.document()) + b"\n\n"
            if state in ENDED:
                return
            await asyncio.sleep(_LOOK_S)
            silent += _LOOK_S
            if silent >= _ALIVE_S:
                silent = 0.0
                yield b": \n\n"

    async def _job(self, request: Request) -> Job:
        return await self._context.run(partial(self._read, request.path_params["id"]))

    def _read(self, id: str) -> Job:
        job = self._jobs.get(id)
        self._context.permission.check(job.wish.index, *READ)
        return job

    def _readable(self, index: str | None) -> list[Job]:
        found = []
        for job in self._jobs.all(index):
            with contextlib.suppress(Refusal):  # not for this caller
                self._context.permission.check(job.wish.index, *READ)
                found.append(job)
        return found

    def _begun(self, wanted: Wish) -> Job:
        self._allow(wanted)
        return self._jobs.begin(wanted)

    def _changed(self, act: Any, id: str) -> Any:
        self._allow(self._jobs.get(id).wish)
        return act(id)

    def _allow(self, wanted: Wish) -> None:
        """Raises Refusal (403): what a path names is read with the server's own rights, which no user has."""
        permission = self._context.permission
        if not wanted.upload:
            permission.owner_only("only the owner of a server without keys adds folders of its machine; upload files")
        permission.check(wanted.index, *WRITE, *(() if self._context.home.has(wanted.index) else CREATE))


def safe_name(name: str) -> list[str]:
    """A relative name as the parts of a path. Raises Invalid for one that is none, or that leads elsewhere."""
    parts = [part for part in name.replace("\\", "/").split("/") if part]
    bad = (
        not parts
        or len(parts) > 32
        or any(
            part in (".", "..") or part.startswith(".") or not part.isprintable() or len(part.encode()) > _LONGEST_NAME
            for part in parts
        )
    )
    if bad:
        raise Invalid(
            f"name {name[:100]!r}: a relative name without hidden, empty or '..' parts is needed", path="name"
        )
    return parts


def _moved(path: Path, folder: Path, parts: list[str]) -> str:
    """Move a received file to its name, or to one beside it where that is taken. The name it has now."""
    target = folder.joinpath(*parts)
    for number in range(1, 1_000):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, target)
        except FileExistsError:
            stem, dot, suffix = parts[-1].rpartition(".")
            target = target.with_name(f"{stem} ({number}){dot}{suffix}" if stem else f"{parts[-1]} ({number})")
        except NotADirectoryError:
            break
        else:
            return target.relative_to(folder).as_posix()
    raise Invalid(f"name {'/'.join(parts)!r} is taken", path="name")
