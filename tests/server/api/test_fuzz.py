"""Whatever is sent, the answer is JSON that says what is wrong, and never a fault of the server's own."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import quote

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.server.api.conftest import FILE, Desk

_NAMES = st.sampled_from(
    [
        "inputs",
        "index",
        "k",
        "offset",
        "limit",
        "modalities",
        "filter",
        "max_distance",
        "band",
        "hybrid",
        "text_only",
        "name",
        "model",
        "dim",
        "metric",
        "keys",
        "source",
        "undo",
        "paths",
        "upload",
        "create",
        "metadata",
        "include",
        "segment_seconds",
        "text",
        "record",
        "weight",
        "as",
        "token",
    ]
)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just("default"),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_NAMES | st.text(max_size=4), inner, max_size=4),
    max_leaves=8,
)
_CALLS = st.sampled_from(
    [
        ("POST", "/search"),
        ("POST", "/indexes"),
        ("DELETE", "/records"),
        ("POST", "/undo"),
        ("POST", "/jobs"),
        ("POST", "/session"),
    ]
)
_PATHS = st.sampled_from(
    [
        "/search",
        "/browse",
        "/sources",
        "/records",
        "/failures",
        "/map",
        "/jobs",
        "/indexes",
        "/indexes/x",
        "/media/x/original",
        "/uploads/x",
        "/jobs/x",
    ]
)
_CALM = settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _check(answer: Any) -> None:
    assert answer.status_code < 500, answer.text
    if answer.status_code >= 400:
        assert answer.json().keys() == {"code", "message", "path"}


@_CALM
@given(_CALLS, st.dictionaries(_NAMES, _VALUES, max_size=5))
def test_bodies(desk: Desk, call: tuple[str, str], body: dict[str, Any]) -> None:
    body.pop("paths", None) if isinstance(body.get("paths"), list) else None  # so that no job begins
    body.pop("upload", None)
    if call == ("POST", "/indexes"):
        body.pop("name", None)
    headers = {"content-type": "application/json"}
    _check(desk.client.request(*call, content=json.dumps(body, default=str), headers=headers))


@_CALM
@given(_CALLS, st.binary(max_size=200))
def test_bytes(desk: Desk, call: tuple[str, str], body: bytes) -> None:
    _check(desk.client.request(*call, content=body, headers={"content-type": "application/json"}))


@_CALM
@given(
    _PATHS,
    st.lists(
        st.tuples(_NAMES | st.sampled_from(["q", "after", "limit", "key", "color", "n", "size"]), st.text(max_size=8))
    ),
)
def test_addresses(desk: Desk, path: str, query: list[tuple[str, str]]) -> None:
    parts = [f"{name}={quote(value, errors='surrogatepass')}" for name, value in query]
    _check(desk.client.get(f"{path}?{'&'.join(parts)}"))


@settings(_CALM, max_examples=40)
@given(st.text(st.characters(exclude_characters="\n"), max_size=40))  # such a line is no path of the API's: AWS answers
def test_paths(desk: Desk, path: str) -> None:
    for base in ("/media/", "/indexes/", "/uploads/", "/jobs/", "/"):
        _check(desk.client.get(base + quote(path, safe="", errors="surrogatepass")))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.sampled_from(
        [b"\x89PNG\r\n\x1a\n", b"%PDF-1.7\n", b"RIFF\0\0\0\0WAVE", b"\0\0\0\x18ftypisom", b"PK\x03\x04", b"GIF89a", b""]
    ),
    st.binary(min_size=1, max_size=300),
)
def test_files(desk: Desk, head: bytes, rest: bytes) -> None:
    _check(desk.client.post("/uploads", content=head + rest, headers=FILE))
