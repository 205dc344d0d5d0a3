"""Filters: strict as AWS is, with a hint in the log; mended with ``--lenient``."""

from __future__ import annotations

import logging

import pytest
from tests.server.s3vectors.conftest import Aws

from sensorium import filter as filters
from sensorium.errors import Invalid
from sensorium.server.s3vectors.filters import mended, read
from sensorium.wire.fault import AwsFault

ARTICLE = {"metadata.type": {"equals": "image"}}


def test_the_articles_filter_is_mended_at_every_depth() -> None:
    assert mended(ARTICLE) == {"type": {"$eq": "image"}}
    assert mended({"$and": [ARTICLE, {"$or": [{"size": {"equals": 1, "$lt": 5}}, {"a.b": 1}]}]}) == {
        "$and": [{"type": {"$eq": "image"}}, {"$or": [{"size": {"$eq": 1, "$lt": 5}}, {"a.b": 1}]}]
    }


@pytest.mark.parametrize("plain", [{"metadata.type": "image"}, {"metadata.n": {"$gt": 1}}, {"equals": "x"}, "x", 5, []])
def test_all_else_stays_as_it_is(plain: object) -> None:
    assert mended(plain) == plain


def test_a_filter_nested_without_end_is_refused() -> None:
    deep: object = {"a": {"equals": 1}}
    for _ in range(5000):
        deep = {"$and": [deep]}
    with pytest.raises(Invalid, match="deep"):
        read(deep, "ENHANCED", lenient=True)
    with pytest.raises(Invalid, match="deep"):
        read(deep, "ENHANCED", lenient=False)


def test_strict_is_the_default_and_the_log_says_how_to_be_lenient(aws: Aws, caplog: pytest.LogCaptureFixture) -> None:
    place = {"vectorBucketName": "media", "indexName": "songs", "topK": 1, "queryVector": {"float32": [1, 2, 3]}}
    with caplog.at_level(logging.WARNING):
        assert aws.refused("QueryVectors", **place, filter=ARTICLE).message == "Invalid filter"
    assert "--lenient" in caplog.text
    caplog.clear()
    with caplog.at_level(logging.WARNING):
        assert aws.refused("QueryVectors", **place, filter={"a": {"b": 1}}).message == "Invalid filter"
    assert caplog.text == ""


def test_a_lenient_server_takes_it(lenient: Aws) -> None:
    lenient.put(a=([1, 2, 3], {"type": "image"}), b=([1, 2, 3], {"type": "text"}))
    assert lenient.found([1, 2, 3], filter=ARTICLE) == ["a"]
    assert lenient.found([1, 2, 3], filter={"type": "text"}) == ["b"]


def test_starts_with_and_the_limit_of_constraints_belong_to_enhanced() -> None:
    starts = {"a": {"$startsWith": "x"}}
    assert read(starts, "ENHANCED", lenient=False) == filters.parse(starts)
    with pytest.raises(AwsFault, match="Invalid filter"):
        read(starts, "CLASSIC", lenient=False)
    many = {"a": {"$in": list(range(101))}}
    assert read(many, "CLASSIC", lenient=False) == filters.parse(many)
    with pytest.raises(AwsFault, match="at most 100 constraints, but has 101"):
        read(many, "ENHANCED", lenient=False)
