"""Queries as the members of QueryVectors, and its entries as hits."""

from __future__ import annotations

import sys

import numpy as np
import pytest

from sensorium.filter import parse
from sensorium.stores.base import Query
from sensorium.stores.s3vectors.questions import hits, members
from sensorium.types import Scores

VECTOR = np.array([1, 0], np.float32)


def test_a_query_by_vector() -> None:
    query = Query(7, VECTOR, filter=parse({"n": {"$gt": 1}}), with_metadata=False)
    assert members(query) == {
        "topK": 7,
        "returnMetadata": False,
        "queryVector": {"float32": [1.0, 0.0]},
        "returnDistance": True,
        "filter": {"n": {"$gt": 1}},
    }


def test_a_query_by_words() -> None:
    assert members(Query(7, texts=(("title", "red dress"),))) == {
        "topK": 7,
        "returnMetadata": True,
        "queryTexts": [{"metadataKey": "title", "text": "red dress"}],
        "returnScores": True,
    }


def test_numbers_beyond_float64_are_the_largest() -> None:
    filter = parse({"$or": [{"n": {"$lt": 10**400}}, {"$and": [{"n": {"$in": [-(10**400), 3, "x", True]}}]}]})
    largest = sys.float_info.max
    assert members(Query(1, VECTOR, filter=filter))["filter"] == {
        "$or": [{"n": {"$lt": largest}}, {"$and": [{"n": {"$in": [-largest, 3, "x", True]}}]}]
    }


def test_ties_go_by_key_and_the_far_are_left_out() -> None:
    entries = [
        {"key": "b", "distance": 0.5, "metadata": {"n": 1}},
        {"key": "a", "distance": 0.5},
        {"key": "c", "distance": 0.75},
    ]
    found = hits(Query(3, VECTOR, max_distance=0.6), entries)
    assert [(hit.key, hit.distance, dict(hit.metadata)) for hit in found] == [("a", 0.5, {}), ("b", 0.5, {"n": 1})]


def test_words_keep_the_rank_that_the_service_gives() -> None:
    entries = [
        {
            "key": "b",
            "scores": {"fused": 0.03, "bm25Scores": [{"metadataKey": "t", "score": 2.5}], "vectorDistance": 1},
        },
        {"key": "a", "scores": {"fused": 0.02, "bm25Scores": []}},
    ]
    found = hits(Query(3, VECTOR, texts=(("t", "x"),)), entries)
    assert [hit.key for hit in found] == ["b", "a"]
    assert found[0].scores == Scores(0.03, {"t": 2.5})
    assert found[0].distance == pytest.approx(1)
    assert found[1].distance is None


def test_of_words_and_a_vector_the_near_are_ranked_anew() -> None:
    query = Query(2, VECTOR, texts=(("t", "x"),), max_distance=0.5)
    assert members(query)["topK"] == 10_000

    def entry(key: str, distance: float, score: float | None) -> dict[str, object]:
        scored = [] if score is None else [{"metadataKey": "t", "score": score}]
        return {"key": key, "scores": {"fused": 0.5, "bm25Scores": scored, "vectorDistance": distance}}

    entries = [entry("far", 0.75, 9.0), entry("c", 0.1, None), entry("b", 0.2, 1.0), entry("a", 0.3, 2.0)]
    found = hits(query, entries)
    assert [hit.key for hit in found] == ["a", "b"]
    assert [hit.scores.fused for hit in found if hit.scores] == pytest.approx([1 / 63 + 1 / 61, 1 / 62 + 1 / 62])
