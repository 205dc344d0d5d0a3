"""Queries of more than 100 results: by pages, each result once, also while others write."""

from __future__ import annotations

import time
from typing import Any

import pytest
from tests.server.s3vectors.conftest import INDEX, Aws

from sensorium.server.s3vectors import pages

ORIGIN = [0.0, 0.0, 0.0]


@pytest.fixture
def many(aws: Aws) -> Aws:
    """Records ``000`` to ``349`` on a line, nearest first."""
    members = [{"key": f"{n:03}", "data": {"float32": [float(n), 0.0, 0.0]}} for n in range(350)]
    aws("PutVectors", **INDEX, vectors=members[:200])
    aws("PutVectors", **INDEX, vectors=members[200:])
    return aws


def keys_of(answer: dict[str, Any]) -> list[str]:
    return [hit["key"] for hit in answer["vectors"]]


def names(*numbers: int) -> list[str]:
    return [f"{n:03}" for n in range(*numbers)]


def test_a_hundred_results_are_one_page(many: Aws) -> None:
    answer = many.query(ORIGIN, 100)
    assert keys_of(answer) == names(100)
    assert "nextToken" not in answer


def test_more_come_by_pages_and_end_with_top_k(many: Aws) -> None:
    first = many.query(ORIGIN, 250)
    second = many.query(ORIGIN, 250, nextToken=first["nextToken"], returnDistance=True)
    third = many.query(ORIGIN, 250, nextToken=second["nextToken"])
    assert [keys_of(page) for page in (first, second, third)] == [names(100), names(100, 200), names(200, 250)]
    assert second["vectors"][0] == {"key": "100", "distance": 100.0}
    assert "nextToken" not in third
    assert len(first["nextToken"]) <= 4096


def test_pages_end_with_the_records(many: Aws) -> None:
    seen: list[str] = []
    token: dict[str, str] = {}
    while True:
        page = many.query(ORIGIN, 10_000, filter={"$or": [{"x": {"$exists": False}}, {"x": 1}]}, **token)
        seen += keys_of(page)
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
    assert seen == names(350)


def test_a_page_that_the_last_records_fill_names_no_other(many: Aws) -> None:
    many("DeleteVectors", **INDEX, keys=names(200, 350))
    second = many.query(ORIGIN, 10_000, nextToken=many.query(ORIGIN, 10_000)["nextToken"])
    assert keys_of(second) == names(100, 200)
    assert "nextToken" not in second


def test_what_is_written_in_between_repeats_nothing_and_hides_nothing(many: Aws) -> None:
    token = many.query(ORIGIN, 350)["nextToken"]
    nearer = [{"key": f"new{n:03}", "data": {"float32": [0.5, n / 1000, 0.0]}} for n in range(150)]
    many("PutVectors", **INDEX, vectors=nearer)
    many("DeleteVectors", **INDEX, keys=["099", "100"])
    page = many.query(ORIGIN, 350, nextToken=token)
    assert keys_of(page)[:2] == ["101", "102"]
    rest = keys_of(page)
    while "nextToken" in page:
        page = many.query(ORIGIN, 350, nextToken=page["nextToken"])
        rest += keys_of(page)
    assert rest == names(101, 350)


@pytest.mark.parametrize(
    "changed",
    [
        {"topK": 260},
        {"topK": 50},
        {"queryVector": {"float32": [0.0, 0.0, 1.0]}},
        {"filter": {"n": 1}},
        {"queryMode": "ENHANCED"},
    ],
)
def test_a_token_is_good_for_its_own_query_only(many: Aws, changed: dict[str, Any]) -> None:
    asked = {"topK": 250, "queryVector": {"float32": ORIGIN}}
    token = many("QueryVectors", **INDEX, **asked)["nextToken"]
    fault = many.refused("QueryVectors", **INDEX, **{**asked, **changed}, nextToken=token)
    assert (fault.name, fault.message) == ("ValidationException", "Invalid nextToken")


def test_a_token_lives_for_some_minutes(many: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    token = many.query(ORIGIN, 250)["nextToken"]
    later = time.time() + 16 * 60
    monkeypatch.setattr(pages.time, "time", lambda: later)
    fault = many.refused("QueryVectors", **INDEX, topK=250, queryVector={"float32": ORIGIN}, nextToken=token)
    assert fault.message == "Invalid nextToken"


def test_a_token_is_good_for_another_process(many: Aws) -> None:
    token = many.query(ORIGIN, 250)["nextToken"]
    other = Aws(many.home)
    assert keys_of(other.query(ORIGIN, 250, nextToken=token)) == names(100, 200)
    other.close()
