"""The OpenAPI document: every call with what goes in and out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sensorium import __version__
from sensorium.server.api.bodies import FILE
from sensorium.server.api.schemas import MODALITY, SCHEMAS
from sensorium.server.api.schemawords import FLAG, NUMBER, TEXT, WHOLE, Schema, enum, many, ref

_JSON = "application/json"
_ERRORS = {
    "400": "mend the call",
    "401": "sign in",
    "403": "not from that page, or not by this caller",
    "404": "there is no such thing",
    "429": "too many calls wait; come again",
}


@dataclass(frozen=True, slots=True)
class Operation:
    """One call. ``answer`` and ``body`` name schemas, or media types with a slash."""

    method: str
    path: str
    tag: str
    summary: str
    answer: str | None
    status: int = 200
    body: str | None = None
    query: Mapping[str, Schema] = field(default_factory=dict)
    required: tuple[str, ...] = ()
    statuses: Mapping[str, str] = field(default_factory=dict)


_INDEX = {"index": TEXT}
_CONFLICT = {"409": "it is there already, or disagrees with what is there"}
_BROKEN = {"422": "the file is broken, or too large to be decoded safely"}
_TOO_LARGE = {"413": "more bytes than are taken", "415": "another Content-Type"}
_RANGE = {"206": "the range that was asked for", "304": "unchanged", "416": "beyond the end, or several ranges"}
_PAGES = {"after": TEXT, "limit": WHOLE}
_SEARCH: Mapping[str, Schema] = {
    "q": many(TEXT),
    "minus": many(TEXT),
    "upload": many(TEXT),
    "record": many(TEXT),
    "index": TEXT,
    "model": TEXT,
    "k": WHOLE,
    "offset": WHOLE,
    "limit": WHOLE,
    "modality": many(MODALITY),
    "filter": {"type": "string", "contentMediaType": _JSON},
    "max_distance": NUMBER,
    "band": enum("very close", "close", "related"),
    "hybrid": FLAG,
    "text_only": FLAG,
}


def _media(base: str, tag: str) -> tuple[Operation, ...]:
    return (
        Operation(
            "GET",
            f"{base}/thumbnail",
            tag,
            "A picture of it, as WebP",
            "image/webp",
            query={"size": enum("160", "320", "640", "1600"), "v": TEXT},
            statuses=_BROKEN,
        ),
        Operation(
            "GET", f"{base}/original", tag, "The file itself, with ranges", FILE, query={"v": TEXT}, statuses=_RANGE
        ),
        Operation(
            "GET",
            f"{base}/clip",
            tag,
            "The matched seconds as MP4 or WAV",
            "video/mp4",
            query={"v": TEXT},
            statuses={**_RANGE, **_BROKEN},
        ),
        Operation(
            "GET",
            f"{base}/waveform",
            tag,
            "How loud it is over time",
            "Wave",
            query={"n": WHOLE, "window": NUMBER, "v": TEXT},
            statuses=_BROKEN,
        ),
    )


OPERATIONS: tuple[Operation, ...] = (
    Operation("GET", "/session", "session", "Who asks", "Session"),
    Operation("POST", "/session", "session", "Sign in: sets a cookie", "Session", body="SignIn"),
    Operation("DELETE", "/session", "session", "Sign out", None, 204),
    Operation("GET", "/models", "indexes", "The installed models", "Models"),
    Operation("GET", "/indexes", "indexes", "All indexes", "Indexes"),
    Operation("POST", "/indexes", "indexes", "Make an index", "Index", 201, "NewIndex", statuses=_CONFLICT),
    Operation("GET", "/indexes/{name}", "indexes", "One index", "Index"),
    Operation("DELETE", "/indexes/{name}", "indexes", "Remove an index with its records", "Dropped"),
    Operation(
        "POST",
        "/uploads",
        "search",
        "Send a file to search with",
        "Upload",
        201,
        FILE,
        {"name": TEXT},
        statuses={**_TOO_LARGE, **_BROKEN},
    ),
    Operation("GET", "/uploads/{id}", "search", "A file to search with", "Upload"),
    *_media("/uploads/{id}", "search"),
    Operation(
        "POST", "/search", "search", "Search with words, files and records", "Answer", body="Question", statuses=_BROKEN
    ),
    Operation("GET", "/search", "search", "The same, for links", "Answer", query=_SEARCH, statuses=_BROKEN),
    Operation("GET", "/records", "records", "One record", "Record", query={**_INDEX, "key": TEXT}, required=("key",)),
    Operation("DELETE", "/records", "records", "Remove records, with an undo", "Removed", body="Removal"),
    Operation("POST", "/undo", "records", "Bring removed records back", "Restored", body="Token"),
    Operation(
        "GET",
        "/browse",
        "records",
        "Records in key order",
        "Records",
        query={**_INDEX, "modality": many(MODALITY), "filter": TEXT, "source": TEXT, **_PAGES},
    ),
    Operation(
        "GET",
        "/sources",
        "records",
        "Sources in the order of their names",
        "Sources",
        query={**_INDEX, "contains": TEXT, **_PAGES},
    ),
    Operation("GET", "/failures", "records", "Sources whose last try failed", "Failures", query=_INDEX),
    Operation("GET", "/jobs", "jobs", "All jobs, newest first", "Jobs", query=_INDEX),
    Operation(
        "POST",
        "/jobs",
        "jobs",
        "Add folders, or begin an upload",
        "Job",
        202,
        "NewJob",
        statuses={"201": "an upload waits for its files"},
    ),
    Operation("GET", "/jobs/{id}", "jobs", "One job", "Job"),
    Operation("DELETE", "/jobs/{id}", "jobs", "Forget a job that has ended", None, 204, statuses=_CONFLICT),
    Operation(
        "PUT",
        "/jobs/{id}/files",
        "jobs",
        "A file of an upload",
        "KeptFile",
        201,
        FILE,
        {"name": TEXT},
        ("name",),
        {**_TOO_LARGE, **_CONFLICT},
    ),
    Operation("POST", "/jobs/{id}/start", "jobs", "All files are there", "Job", 202, statuses=_CONFLICT),
    Operation("POST", "/jobs/{id}/cancel", "jobs", "Stop a job", "Job"),
    Operation("POST", "/jobs/{id}/retry", "jobs", "Try a job again", "Job", 202, statuses=_CONFLICT),
    Operation("GET", "/jobs/{id}/events", "jobs", "The job on each change", "text/event-stream"),
    Operation(
        "GET",
        "/map",
        "map",
        "The index as points on a plane",
        "Map",
        query={**_INDEX, "limit": WHOLE, "color": TEXT},
        statuses={"202": "it is computed; come again"},
    ),
    *_media("/media/{id}", "media"),
    Operation("GET", "/openapi.json", "session", "This document", _JSON),
    Operation("GET", "/docs", "session", "This document as a page", "text/html"),
)
"""In the order of the page; the tests hold it to the routes that there are."""


def document() -> dict[str, Any]:
    """OpenAPI 3.1."""
    paths: dict[str, dict[str, Any]] = {}
    for operation in OPERATIONS:
        paths.setdefault(operation.path, {})[operation.method.lower()] = _described(operation)
    return {
        "openapi": "3.1.0",
        "info": {"title": "Sensorium", "version": __version__, "license": {"name": "Apache-2.0"}},
        "servers": [{"url": "/api/v1"}],
        "security": [{"bearer": []}, {"cookie": []}, {}],
        "paths": paths,
        "components": {
            "schemas": SCHEMAS,
            "securitySchemes": {
                "bearer": {"type": "http", "scheme": "bearer"},
                "cookie": {"type": "apiKey", "in": "cookie", "name": "sensorium-session"},
            },
        },
    }


def _described(operation: Operation) -> dict[str, Any]:
    error = {"content": {_JSON: {"schema": ref("Error")}}}
    answer: dict[str, Any] = {"description": "done"}
    if operation.answer is not None:
        answer["content"] = _content(operation.answer)
    responses: dict[str, Any] = {str(operation.status): answer}
    for status, description in {**operation.statuses, **_ERRORS}.items():
        responses[status] = {"description": description, **(error if status >= "4" else {})}
    found: dict[str, Any] = {
        "tags": [operation.tag],
        "summary": operation.summary,
        "operationId": operation.method.lower() + "".join(filter(str.isalnum, operation.path.title())),
        "parameters": _parameters(operation),
        "responses": responses,
    }
    if operation.body is not None:
        found["requestBody"] = {"required": True, "content": _content(operation.body)}
    return found


def _parameters(operation: Operation) -> list[dict[str, Any]]:
    path = [name for name in ("id", "name") if f"{{{name}}}" in operation.path]
    found = [{"name": name, "in": "path", "required": True, "schema": TEXT} for name in path]
    for name, schema in operation.query.items():
        found.append({"name": name, "in": "query", "required": name in operation.required, "schema": schema})
    return found


def _content(name: str) -> dict[str, Any]:
    if "/" in name:
        return {name: {"schema": {"type": "string"} if name.startswith("text/") else {}}}
    return {_JSON: {"schema": ref(name)}}
