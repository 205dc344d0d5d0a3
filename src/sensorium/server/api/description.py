"""``/openapi.json`` and ``/docs``: the API as it describes itself, for programs and, without a script, for people."""

from __future__ import annotations

from functools import cache
from html import escape
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from sensorium.server.api import answers, openapi

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
_STYLE = """
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
code{font:14px/1.4 ui-monospace,monospace}h3{margin:2rem 0 .25rem}table{border-collapse:collapse;margin:.25rem 0}
td,th{text-align:left;padding:.1rem .75rem .1rem 0;vertical-align:top;font-weight:400}th{opacity:.75}
summary{cursor:pointer}pre{overflow:auto;padding:.5rem;border:1px solid #8886;border-radius:4px}
"""


class Description:
    """The two pages; both are the same for everybody."""

    def routes(self) -> list[Route]:
        return [Route("/openapi.json", self._document, methods=["GET"]), Route("/docs", self._page, methods=["GET"])]

    async def _document(self, _: Request) -> Response:
        return answers.json(_found())

    async def _page(self, _: Request) -> Response:
        return Response(page(_found()), headers={"content-security-policy": _POLICY}, media_type="text/html")


@cache
def _found() -> dict[str, Any]:
    return openapi.document()


def page(found: dict[str, Any]) -> str:
    """The document as HTML."""
    tags: dict[str, list[str]] = {}
    for path, operations in found["paths"].items():
        for method, operation in operations.items():
            tags.setdefault(operation["tags"][0], []).append(_operation(method, path, operation))
    schemas = "".join(_schema(name, schema) for name, schema in sorted(found["components"]["schemas"].items()))
    body = "".join(f'<h2 id="{tag}">{tag}</h2>{"".join(parts)}' for tag, parts in tags.items())
    links = " · ".join(f'<a href="#{tag}">{tag}</a>' for tag in (*tags, "schemas"))
    return (
        '<!doctype html><html lang="en"><meta charset="utf-8"><title>Sensorium: the JSON API</title>'
        f'<meta name="viewport" content="width=device-width,initial-scale=1"><style>{_STYLE}</style>'
        '<h1>The JSON API</h1><p>Under <code>/api/v1</code>. For programs: <a href="openapi.json">openapi.json</a></p>'
        f'<nav>{links}</nav><main>{body}<h2 id="schemas">schemas</h2>{schemas}</main></html>'
    )


def _operation(method: str, path: str, operation: dict[str, Any]) -> str:
    rows = [(one["name"], f"in the {one['in']}: {_kind(one['schema'])}") for one in operation["parameters"]]
    if "requestBody" in operation:
        rows.append(("body", _contents(operation["requestBody"]["content"])))
    for status, answer in operation["responses"].items():
        rows.append((status, escape(answer["description"]) + _answer(status, answer)))
    cells = "".join(f"<tr><th><code>{escape(name)}</code></th><td>{told}</td></tr>" for name, told in rows)
    head = f"<h3><code>{method.upper()} {escape(path)}</code></h3>"
    return f"{head}<p>{escape(operation['summary'])}</p><table>{cells}</table>"


def _answer(status: str, answer: dict[str, Any]) -> str:
    return f": {_contents(answer['content'])}" if status < "4" and "content" in answer else ""


def _contents(content: dict[str, Any]) -> str:
    return " or ".join(
        _kind(value["schema"]) if "$ref" in value["schema"] else f"<code>{escape(media_type)}</code>"
        for media_type, value in content.items()
    )


def _kind(schema: dict[str, Any]) -> str:
    """A schema in a few words."""
    if "$ref" in schema:
        name = schema["$ref"].rpartition("/")[2]
        return f'<a href="#schema-{name}">{name}</a>'
    if "anyOf" in schema:
        return " or ".join(map(_kind, schema["anyOf"]))
    if "enum" in schema:
        return " | ".join(f"<code>{escape(str(one))}</code>" for one in schema["enum"])
    found = schema.get("type", "anything")
    found = " or ".join(found) if isinstance(found, list) else found
    return f"{found} of {_kind(schema['items'])}" if found.startswith("array") and schema.get("items") else str(found)


def _schema(name: str, schema: dict[str, Any]) -> str:
    rows = "".join(
        f"<tr><th><code>{escape(member)}</code></th><td>{_kind(kind)}"
        f"{'' if member in schema.get('required', ()) else ', optional'}"
        f"{': ' + escape(kind['description']) if 'description' in kind else ''}</td></tr>"
        for member, kind in schema["properties"].items()
    )
    return f'<h3 id="schema-{name}">{name}</h3><table>{rows}</table>'
