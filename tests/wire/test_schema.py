"""Bedrock's wording for what a body may not hold, collected all at once."""

from __future__ import annotations

import math
from typing import Any

import pytest

from sensorium.wire.fault import AwsFault
from sensorium.wire.schema import Flag, Items, Object, Real, Text, Whole, check, malformed

SCHEMA = Object(
    {
        "name": Text(1, 5),
        "kind": Text(values=("a", "b")),
        "code": Text(pattern="[0-9]{3}"),
        "size": Whole(1, 9),
        "dim": Whole(values=(256, 1024)),
        "share": Real(0.5, 2),
        "is_on": Flag(),
        "tags": Items(Text(1), 1, 2),
        "inner": Object({"a": Text(), "b": Text()}, choices=(("a", "b"),)),
    },
    required=("name",),
)


def violations(document: object) -> tuple[tuple[str, str], ...]:
    with pytest.raises(AwsFault) as caught:
        check(SCHEMA, document)
    assert caught.value.name == "ValidationException"
    return caught.value.fields


@pytest.mark.parametrize(
    "document",
    [
        {"name": "abc"},
        {"name": "a", "kind": "b", "code": "012", "size": 9, "dim": 256, "share": 0.5, "is_on": False},
        {"name": "abcde", "share": 2, "tags": ["x", "y"], "inner": {"b": ""}},
    ],
)
def test_what_fits_comes_back(document: dict[str, Any]) -> None:
    assert check(SCHEMA, document) is document


@pytest.mark.parametrize(
    ("change", "path", "reason"),
    [
        ({"name": ""}, "#/name", "expected minLength: 1, actual: 0"),
        ({"name": "abcdef"}, "#/name", "expected maxLength: 5, actual: 6"),
        ({"name": 5}, "#/name", "expected type: String, found: Integer"),
        ({"name": None}, "#/name", "expected type: String, found: Null"),
        ({"kind": "c"}, "#/kind", "c is not a valid enum value"),
        ({"code": "12x"}, "#/code", "string [12x] does not match pattern [0-9]{3}"),
        ({"code": "123\n"}, "#/code", "string [123\n] does not match pattern [0-9]{3}"),
        ({"size": 0}, "#/size", "0 is not greater or equal to 1"),
        ({"size": 10}, "#/size", "10 is not less or equal to 9"),
        ({"size": 1.5}, "#/size", "expected type: Integer, found: BigDecimal"),
        ({"size": True}, "#/size", "expected type: Integer, found: Boolean"),
        ({"dim": 512}, "#/dim", "512 is not a valid enum value"),
        ({"dim": "1024"}, "#/dim", "expected type: Integer, found: String"),
        ({"share": 0.4}, "#/share", "0.4 is not greater or equal to 0.5"),
        ({"share": 2.5}, "#/share", "2.5 is not less or equal to 2"),
        ({"share": math.nan}, "#/share", "expected type: Number, found: BigDecimal"),
        ({"share": math.inf}, "#/share", "expected type: Number, found: BigDecimal"),
        ({"share": []}, "#/share", "expected type: Number, found: JSONArray"),
        ({"is_on": 1}, "#/is_on", "expected type: Boolean, found: Integer"),
        ({"tags": "x"}, "#/tags", "expected type: JSONArray, found: String"),
        ({"tags": []}, "#/tags", "expected minimum item count: 1, found: 0"),
        ({"tags": ["a", "b", "c"]}, "#/tags", "expected maximum item count: 2, found: 3"),
        ({"tags": ["a", ""]}, "#/tags/1", "expected minLength: 1, actual: 0"),
        ({"inner": []}, "#/inner", "expected type: JSONObject, found: JSONArray"),
        ({"inner": {}}, "#/inner", "exactly one of [a, b] is required, found none"),
        ({"inner": {"a": "", "b": ""}}, "#/inner", "exactly one of [a, b] is required, found [a, b]"),
        ({"colour": 1}, "#", "extraneous key [colour] is not permitted"),
        ({"inner": {"a": "", "c": 1}}, "#/inner", "extraneous key [c] is not permitted"),
    ],
)
def test_each_violation_has_its_path_and_its_words(change: dict[str, Any], path: str, reason: str) -> None:
    assert violations({"name": "abc", **change}) == ((path, reason),)


@pytest.mark.parametrize("document", [None, 5, "x", [], True, 1.5])
def test_a_body_is_an_object(document: object) -> None:
    assert violations(document)[0][1].startswith("expected type: JSONObject, found: ")


def test_a_missing_member_is_named() -> None:
    with pytest.raises(AwsFault) as caught:
        check(SCHEMA, {})
    assert caught.value.message == (
        "Malformed input request: #: required key [name] not found, please reformat your input and try again."
    )


def test_several_violations_are_counted_and_kept() -> None:
    with pytest.raises(AwsFault) as caught:
        check(SCHEMA, {"size": 0, "kind": "c", "x": 1})
    assert caught.value.message == (
        "Malformed input request: 4 schema violations found, please reformat your input and try again."
    )
    assert [path for path, _ in caught.value.fields] == ["#", "#/size", "#/kind", "#"]


def test_a_body_of_nothing_but_violations_is_answered_soon() -> None:
    assert len(violations({"name": "abc", **{f"key {number}": 0 for number in range(100_000)}})) == 100


def test_a_long_value_is_not_repeated_whole() -> None:
    ((_, reason),) = violations({"name": "abc", "kind": "x" * 100_000})
    assert len(reason) < 150
    ((_, reason),) = violations({"name": "abc", "y" * 100_000: 1})
    assert len(reason) < 150


def test_what_is_no_json_has_words_of_its_own() -> None:
    assert malformed().message == "Malformed input request, please reformat your input and try again."
