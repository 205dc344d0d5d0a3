"""AWS's words for what is wrong with a request, as they were measured."""

from __future__ import annotations

from typing import Any

import pytest

from sensorium.wire.violations import MOST, Violation, Violations, kind, misfit, pointer, smithy

LENGTH = Violation(("vectorBucketName",), "Member must have length between 3 and 63, inclusive", 2)
LENGTH_TEXT = (
    "Value with length 2 at '/vectorBucketName' failed to satisfy constraint: "
    "Member must have length between 3 and 63, inclusive"
)
NULL = Violation(("vectors", 7, "key"), "Member must not be null")
NULL_TEXT = "Value at '/vectors/7/key' failed to satisfy constraint: Member must not be null"


def test_one_violation_is_told_alone_and_in_the_field_list() -> None:
    fault = smithy([LENGTH])
    assert fault.name == "ValidationException"
    assert fault.message == f"1 validation error detected. {LENGTH_TEXT}"
    assert fault.fields == (("/vectorBucketName", LENGTH_TEXT),)


def test_several_stand_in_one_message() -> None:
    fault = smithy([LENGTH, NULL])
    assert fault.message == f"2 validation errors detected. {LENGTH_TEXT}; {NULL_TEXT}"
    assert fault.fields == (("/vectorBucketName", LENGTH_TEXT), ("/vectors/7/key", NULL_TEXT))


def test_a_request_of_many_mistakes_gets_an_answer_of_a_bounded_length() -> None:
    found = Violations()
    for number in range(10_000):
        found.add(("tags", str(number) * 1000), "bad")
    assert len(found.found) == MOST
    assert len(smithy(found.found).message) < 50_000


def test_what_is_of_another_type_cannot_be_read_at_all() -> None:
    fault = misfit(("vectors", 0), "an object", [])
    assert (fault.name, fault.message) == (
        "SerializationException",
        "Expected an object at '/vectors/0', found an array",
    )
    assert misfit((), "an object", None).message == "Expected an object as the request, found null"
    assert pointer(()) == ""


@pytest.mark.parametrize(
    ("value", "name"),
    [(None, "null"), (True, "a boolean"), (1.5, "a number"), ("x", "a string"), ({}, "an object"), ((), "an array"),
     ({1}, "a set")],
)  # fmt: skip
def test_every_value_has_a_name(value: Any, name: str) -> None:
    assert kind(value) == name
