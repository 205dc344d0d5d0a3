"""``sensorium search --explain``."""

from __future__ import annotations

import re

import pytest
from tests.cli.conftest import Command

from sensorium.cli import explanation
from sensorium.stores.base import Query
from sensorium.stores.embedded.plan import Explanation, Steps, Way


def lines(shown: str) -> dict[str, str]:
    """What is explained, by its first word."""
    _, _, block = shown.partition("\nhow they were found\n")
    return dict(re.split(r"\s+", line.strip(), maxsplit=1) for line in block.splitlines())


def test_it_stands_below_the_hits(indexed: Command) -> None:
    plain = indexed.ok("search", "the cat")
    shown = indexed.ok("search", "the cat", "--explain")
    assert shown.startswith(plain)
    found = lines(shown)
    assert re.fullmatch(r"[\d.]+ ms in the index", found.pop("took"))
    assert found == {
        "records": "6 records",
        "way": "exact scan of all vectors",
        "why": "all vectors are at most 16 MB",
        "measured": "6 vectors",
    }


def test_a_filter_is_counted_and_timed(indexed: Command) -> None:
    found = lines(indexed.ok("search", "the cat", "--modality", "text", "--explain"))
    assert found["records"] == "6 records, 2 match the filter"
    assert found["way"] == "exact scan of the matching vectors"
    assert found["measured"] == "2 vectors"
    assert re.fullmatch(r"[\d.]+ ms in the index, [\d.]+ ms of it until the filter was answered", found["took"])


def test_json_has_it_as_an_object(indexed: Command) -> None:
    found = indexed.json("search", "the cat", "--modality", "text", "--hybrid", "--explain")
    assert list(found) == ["hits", "explain"]
    assert found["hits"] == indexed.json("search", "the cat", "--modality", "text", "--hybrid")["hits"]
    explain = found["explain"]
    assert 0 < explain.pop("filter_ms") <= explain.pop("total_ms")
    why = explain["vector"].pop("why")
    assert why == "all vectors are at most 16 MB"
    assert explain == {
        "records": 6,
        "vector": {
            "way": "exact scan of the matching vectors",
            **{"matching": 2, "measured": 2, "lists": 0, "of_lists": 0, "codes": 0, "uncovered": 0},
        },
        "texts": {"text": "the cat"},
    }


def test_what_was_searched_as_text_is_said(indexed: Command) -> None:
    assert lines(indexed.ok("search", "the cat", "--hybrid", "--explain"))["words"] == (
        "'the cat' in the full text of text, fused"
    )
    alone = lines(indexed.ok("search", "the cat", "--text-only", "--explain"))
    assert list(alone) == ["records", "words", "took"]
    assert alone["words"] == "'the cat' in the full text of text"
    assert indexed.json("search", "the cat", "--text-only", "--explain")["explain"]["vector"] is None


def test_where_nothing_is_found_the_way_is_told_all_the_same(indexed: Command) -> None:
    result = indexed("search", "zeppelin", "--text-only", "--explain")
    assert result.exit_code == 0
    assert result.stderr == "nothing found\n"
    assert lines(result.stdout)["records"] == "6 records"


def test_an_inverted_index_says_what_it_looked_at(listed: Command) -> None:
    found = lines(listed.ok("search", "the cat", "--filter", '{"n": {"$gte": 100}}', "--explain", "-k", "3"))
    assert found["records"] == "506 records, 400 match the filter"
    assert found["way"] == "inverted index, then exact distances"
    assert found["why"] == "all vectors are more than 0 bytes"
    assert re.fullmatch(r"\d+ of \d+ lists looked into, \d+ codes in them before the filter", found["lists"])
    assert "tail" not in found


def test_all_that_can_be_said() -> None:
    steps = Steps(Way.LISTS, "because", 10_000, 1_200, 12, 1_788, 3_000, 500)
    query = Query(10, texts=(("text", "a red\ndress"),))
    found = Explanation(200_000, steps, 0.0001, 0.00123)
    assert list(explanation._lines(found, query)) == [
        ("records", "200,000 records"),
        ("way", "inverted index, then exact distances"),
        ("why", "because"),
        ("lists", "12 of 1,788 lists looked into, 3,000 codes in them"),
        ("tail", "500 vectors in no list yet"),
        ("measured", "1,200 vectors"),
        ("words", "'a red dress' in the full text of text, fused"),
        ("took", "1.23 ms in the index"),
    ]


def test_a_store_that_does_not_explain_says_so(indexed: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sensorium.space.explain", lambda index, query: (index.query(query), None))
    shown = indexed.ok("search", "the cat", "--explain")
    assert shown.startswith(indexed.ok("search", "the cat"))
    assert shown.endswith("\n\nthis store does not explain how it finds\n")
    found = indexed.json("search", "the cat", "--explain")
    assert found["hits"]
    assert found["explain"] is None
