"""The API's description agrees with what there is."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tests.server.api.conftest import Desk

from sensorium.server.api import openapi
from sensorium.server.api.description import page


def _routes(desk: Desk) -> set[tuple[str, str]]:
    (mount,) = desk.running.server.api.pages()
    return {
        (method, re.sub(r":\w+", "", route.path))
        for route in mount.app.routes  # type: ignore[attr-defined]  # the gate's
        for method in route.methods - {"HEAD"}
    }


def test_every_call_is_described_and_no_other(desk: Desk) -> None:
    assert {(one.method, one.path) for one in openapi.OPERATIONS} == _routes(desk)


def test_the_reference_names_every_call() -> None:
    text = (Path(__file__).parents[3] / "docs" / "reference" / "api.md").read_text("utf-8")
    for operation in openapi.OPERATIONS:
        if operation.tag != "media":  # these are given as addresses
            assert operation.path in text or operation.path.rpartition("/")[2] in text, operation.path
    for name in openapi.SCHEMAS["Hit"]["required"]:
        assert f'"{name}"' in text, name


def test_references_lead_somewhere() -> None:
    document = openapi.document()
    text = str(document)
    names = set(re.findall(r"#/components/schemas/(\w+)", text))
    assert names <= document["components"]["schemas"].keys()
    assert document["components"]["schemas"].keys() - names == set()
    ids = [one["operationId"] for methods in document["paths"].values() for one in methods.values()]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("path", "name"),
    [
        ("/session", "Session"),
        ("/indexes", "Indexes"),
        ("/models", "Models"),
        ("/search?q=red", "Answer"),
        ("/browse", "Records"),
        ("/sources", "Sources"),
        ("/failures", "Failures"),
        ("/jobs", "Jobs"),
        ("/nowhere", "Error"),
    ],
)
def test_answers_are_as_described(desk: Desk, path: str, name: str) -> None:
    _check(desk.client.get(path).json(), {"$ref": f"#/components/schemas/{name}"}, path)


def _check(value: object, schema: dict[str, object], where: str) -> None:
    """The part of JSON Schema that the document uses."""
    if "$ref" in schema:
        _check(value, openapi.SCHEMAS[str(schema["$ref"]).rpartition("/")[2]], where)
        return
    if "anyOf" in schema:
        errors = []
        for one in schema["anyOf"]:  # type: ignore[attr-defined]  # a list, by the standard
            try:
                _check(value, one, where)
            except AssertionError as error:
                errors.append(error)
            else:
                return
        raise AssertionError(f"{where}: {value!r} fits none of {schema['anyOf']}")
    kinds = schema.get("type", [])
    kinds = kinds if isinstance(kinds, list) else [kinds]
    assert not kinds or any(_is(value, kind) for kind in kinds), f"{where}: {value!r} is no {kinds}"
    if "enum" in schema:
        assert value in schema["enum"], where  # type: ignore[operator]
    if isinstance(value, dict) and "properties" in schema:
        members: dict[str, dict[str, object]] = schema["properties"]  # type: ignore[assignment]
        assert set(schema["required"]) <= value.keys(), where  # type: ignore[call-overload]
        assert value.keys() <= members.keys(), f"{where}: {value.keys() - members.keys()} is not described"
        for key, one in value.items():
            _check(one, members[key], f"{where}.{key}")
    if isinstance(value, list) and schema.get("items"):
        for one in value:
            _check(one, schema["items"], f"{where}[]")  # type: ignore[arg-type]


def _is(value: object, kind: str) -> bool:
    kinds = {"string": str, "integer": int, "number": int | float, "boolean": bool, "array": list, "object": dict}
    if kind == "null":
        return value is None
    return isinstance(value, kinds[kind]) and (kind == "boolean" or not isinstance(value, bool))


def test_people_read_it_without_a_script(desk: Desk) -> None:
    answer = desk.client.get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert "<script" not in answer.text
    assert "https://" not in answer.text  # nothing from elsewhere
    assert answer.text == page(openapi.document())
    for operation in openapi.OPERATIONS:
        assert f"{operation.method} {operation.path}" in answer.text
