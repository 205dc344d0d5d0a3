"""Members of requests and their types."""

from __future__ import annotations

import pytest
from starlette.datastructures import QueryParams

from sensorium.errors import Invalid
from sensorium.server.api import queries
from sensorium.server.api.fields import Fields


def test_values_of_their_types() -> None:
    fields = Fields({"a": "x", "b": 3, "c": 1.5, "d": True, "e": ["x"], "f": {"g": 1}, "h": None})
    assert fields.text("a") == "x"
    assert fields.whole("b", 1, 0, 10) == 3
    assert fields.number("c") == 1.5
    assert fields.flag("d") is True
    assert fields.texts("e") == ("x",)
    assert fields.document("f") == {"g": 1}
    assert fields.text("h", "default") == "default"
    fields.done()


@pytest.mark.parametrize(
    ("read", "value"),
    [
        ("text", 3),
        ("text", ""),
        ("text", "\ud800"),
        ("text", "x" * 50_001),
        ("required", None),
        ("number", "1"),
        ("number", True),
        ("number", float("inf")),
        ("flag", 1),
        ("texts", "x"),
        ("texts", [1]),
        ("texts", [""]),
        ("document", []),
    ],
)
def test_values_of_other_types_are_named(read: str, value: object) -> None:
    with pytest.raises(Invalid) as refused:
        getattr(Fields({"name": value}, "inputs[0]"), read)("name")
    assert refused.value.path == "inputs[0].name"


def test_an_address_says_the_same() -> None:
    query = QueryParams("k=5&q=a&q=b&hybrid=1&filter=%7B%22a%22%3A1%7D&cut=0.5&empty=&v=cache")
    fields = queries.fields(
        query, texts=("empty",), wholes=("k",), lists=("q",), flags=("hybrid",), documents=("filter",), numbers=("cut",)
    )
    assert (fields.whole("k", 1, 0, 9), fields.texts("q"), fields.flag("hybrid")) == (5, ("a", "b"), True)
    assert (fields.document("filter"), fields.number("cut"), fields.text("empty")) == ({"a": 1}, 0.5, None)
    fields.done()
    for text, path in (("nope=1", "nope"), ("k=1&k=2", "k"), ("filter={", "filter")):
        with pytest.raises(Invalid) as refused:
            queries.fields(QueryParams(text), wholes=("k",), documents=("filter",))
        assert refused.value.path == path
    with pytest.raises(Invalid, match="whole number"):
        queries.fields(QueryParams("k=five"), wholes=("k",)).whole("k", 1, 0, 9)
