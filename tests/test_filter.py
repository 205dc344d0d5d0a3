"""The grammar and the meaning of filters."""

from __future__ import annotations

import contextlib
import json as jsonlib
import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorium.errors import Invalid
from sensorium.filter import And, Compare, Op, Or, conditions, constraints, keys, matches, number, parse, token, unparse
from sensorium.testing.filters import random_filter

REFUSED: list[tuple[object, str]] = [
    ({}, "empty object"),
    ([], "an empty array"),
    (None, "null"),
    ("x", "'x'"),
    ({"a": 1, "b": 2}, r"found 2 \('a', 'b'"),
    ({"a": 1, "$or": [{"b": 1}]}, "exactly one key"),
    ({"a": None}, "null"),
    ({"a": [1]}, "an array"),
    ({"a": {}}, "empty condition"),
    ({"a": {"x": 1}}, "unknown operator 'x'"),
    ({"a": {"equals": "x"}}, "unknown operator 'equals'"),
    ({"a": {"$regex": "x"}}, r"unknown operator '\$regex'"),
    ({"a": {"$eq": 1, "x": 2}}, "unknown operator 'x'"),
    ({"a": {"$and": [{"b": 1}]}}, r"unknown operator '\$and'"),
    ({"$gt": 1}, r"'\$gt' stands"),
    ({"$not": {"a": 1}}, r"'\$not' stands"),
    ({1: 2}, "where 1 stands"),
    ({"$and": []}, "an empty array"),
    ({"$and": {"a": 1}}, "an object"),
    ({"$or": [{}]}, "empty object"),
    ({"$or": [{"a": 1}, "x"]}, "'x'"),
    ({"$and": [{"a": 1, "b": 2}]}, "exactly one key"),
    ({"a": {"$eq": None}}, r"\$eq on 'a' .* null"),
    ({"a": {"$eq": ["x"]}}, r"\$eq on 'a' .* an array"),
    ({"a": {"$ne": {"b": 1}}}, r"\$ne on 'a' .* an object"),
    ({"a": {"$gt": "1"}}, r"\$gt on 'a' takes a finite number, found '1'"),
    ({"a": {"$gte": True}}, "found true"),
    ({"a": {"$lt": None}}, "found null"),
    ({"a": {"$lte": [1]}}, "found an array"),
    ({"a": {"$gt": float("nan")}}, "found nan"),
    ({"a": {"$gt": float("inf")}}, "found inf"),
    ({"a": float("nan")}, "found nan"),
    ({"a": {"$in": []}}, "an empty array"),
    ({"a": {"$in": "x"}}, "found 'x'"),
    ({"a": {"$nin": ["x", None]}}, "found null in it"),
    ({"a": {"$in": [["x"]]}}, "found an array in it"),
    ({"a": {"$in": [1, {"b": 1}]}}, "found an object in it"),
    ({"a": {"$exists": 1}}, r"\$exists on 'a' takes true or false"),
    ({"a": {"$exists": "true"}}, "true or false"),
    ({"a": {"$startsWith": 1}}, "takes a string"),
    ({"a": {"$startsWith": ["x"]}}, "takes a string"),
    ({"a": {"$gt": "x" * 1000}}, r"x\.\.\.$"),
    ({"a": {"$startsWith": 10**5000}}, "an integer of 16610 bits"),
]


@pytest.mark.parametrize(("json", "said"), REFUSED, ids=[str(number) for number in range(len(REFUSED))])
def test_what_is_refused_names_the_part(json: object, said: str) -> None:
    with pytest.raises(Invalid, match=said) as caught:
        parse(json)
    assert str(caught.value).startswith("Invalid filter: ")
    assert caught.value.code == "invalid_filter"
    assert caught.value.path == "filter"


def test_what_is_parsed() -> None:
    assert parse({"a": "x"}) == Compare("a", Op.EQ, "x")
    assert parse({"a": {"$in": [1, "x", True]}}) == Compare("a", Op.IN, (1, "x", True))
    assert parse({"": "x"}) == Compare("", Op.EQ, "x")
    assert parse({"n": {"$gte": 0, "$lte": 5}}) == And((Compare("n", Op.GTE, 0), Compare("n", Op.LTE, 5)))
    assert parse({"$or": [{"$and": [{"a.b": 1}]}]}) == Or((And((Compare("a.b", Op.EQ, 1),)),))


def test_an_overly_deep_filter_is_refused() -> None:
    def nested(levels: int) -> dict[str, object]:
        json: dict[str, object] = {"a": 1}
        for _ in range(levels):
            json = {"$and": [json]}
        return json

    assert matches(parse(nested(64)), {"a": 1})
    for levels in (65, 900):
        with pytest.raises(Invalid, match="64 deep"):
            parse(nested(levels))


def test_filters_that_are_built_are_checked_too() -> None:
    for build in (
        lambda: Compare("a", Op.GT, "x"),
        lambda: Compare("a", Op.IN, ()),
        lambda: Compare("$and", Op.EQ, 1),
        lambda: And(()),
        lambda: Or(()),
    ):
        with pytest.raises(Invalid):
            build()


def test_filters_that_differ_in_type_differ() -> None:
    assert Compare("a", Op.EQ, 1) != Compare("a", Op.EQ, True)
    assert Compare("a", Op.EQ, 1) != Compare("a", Op.EQ, "1")
    assert Compare("a", Op.EQ, 1) == Compare("a", Op.EQ, 1.0)
    assert Compare("a", Op.IN, (0,)) != Compare("a", Op.IN, (False,))
    assert Compare("a", Op.EQ, 1) != "a"
    assert len({Compare("a", Op.EQ, value) for value in (1, 1.0, True, "1")}) == 3


def test_a_filter_survives_being_written_and_read() -> None:
    rng = random.Random(3)
    for _ in range(2_000):
        filter = random_filter(rng)
        json = unparse(filter)
        assert parse(json) == filter
        assert parse(jsonlib.loads(jsonlib.dumps(json))) == filter


def test_keys_conditions_and_constraints() -> None:
    filter = parse({"$or": [{"a": {"$in": [1, 2, "x"]}}, {"$and": [{"b": {"$gte": 0, "$lt": 5}}, {"a": True}]}]})
    assert keys(filter) == {"a", "b"}
    assert constraints(filter) == 6
    assert [condition.op for condition in conditions(filter)] == [Op.IN, Op.GTE, Op.LT, Op.EQ]


ROWS: list[tuple[object, dict[str, object], bool]] = [
    ({"a": "x"}, {"a": "x"}, True),
    ({"a": "x"}, {"a": ["y", "x"]}, True),
    ({"a": "x"}, {"a": "xy"}, False),
    ({"a": "x"}, {}, False),
    ({"a": 1}, {"a": 1.0}, True),
    ({"a": 1}, {"a": True}, False),
    ({"a": True}, {"a": 1}, False),
    ({"a": True}, {"a": "true"}, False),
    ({"a": False}, {"a": 0}, False),
    ({"a": 0}, {"a": -0.0}, True),
    ({"a": "1"}, {"a": 1}, False),
    ({"a": 2**53}, {"a": 2**53 + 1}, True),
    ({"a": {"$lt": 10**400}}, {"a": 1e308}, True),
    ({"a": {"$gt": -(10**400)}}, {"a": -1e308}, True),
    ({"a": {"$gt": 10**400}}, {"a": 10**401}, False),
    ({"a": {"$ne": "x"}}, {"a": ["y", "x"]}, False),
    ({"a": {"$ne": "x"}}, {"a": ["y"]}, True),
    ({"a": {"$ne": "x"}}, {"a": []}, True),
    ({"a": {"$ne": "x"}}, {}, True),
    ({"a": {"$ne": 1}}, {"a": True}, True),
    ({"a": {"$in": ["x", 1]}}, {"a": 1}, True),
    ({"a": {"$in": ["x", 1]}}, {"a": True}, False),
    ({"a": {"$in": ["x", 1]}}, {}, False),
    ({"a": {"$nin": ["x", 1]}}, {}, True),
    ({"a": {"$nin": ["x", 1]}}, {"a": ["y", 1]}, False),
    ({"a": {"$gt": 1}}, {"a": 2}, True),
    ({"a": {"$gt": 1}}, {"a": 1}, False),
    ({"a": {"$gt": 0}}, {"a": True}, False),
    ({"a": {"$gt": 0}}, {"a": "1"}, False),
    ({"a": {"$gte": 1}}, {"a": [0, 1]}, True),
    ({"a": {"$lt": 1}}, {"a": [2, "0"]}, False),
    ({"a": {"$lte": 1}}, {"a": 1}, True),
    ({"a": {"$lte": 1}}, {}, False),
    ({"a": {"$gt": 4, "$lt": 2}}, {"a": [1, 9]}, True),
    ({"a": {"$exists": True}}, {"a": []}, True),
    ({"a": {"$exists": True}}, {"a": False}, True),
    ({"a": {"$exists": False}}, {"a": ""}, False),
    ({"a": {"$exists": False}}, {"b": 1}, True),
    ({"a": {"$startsWith": "re"}}, {"a": "red"}, True),
    ({"a": {"$startsWith": "re"}}, {"a": ["blue", "red"]}, True),
    ({"a": {"$startsWith": "re"}}, {"a": "Red"}, False),
    ({"a": {"$startsWith": ""}}, {"a": ""}, True),
    ({"a": {"$startsWith": ""}}, {"a": 1}, False),
    ({"a.b": 1}, {"a.b": 1}, True),
    ({"a.b": 1}, {"a": "b"}, False),
    ({"$and": [{"a": 1}, {"b": 2}]}, {"a": 1, "b": 2}, True),
    ({"$and": [{"a": 1}, {"b": 2}]}, {"a": 1}, False),
    ({"$or": [{"a": 1}, {"b": 2}]}, {"b": 2}, True),
    ({"$or": [{"a": 1}, {"b": 2}]}, {"a": 2}, False),
]


@pytest.mark.parametrize(("json", "metadata", "wanted"), ROWS)
def test_matches(json: object, metadata: dict[str, object], wanted: bool) -> None:
    assert matches(parse(json), metadata) is wanted


def test_values_and_numbers() -> None:
    assert len({token(value) for value in (True, 1, "1", "True", 1.0, False, 0)}) == 6
    assert number(10**400) == float("inf")
    assert number(-(10**400)) == float("-inf")
    assert number(2**53 + 1) == 2.0**53


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3)
NAMES = st.sampled_from(["a", "b", "", "$and", "$or", *Op]) | st.text(max_size=2)
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=2))


@settings(max_examples=300, deadline=None)
@given(VALUES)
def test_anything_is_parsed_or_refused(json: object) -> None:
    filter = None
    with contextlib.suppress(Invalid):
        filter = parse(json)
    assert filter is None or parse(unparse(filter)) == filter
