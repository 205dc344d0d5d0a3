"""Conditions of policies: wildcards, operators, what a missing fact means, and what is refused."""

from __future__ import annotations

import time
from typing import Any

import pytest

from sensorium.errors import Invalid
from sensorium.server.condition import KEYS, OPERATORS, Condition, listed, matches


def bad(what: str) -> Invalid:
    return Invalid(what)


def holds(operator: str, given: Any, value: str | None, key: str = "aws:PrincipalArn") -> bool:
    condition = Condition.read(operator, key, given, "Condition", bad)
    return condition.holds(lambda asked: value if asked == key.lower() else None)


@pytest.mark.parametrize(
    ("pattern", "value", "fits"),
    [
        ("*", "", True),
        ("", "", True),
        ("", "x", False),
        ("a*c", "abbbc", True),
        ("a*c", "abbb", False),
        ("a?c", "abc", True),
        ("a?c", "ac", False),
        ("*a*b*", "xxaxxbxx", True),
        ("a**", "a", True),
        ("a.c", "abc", False),
        ("[a]", "a", False),
        ("a*a", "a", False),
        ("*ab", "aab", True),
    ],
)
def test_stars_and_question_marks_are_all_there_is(pattern: str, value: str, fits: bool) -> None:
    assert matches(pattern, value) is fits


def test_a_pattern_of_many_stars_takes_no_time() -> None:
    started = time.monotonic()
    assert not matches("a*" * 3000 + "b", "a" * 1000)
    assert time.monotonic() - started < 5


@pytest.mark.parametrize(
    ("operator", "given", "value", "held"),
    [
        ("StringEquals", "x", "x", True),
        ("StringEquals", ["x", "y"], "y", True),
        ("StringEquals", "x", "X", False),
        ("StringEquals", "x*", "xy", False),
        ("StringNotEquals", ["x", "y"], "y", False),
        ("StringNotEquals", ["x", "y"], "z", True),
        ("StringEqualsIgnoreCase", "x", "X", True),
        ("StringNotEqualsIgnoreCase", "x", "X", False),
        ("StringLike", "x*", "xy", True),
        ("StringNotLike", "x*", "xy", False),
        ("ArnEquals", "arn:aws:iam::1:user/*", "arn:aws:iam::1:user/a", True),
        ("ArnLike", "arn:aws:iam::*:user/a", "arn:aws:iam::1:user/a", True),
        ("ArnLike", "arn:*", "arn:aws:iam::1:user/a", False),
        ("ArnLike", "*:*:*:*:*:*", "arn:aws:iam::1:user/a", True),
        ("ArnNotLike", "arn:aws:iam::*:user/b*", "arn:aws:iam::1:user/a", True),
        ("Bool", True, "true", True),
        ("Bool", "false", "true", False),
        ("Null", "true", None, True),
        ("Null", True, "x", False),
        ("Null", "false", "x", True),
    ],
)
def test_operators_compare_as_aws_does(operator: str, given: Any, value: str | None, held: bool) -> None:
    assert holds(operator, given, value) is held


def test_a_fact_that_a_call_does_not_have_fails_what_asks_for_it() -> None:
    for operator in sorted(set(OPERATORS) - {"Null", "Bool"}):
        negated = "Not" in operator
        assert holds(operator, "arn:a:b:c:d:e", None) is negated
        assert holds(f"{operator}IfExists", "arn:a:b:c:d:e", None) is True
    assert holds("Bool", "true", None) is False


def test_keys_are_compared_without_case_but_the_names_of_tags_are_not() -> None:
    assert holds("StringEquals", "x", "x", "AWS:username")
    condition = Condition.read("StringEquals", "aws:RequestTag/Stage", "x", "Condition", bad)
    assert condition.key == "aws:requesttag/Stage"


@pytest.mark.parametrize(
    ("operator", "key", "given", "says"),
    [
        ("IpAddress", "aws:SourceIp", "10.0.0.0/8", "operator 'IpAddress'"),
        ("stringequals", "aws:username", "x", "operator 'stringequals'"),
        ("ForAnyValue:StringLike", "aws:username", "x", "operator 'ForAnyValue:StringLike'"),
        ("NullIfExists", "aws:username", "true", "operator 'NullIfExists'"),
        ("StringEquals", "aws:SourceIp", "x", "key 'aws:SourceIp'"),
        ("StringEquals", "s3:prefix", "x", "key 's3:prefix'"),
        ("StringEquals", "aws:username", [], "non-empty list"),
        ("StringEquals", "aws:username", [5], "non-empty list"),
        ("StringEquals", "aws:username", {"a": "b"}, "non-empty list"),
        ("Bool", "aws:username", "maybe", "true or false"),
        ("StringLike", "aws:PrincipalArn", "${aws:username}", "policy variable"),
    ],
)
def test_what_cannot_be_enforced_is_refused_by_name(operator: str, key: str, given: Any, says: str) -> None:
    with pytest.raises(Invalid) as raised:
        Condition.read(operator, key, given, "Statement[0].Condition", bad)
    assert says in raised.value.message
    assert raised.value.message.startswith("Statement[0].Condition")


def test_keys_are_kept_in_lower_case() -> None:
    assert all(key == key.lower() for key in KEYS)
    assert listed("x", "here", bad) == ("x",)
