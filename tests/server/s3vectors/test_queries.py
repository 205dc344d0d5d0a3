"""QueryVectors: what is found, in which order, with what beside it; filters, modes and texts; AWS's refusals."""

from __future__ import annotations

import math
from typing import Any

import pytest
from tests.server.s3vectors.conftest import INDEX, Aws
from tests.server.s3vectors.test_buckets import make_old

BAD_QUERY = "Query vector contains invalid values or is invalid for this index"


@pytest.fixture
def stocked(aws: Aws) -> Aws:
    """Four songs on a line."""
    aws.put(
        a=([0, 0, 0], {"year": 1970, "title": "blue moon"}),
        b=([1, 0, 0], {"year": 1980, "title": "red moon", "lyrics": "green green grass"}),
        c=([2, 0, 0], {"year": 1990, "title": "blue sea"}),
        d=([3, 0, 0], {"year": 2000}),
    )
    return aws


def test_the_nearest_come_first_with_what_was_asked_for(stocked: Aws) -> None:
    assert stocked.query([1.2, 0, 0], 2) == {"vectors": [{"key": "b"}, {"key": "c"}], "distanceMetric": "euclidean"}
    answer = stocked.query([2, 0, 0], 2, returnDistance=True, returnMetadata=True)
    assert answer["vectors"] == [
        {"key": "c", "distance": 0.0, "metadata": {"year": 1990, "title": "blue sea"}},
        {"key": "b", "distance": 1.0, "metadata": {"year": 1980, "title": "red moon", "lyrics": "green green grass"}},
    ]


def test_a_query_sees_every_write_before_it(stocked: Aws) -> None:
    stocked.put(e=[9, 9, 9])
    assert stocked.found([9, 9, 9], 1) == ["e"]
    stocked("DeleteVectors", **INDEX, keys=["e"])
    assert "e" not in stocked.found([9, 9, 9])


def test_distances_are_those_of_aws(aws: Aws) -> None:
    aws.put(one=[1, 1, 1])
    (hit,) = aws.query([0, 0, 0], returnDistance=True)["vectors"]
    assert math.isclose(hit["distance"], math.sqrt(3), rel_tol=1e-6)
    aws.index("round", distanceMetric="cosine")
    place = {"vectorBucketName": "media", "indexName": "round"}
    vectors = {"same": [2, 0, 0], "across": [0, 5, 0], "against": [-1, 0, 0]}
    members = [{"key": key, "data": {"float32": data}} for key, data in vectors.items()]
    aws("PutVectors", **place, vectors=members)
    answer = aws("QueryVectors", **place, topK=3, queryVector={"float32": [3, 0, 0]}, returnDistance=True)
    assert answer["distanceMetric"] == "cosine"
    assert [(hit["key"], hit["distance"]) for hit in answer["vectors"]] == [
        ("same", 0.0),
        ("across", 1.0),
        ("against", 2.0),
    ]


def test_a_filter_counts_before_top_k(stocked: Aws) -> None:
    assert stocked.found([0, 0, 0], 1, filter={"year": {"$gte": 1985, "$lt": 2000}}) == ["c"]
    assert stocked.found([0, 0, 0], filter={"$or": [{"year": 1970}, {"title": {"$startsWith": "red"}}]}) == ["a", "b"]
    assert stocked.found([0, 0, 0], filter={"year": {"$in": ["1970", True]}}) == []


@pytest.mark.parametrize(
    "filter",
    [{}, {"a": 1, "b": 2}, {"year": {}}, {"year": {"x": 1}}, {"$and": []}, {"year": {"$gt": "x"}}, {"$not": 1}, "x", 5],
)
def test_an_invalid_filter_is_refused(stocked: Aws, filter: Any) -> None:
    fault = stocked.refused("QueryVectors", **INDEX, topK=1, queryVector={"float32": [1, 2, 3]}, filter=filter)
    assert (fault.name, fault.message) == ("ValidationException", "Invalid filter")
    assert fault.fields == (("filter", "Invalid filter"),)


def test_a_hidden_key_is_no_matter_for_a_filter(stocked: Aws) -> None:
    fault = stocked.refused("QueryVectors", **INDEX, topK=1, queryVector={"float32": [1, 2, 3]}, filter={"lyrics": "x"})
    assert fault.message == "Invalid use of non-filterable metadata in filter"
    assert fault.fields[0][0] == "filter"


@pytest.mark.parametrize("data", [[1.0], [1, 2, 1e39], [1, 2, float("inf")], []])
def test_a_bad_query_vector_is_refused(stocked: Aws, data: list[float]) -> None:
    fault = stocked.refused("QueryVectors", **INDEX, topK=1, queryVector={"float32": data})
    assert (fault.name, fault.message, fault.fields) == ("ValidationException", BAD_QUERY, (("vector", BAD_QUERY),))


def test_zero_is_a_query_for_euclidean_only(stocked: Aws) -> None:
    assert stocked.found([0, 0, 0], 1) == ["a"]
    stocked.index("round", distanceMetric="cosine")
    fault = stocked.refused(
        "QueryVectors", vectorBucketName="media", indexName="round", topK=1, queryVector={"float32": [0, 0, 0]}
    )
    assert fault.message == BAD_QUERY


@pytest.mark.parametrize(
    ("members", "message"),
    [
        ({"topK": 1}, "Must specify queryVector, queryTexts, or both"),
        ({"topK": 0}, "1 validation error detected. Value at '/topK' failed to satisfy constraint: "
                      "Member must be greater than or equal to 1"),
        ({"topK": 10_001, "queryVector": {"float32": [1, 2, 3]}},
         "1 validation error detected. Value at '/topK' failed to satisfy constraint: "
         "Member must be between 1 and 10000, inclusive"),
        ({"topK": 1, "queryVector": {"float32": [1, 2, 3]}, "queryMode": "CLASSIC"},
         "queryMode CLASSIC is not supported on an index in ENHANCED mode"),
        ({"topK": 1, "queryTexts": [{"metadataKey": "title", "text": "x"}]},
         "'title' is not searchable as text in media/songs: it has no text keys"),
    ],
)  # fmt: skip
def test_what_makes_no_query_is_refused(stocked: Aws, members: dict[str, Any], message: str) -> None:
    fault = stocked.refused("QueryVectors", **INDEX, **members)
    assert (fault.name, fault.message) == ("ValidationException", message)


def test_an_enhanced_filter_has_a_hundred_constraints_at_most(stocked: Aws) -> None:
    years = list(range(1900, 2000))
    assert stocked.found([0, 0, 0], filter={"year": {"$in": years}}) == ["a", "b", "c"]
    fault = stocked.refused(
        "QueryVectors",
        **INDEX,
        topK=1,
        queryVector={"float32": [1, 2, 3]},
        filter={"$and": [{"year": {"$in": years}}, {"year": 1970}]},
    )
    assert (fault.name, "100 constraints, but has 101" in fault.message) == ("ValidationException", True)


def test_a_classic_index_knows_less_unless_the_query_says_enhanced(stocked: Aws) -> None:
    make_old(stocked)
    stocked("UpdateIndexMode", **INDEX, indexMode="CLASSIC")
    starts = {"title": {"$startsWith": "blue"}}
    fault = stocked.refused("QueryVectors", **INDEX, topK=9, queryVector={"float32": [0, 0, 0]}, filter=starts)
    assert fault.message == "Invalid filter"
    assert stocked.found([0, 0, 0], filter=starts, queryMode="ENHANCED") == ["a", "c"]
    assert len(stocked.found([0, 0, 0], filter={"year": {"$nin": list(range(150))}})) == 4
    fault = stocked.refused("QueryVectors", **INDEX, topK=9, queryTexts=[{"metadataKey": "title", "text": "x"}])
    assert "ENHANCED mode" in fault.message


def test_a_text_key_is_asked_once(stocked: Aws) -> None:
    searchable(stocked)
    twice = [{"metadataKey": "title", "text": "blue"}, {"metadataKey": "title", "text": "red"}]
    fault = stocked.refused("QueryVectors", **INDEX, topK=1, queryTexts=twice)
    assert fault.message == "A query takes one text a metadata key, found two for 'title'"
    assert fault.fields[0][0] == "queryTexts[1]"


def test_texts_find_what_holds_their_words(stocked: Aws) -> None:
    searchable(stocked)
    title = [{"metadataKey": "title", "text": "moons"}]
    answer = stocked.query(queryTexts=title, returnDistance=True, returnMetadata=True)
    assert sorted(hit["key"] for hit in answer["vectors"]) == ["a", "b"]
    assert all(set(hit) == {"key", "metadata"} for hit in answer["vectors"])
    assert stocked.found(queryTexts=title, filter={"year": {"$gt": 1975}}) == ["b"]
    assert stocked.found(queryTexts=[{"metadataKey": "lyrics", "text": "grass"}]) == ["b"]
    stocked("DeleteVectors", **INDEX, keys=["b"])
    assert stocked.found(queryTexts=title) == ["a"]


def test_the_scores_of_texts_are_bm25_by_key(stocked: Aws) -> None:
    searchable(stocked)
    both = [{"metadataKey": "title", "text": "red"}, {"metadataKey": "lyrics", "text": "green"}]
    (hit,) = stocked.query(queryTexts=both, returnScores=True)["vectors"]
    assert set(hit) == {"key", "scores"}
    assert set(hit["scores"]) == {"bm25Scores"}
    scores = {score["metadataKey"]: score["score"] for score in hit["scores"]["bm25Scores"]}
    assert set(scores) == {"title", "lyrics"}
    assert all(score > 0 for score in scores.values())


def test_a_hybrid_query_fuses_both_rankings(stocked: Aws) -> None:
    searchable(stocked)
    moon = [{"metadataKey": "title", "text": "moon"}]
    answer = stocked.query([3, 0, 0], 4, queryTexts=moon, returnScores=True)
    fused = [hit["scores"]["fused"] for hit in answer["vectors"]]
    assert fused == sorted(fused, reverse=True)
    assert {hit["key"] for hit in answer["vectors"][:2]} == {"a", "b"}
    by_key = {hit["key"]: hit["scores"] for hit in answer["vectors"]}
    assert by_key["d"]["vectorDistance"] == 0.0
    assert by_key["d"]["bm25Scores"] == []
    assert by_key["b"]["vectorDistance"] == 2.0
    assert [score["metadataKey"] for score in by_key["b"]["bm25Scores"]] == ["title"]
    plain = stocked.query([3, 0, 0], 4, queryTexts=moon)["vectors"]
    assert [hit["key"] for hit in plain] == [hit["key"] for hit in answer["vectors"]]
    assert all(set(hit) == {"key"} for hit in plain)


def test_scores_are_no_part_of_a_query_by_vector_alone(stocked: Aws) -> None:
    assert stocked.query([0, 0, 0], 1, returnScores=True)["vectors"] == [{"key": "a"}]


def test_texts_are_paged_too(stocked: Aws) -> None:
    searchable(stocked)
    members = [{"key": f"{n:03}", "data": {"float32": [n, 0, 0]}, "metadata": {"title": "moon"}} for n in range(230)]
    stocked("PutVectors", **INDEX, vectors=members)
    for vector in (None, [0.0, 0.0, 0.0]):
        seen: list[str] = []
        token: dict[str, str] = {}
        while True:
            page = stocked.query(vector, 220, queryTexts=[{"metadataKey": "title", "text": "moon"}], **token)
            seen += [hit["key"] for hit in page["vectors"]]
            if "nextToken" not in page:
                break
            token = {"nextToken": page["nextToken"]}
        assert len(seen) == len(set(seen)) == 220


def searchable(aws: Aws) -> None:
    aws(
        "UpdateMetadataConfiguration",
        **INDEX,
        add={"textSearchConfigurations": [{"metadataKey": "title", "language": "en"}, {"metadataKey": "lyrics"}]},
    )
