"""Whether records belong into an index."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sensorium.errors import Conflict, Invalid
from sensorium.exchange import agree
from sensorium.exchange.content import Header
from sensorium.stores.base import IndexSpec, TextKey
from sensorium.types import Metric

SPEC = IndexSpec("default", "photos", 8, Metric.EUCLIDEAN, frozenset({"text"}), (TextKey("text"),), "m@1")
SAID = Header.of(SPEC)
NOTHING = Header()


def test_a_new_index_is_as_the_file_says_and_as_is_asked_before_that() -> None:
    made = agree.new(SAID, NOTHING, "f")
    assert Header.of(made) == SAID
    plain = agree.new(Header(dim=3), NOTHING, "f")
    assert Header.of(plain) == Header(dim=3, metric=Metric.COSINE)
    asked = Header(metric=Metric.COSINE, non_filterable=frozenset({"a"}), text_keys=(TextKey("b"),), model="m@1")
    assert Header.of(agree.new(SAID, asked, "f")) == replace(asked, dim=8)


def test_no_index_can_be_made_for_nothing() -> None:
    with pytest.raises(Invalid, match="f holds no record and says no dimension"):
        agree.new(NOTHING, NOTHING, "f")
    with pytest.raises(Invalid, match="f begins with a vector of no numbers"):
        agree.new(Header(dim=0), NOTHING, "f")


def test_what_agrees_is_let_in() -> None:
    agree.check(SAID, NOTHING, SPEC, "f")
    agree.check(SAID, SAID, SPEC, "f")
    agree.check(Header(dim=8), Header(model="m@1"), SPEC, "f")
    agree.check(NOTHING, Header(model="m@1"), SPEC, "f")
    agree.check(SAID, Header(model="m@1"), replace(SPEC, model=None), "f")
    agree.check(Header(dim=8), NOTHING, replace(SPEC, model=None), "f")


@pytest.mark.parametrize(
    ("said", "asked", "has", "message"),
    [
        (replace(SAID, dim=9), NOTHING, SPEC, "f holds vectors of 9 dimensions, the index default/photos has 8"),
        (replace(SAID, metric=Metric.COSINE), NOTHING, SPEC, "measures euclidean distance, not cosine"),
        (Header(dim=8), Header(metric=Metric.COSINE, model="m@1"), SPEC, "measures euclidean distance, not cosine"),
        (replace(SAID, model="m@2"), NOTHING, SPEC, "holds vectors of m@1, not of m@2"),
        (SAID, Header(model="m@2"), SPEC, "f holds vectors of m@1, not of m@2"),
        (Header(dim=8), Header(model="m@2"), SPEC, "holds vectors of m@1, not of m@2"),
        (Header(dim=8), NOTHING, SPEC, "f does not say which model.*--model m@1"),
        (SAID, NOTHING, replace(SPEC, model=None), "photos does not say which model.*--model m@1"),
        (SAID, Header(non_filterable=frozenset({"x"})), SPEC, "has other non-filterable keys"),
        (SAID, Header(text_keys=(TextKey("x"),)), SPEC, "has other text keys"),
    ],
)
def test_what_disagrees_is_a_conflict(said: Header, asked: Header, has: IndexSpec, message: str) -> None:
    with pytest.raises(Conflict, match=message):
        agree.check(said, asked, has, "f")


def test_a_file_of_one_model_is_not_taken_for_another_by_a_new_index() -> None:
    with pytest.raises(Conflict, match="f holds vectors of m@1, not of m@2"):
        agree.new(SAID, Header(model="m@2"), "f")
