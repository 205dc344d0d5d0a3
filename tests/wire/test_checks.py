"""One check per type of shape: what it takes, what it makes of it, what it refuses and how."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from botocore.model import DenormalizedStructureBuilder, Shape

from sensorium.wire.checks import compiled
from sensorium.wire.fault import AwsFault
from sensorium.wire.violations import Violations


def shape_of(model: dict[str, Any]) -> Shape:
    return DenormalizedStructureBuilder().with_members({"it": model}).build_model().members["it"]


def check(model: dict[str, Any], value: Any) -> tuple[Any, list[str]]:
    """The checked value, and what is wrong with it: pointers and constraints."""
    found = Violations()
    result = compiled(shape_of(model))(value, ("it",), found)
    return result, [f"{one.pointer}: {one.constraint}" for one in found.found]


FLOATS = {"type": "list", "member": {"type": "float"}}


@pytest.mark.parametrize("values", [[], [1, 2.5, -0.0], [0, 1], [1e308, 5e-324], [2**63, -(2**70)]])
def test_floats_come_out_as_an_array(values: list[float]) -> None:
    array, wrong = check(FLOATS, values)
    assert (array.dtype, wrong) == (np.float64, [])
    assert array.tolist() == values


def test_floats_that_json_has_no_numbers_for_come_as_texts_of_their_own() -> None:
    array, wrong = check(FLOATS, ["NaN", "Infinity", "-Infinity", 1])
    assert np.isnan(array[0])
    assert (array[1:].tolist(), wrong) == ([math.inf, -math.inf, 1.0], [])
    assert check({"type": "float"}, "-Infinity") == (-math.inf, [])
    with pytest.raises(AwsFault, match="a string"):
        check(FLOATS, [1, "nan"])
    with pytest.raises(AwsFault, match="a string"):
        check({"type": "integer"}, "NaN")


def test_integers_beyond_a_float_are_infinite() -> None:
    array, wrong = check(FLOATS, [10**400, -(10**400), 1])
    assert (array.tolist(), wrong) == ([math.inf, -math.inf, 1.0], [])


@pytest.mark.parametrize(
    ("values", "found"),
    [
        ([1.0, "2"], "1', found a string"),
        ([None], "0', found null"),
        ([0.5, True], "1', found a boolean"),
        ([False, 0.5], "0', found a boolean"),
        ([10**400, True], "1', found a boolean"),
        ([10**400, "x"], "1', found a string"),
        ([[1.0]], "0', found an array"),
    ],
)
def test_what_is_no_number_is_named_with_its_place(values: list[Any], found: str) -> None:
    with pytest.raises(AwsFault, match="SerializationException: Expected a number at '/it/") as raised:
        check(FLOATS, values)
    assert raised.value.message.endswith(found)


@pytest.mark.parametrize(
    ("model", "value"),
    [
        ({"type": "string"}, 5),
        ({"type": "integer"}, 5.0),
        ({"type": "integer"}, True),
        ({"type": "integer"}, "5"),
        ({"type": "float"}, "5"),
        ({"type": "float"}, False),
        ({"type": "boolean"}, 0),
        ({"type": "boolean"}, "true"),
        ({"type": "structure", "members": {}}, []),
        ({"type": "list", "member": {"type": "string"}}, "x"),
        ({"type": "list", "member": {"type": "string"}}, ["x", None]),
        (FLOATS, {"0": 1}),
        ({"type": "map", "key": {"type": "string"}, "value": {"type": "string"}}, []),
        ({"type": "map", "key": {"type": "string"}, "value": {"type": "string"}}, {"a": None}),
        ({"type": "map", "key": {"type": "string"}, "value": {"type": "string"}}, {"a": 1}),
        ({"type": "timestamp"}, True),
        ({"type": "timestamp"}, "yesterday"),
        ({"type": "timestamp"}, math.inf),
        ({"type": "blob"}, 5),
        ({"type": "blob"}, "not base64!"),
    ],
)
def test_another_type_is_a_serialization_exception(model: dict[str, Any], value: Any) -> None:
    with pytest.raises(AwsFault) as raised:
        check(model, value)
    assert raised.value.name == "SerializationException"


@pytest.mark.parametrize(
    ("model", "value", "wrong"),
    [
        ({"type": "string", "min": 2}, "x", ["/it: Member must have length greater than or equal to 2"]),
        ({"type": "string", "max": 2}, "xyz", ["/it: Member must have length less than or equal to 2"]),
        ({"type": "string", "min": 1, "max": 2}, "", ["/it: Member must have length between 1 and 2, inclusive"]),
        ({"type": "string", "enum": ["a", "b"]}, "c", ["/it: Member must satisfy enum value set: [a, b]"]),
        ({"type": "string", "pattern": "a+"}, "ab",
         ["/it: Member must satisfy regular expression pattern: ^a+$"]),
        ({"type": "integer", "min": 1}, 0, ["/it: Member must be greater than or equal to 1"]),
        ({"type": "integer", "max": 1}, 2, ["/it: Member must be less than or equal to 1"]),
        ({"type": "float", "min": 0, "max": 1}, 1.5, ["/it: Member must be between 0 and 1, inclusive"]),
        ({"type": "list", "member": {"type": "string"}, "max": 1}, ["a", "b"],
         ["/it: Member must have length less than or equal to 1"]),
        ({"type": "list", "member": {"type": "float"}, "min": 1}, [],
         ["/it: Member must have length greater than or equal to 1"]),
        ({"type": "blob", "max": 1}, "YWJj", ["/it: Member must have length less than or equal to 1"]),
        ({"type": "map", "key": {"type": "string", "max": 1}, "value": {"type": "string", "max": 1}},
         {"ab": "c", "d": "ef"},
         ["/it: Member must have length less than or equal to 1",
          "/it/d: Member must have length less than or equal to 1"]),
    ],
)  # fmt: skip
def test_broken_constraints_are_noted(model: dict[str, Any], value: Any, wrong: list[str]) -> None:
    assert check(model, value)[1] == wrong


def test_a_structure_keeps_what_it_knows() -> None:
    model = {"type": "structure", "required": ["a"], "members": {"a": {"type": "integer"}, "b": {"type": "string"}}}
    assert check(model, {"a": 1, "b": None, "c": 5}) == ({"a": 1}, [])
    assert check(model, {"b": "x", "A": 1}) == ({"b": "x"}, ["/it/a: Member must not be null"])


def test_a_union_has_one_member() -> None:
    members = {"a": {"type": "integer"}, "b": {"type": "integer"}}
    model = {"type": "structure", "union": True, "members": members}
    rule = "/it: Member must have exactly one of: [a, b]"
    assert check(model, {"b": 1, "other": 2}) == ({"b": 1}, [])
    assert check(model, {})[1] == [rule]
    assert check(model, {"a": 1, "b": 2})[1] == [rule]


def test_a_document_is_any_json() -> None:
    model = {"type": "structure", "document": True, "members": {}}
    for value in ({"a": [None, {"b": 1}]}, [1], "x", True, 5):
        assert check(model, value) == (value, [])


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        (1.5, 1.5),
        (0, 0.0),
        ("1970-01-01T00:01:00Z", 60.0),
        ("1970-01-01T02:00:00+02:00", 0.0),
        ("1970-01-01T00:01:00", 60.0),
    ],
)
def test_a_time_is_seconds_since_the_epoch(value: Any, seconds: float) -> None:
    assert check({"type": "timestamp"}, value) == (seconds, [])


def test_a_blob_is_bytes_whether_it_was_base64_or_the_body_itself() -> None:
    assert check({"type": "blob"}, "YWJj") == (b"abc", [])
    assert check({"type": "blob"}, b"abc") == (b"abc", [])
