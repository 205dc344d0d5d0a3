"""Vectors: put, got, listed and deleted, with AWS's limits and words."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests.server.s3vectors.conftest import INDEX, Aws

from sensorium.home import Home


def vector(key: str = "k", data: Any = (1.0, 2.0, 3.0), **metadata: Any) -> dict[str, Any]:
    return {"key": key, "data": {"float32": list(data)}, "metadata": metadata}


def keys_of(answer: dict[str, Any]) -> list[str]:
    return [member["key"] for member in answer["vectors"]]


def test_what_is_put_is_got(aws: Aws) -> None:
    given = {"title": "Blue", "year": 1971, "score": 0.25, "live": False, "genres": ["folk", 7], "lyrics": "x" * 3000}
    assert aws("PutVectors", **INDEX, vectors=[vector("a", (0.1, 1e-50, 3), **given), vector("b")]) == {}
    found = aws("GetVectors", **INDEX, keys=["b", "none", "a", "a"], returnData=True, returnMetadata=True)["vectors"]
    by_key = {member["key"]: member for member in found}
    assert len(found) == 2
    assert by_key["a"]["metadata"] == given
    assert by_key["a"]["data"]["float32"] == [float(np.float32(0.1)), 0.0, 3.0]
    assert by_key["b"]["metadata"] == {}


def test_only_what_is_asked_for_is_given(aws: Aws) -> None:
    aws.put(a=([1, 2, 3], {"n": 1}))
    assert aws("GetVectors", **INDEX, keys=["a"])["vectors"] == [{"key": "a"}]
    assert aws("ListVectors", **INDEX)["vectors"] == [{"key": "a"}]
    assert aws("ListVectors", **INDEX, returnMetadata=True)["vectors"] == [{"key": "a", "metadata": {"n": 1}}]
    assert aws("GetVectors", **INDEX, keys=["a"], returnData=True)["vectors"] == [
        {"key": "a", "data": {"float32": [1.0, 2.0, 3.0]}}
    ]


def test_a_put_replaces_the_whole_record(aws: Aws) -> None:
    aws.put(a=([1, 2, 3], {"n": 1, "m": 2}))
    aws.put(a=([3, 2, 1], {"n": 5}))
    assert aws("GetVectors", **INDEX, keys=["a"], returnData=True, returnMetadata=True)["vectors"] == [
        {"key": "a", "data": {"float32": [3.0, 2.0, 1.0]}, "metadata": {"n": 5}}
    ]


@pytest.mark.parametrize(
    ("bad", "message", "path"),
    [
        (vector(data=[1.0]), "vector must have length 3, but has length 1", "vectors[1]"),
        (vector(data=[]), "vector must have length 3, but has length 0", "vectors[1]"),
        (vector(data=[1, 2, 1e39]), "vector contains NaNs or Infs", "vectors[1]"),
        (vector(data=[1, 2, float("nan")]), "vector contains NaNs or Infs", "vectors[1]"),
        (vector(n={"a": 1}), "Metadata values must be strings, numbers, booleans, or arrays", "vectors[1].metadata"),
        (vector(n=None), "Metadata values must be strings, numbers, booleans, or arrays", "vectors[1].metadata"),
        (vector(n=[1, True]), "Metadata array values must be strings or numbers", "vectors[1].metadata"),
        (vector(n="x" * 2040), "Filterable metadata must have at most 2048 bytes", "vectors[1].metadata"),
        (vector(lyrics="x" * 40960), "Metadata object must have at most 40960 bytes", "vectors[1].metadata"),
        (vector(**{f"k{n}": 1 for n in range(51)}), "Metadata object must have at most 50 keys", "vectors[1].metadata"),
        ({**vector(), "metadata": ["a"]}, "Metadata must be an object", "vectors[1].metadata"),
    ],
)
def test_one_bad_record_rejects_the_batch(aws: Aws, bad: dict[str, Any], message: str, path: str) -> None:
    fault = aws.refused("PutVectors", **INDEX, vectors=[vector("fine"), bad])
    wanted = f"Invalid record for key 'k': {message}"
    assert (fault.name, fault.message, fault.fields) == ("ValidationException", wanted, ((path, wanted),))
    assert aws("ListVectors", **INDEX) == {"vectors": []}


def test_the_sizes_at_the_limit_pass(aws: Aws) -> None:
    # 4 + (8 + 1 + 2035) = 2048 filterable; the hidden rest fills the whole to 40,960
    full = {"n": "x" * 2035, "lyrics": "é" * ((40960 - 2048 - 8 - 6) // 2)}
    aws("PutVectors", **INDEX, vectors=[vector("k" * 1024, **full)])
    assert aws.refused("PutVectors", **INDEX, vectors=[vector("k", n="x" * 2036)]).name == "ValidationException"


def test_a_zero_vector_is_for_euclidean_only(aws: Aws) -> None:
    aws.put(zero=[0, 0, 0])
    aws.index("round", distanceMetric="cosine")
    fault = aws.refused(
        "PutVectors", vectorBucketName="media", indexName="round", vectors=[vector(data=[0, 1e-60, -0.0])]
    )
    assert fault.message == ("Invalid record for key 'k': cosine distance does not support vectors with zero norm")
    assert fault.fields[0][0] == "vectors[0]"


def test_keys_are_counted_in_characters_and_in_bytes(aws: Aws) -> None:
    fault = aws.refused("PutVectors", **INDEX, vectors=[vector("k" * 1025)])
    assert fault.message == (
        "1 validation error detected. Value with length 1025 at '/vectors/0/key' failed to satisfy constraint: "
        "Member must have length between 1 and 1024, inclusive"
    )
    fault = aws.refused("PutVectors", **INDEX, vectors=[vector("ü" * 600)])
    assert (fault.name, fault.message) == ("ValidationException", "Record key length exceeds the maximum allowed")
    aws("PutVectors", **INDEX, vectors=[vector("ü" * 512)])
    assert keys_of(aws("ListVectors", **INDEX)) == ["ü" * 512]


def test_keys_stand_in_messages_as_they_are(aws: Aws) -> None:
    for key in ("it's", 'say "x"', "a\nb", "x, found y", "k': vector"):
        fault = aws.refused("PutVectors", **INDEX, vectors=[vector(key, [1.0])])
        assert fault.message == f"Invalid record for key '{key}': vector must have length 3, but has length 1"


def test_batches_are_bounded(aws: Aws) -> None:
    assert aws("PutVectors", **INDEX, vectors=[vector(str(n)) for n in range(500)]) == {}
    for operation, members in (
        ("PutVectors", {"vectors": [vector(str(n)) for n in range(501)]}),
        ("PutVectors", {"vectors": []}),
        ("DeleteVectors", {"keys": [str(n) for n in range(501)]}),
        ("GetVectors", {"keys": [str(n) for n in range(101)]}),
    ):
        fault = aws.refused(operation, **INDEX, **members)
        assert fault.name == "ValidationException"
        assert "Member must have length between 1 and" in fault.message
    assert len(aws("GetVectors", **INDEX, keys=[str(n) for n in range(100)])["vectors"]) == 100
    aws("DeleteVectors", **INDEX, keys=[str(n) for n in range(500)])
    assert aws("ListVectors", **INDEX) == {"vectors": []}


def test_deleting_what_is_not_there_is_fine(aws: Aws) -> None:
    aws.put(a=[1, 2, 3], b=[1, 2, 4])
    assert aws("DeleteVectors", **INDEX, keys=["a", "none"]) == {}
    assert keys_of(aws("ListVectors", **INDEX)) == ["b"]


def test_vectors_are_listed_by_pages(aws: Aws) -> None:
    aws("PutVectors", **INDEX, vectors=[vector(f"{n:03}") for n in range(500)])
    aws("PutVectors", **INDEX, vectors=[vector("a" * 1024)])
    first = aws("ListVectors", **INDEX)
    assert keys_of(first) == [f"{n:03}" for n in range(500)]
    assert keys_of(aws("ListVectors", **INDEX, nextToken=first["nextToken"])) == ["a" * 1024]
    seen, token = [], {}
    while True:
        page = aws("ListVectors", **INDEX, maxResults=7, **token)
        seen += keys_of(page)
        if "nextToken" not in page:
            break
        token = {"nextToken": page["nextToken"]}
        assert len(token["nextToken"]) <= 2048
    assert len(seen) == len(set(seen)) == 501
    fault = aws.refused("ListVectors", **INDEX, maxResults=1001)
    assert "'/maxResults'" in fault.message
    assert "Member must be between 1 and 1000, inclusive" in fault.message


def test_a_page_that_ends_with_the_last_vector_names_no_other(aws: Aws) -> None:
    aws.put(a=[1, 2, 3], b=[1, 2, 4])
    assert "nextToken" not in aws("ListVectors", **INDEX, maxResults=2)


def test_a_token_is_good_for_its_own_listing_only(aws: Aws) -> None:
    aws.index("other")
    aws.put(**{str(n): [1, 2, n] for n in range(9)})
    token = aws("ListVectors", **INDEX, maxResults=1)["nextToken"]
    forged = token[:-4] + ("AAAA" if not token.endswith("AAAA") else "BBBB")
    for operation, members in (
        ("ListVectors", {**INDEX, "nextToken": forged}),
        ("ListVectors", {**INDEX, "nextToken": "x"}),
        ("ListVectors", {**INDEX, "nextToken": "é"}),
        ("ListVectors", {**INDEX, "nextToken": token, "segmentIndex": 0, "segmentCount": 2}),
        ("ListVectors", {"vectorBucketName": "media", "indexName": "other", "nextToken": token}),
        ("ListIndexes", {"vectorBucketName": "media", "nextToken": token}),
    ):
        fault = aws.refused(operation, **members)
        assert (fault.name, fault.message) == ("ValidationException", "Invalid nextToken")


def test_a_page_ends_with_a_megabyte(aws: Aws) -> None:
    aws("PutVectors", **INDEX, vectors=[vector(f"{n:03}", lyrics="x" * 40000) for n in range(60)])
    first = aws("ListVectors", **INDEX)
    assert len(first["vectors"]) == 26
    assert keys_of(aws("ListVectors", **INDEX, nextToken=first["nextToken"]))[0] == "026"


def test_segments_are_disjoint_and_together_all(aws: Aws) -> None:
    aws.put(**{str(n): [1, 2, n] for n in range(40)})
    parts = [keys_of(aws("ListVectors", **INDEX, segmentCount=16, segmentIndex=n)) for n in range(16)]
    assert sorted(key for part in parts for key in part) == sorted(str(n) for n in range(40))
    for members in ({"segmentCount": 2}, {"segmentIndex": 0}, {"segmentCount": 2, "segmentIndex": 2}):
        assert aws.refused("ListVectors", **INDEX, **members).name == "ValidationException"


def test_more_vectors_than_the_quota_are_refused(small: Aws) -> None:
    small.bucket()
    small.index()
    small.put(a=[1, 2, 3], b=[1, 2, 3])
    fault = small.refused("PutVectors", **INDEX, vectors=[vector("c")])
    assert fault.name == "ServiceQuotaExceededException"


def test_the_command_and_the_server_see_one_anothers_records(aws: Aws, home: Home) -> None:
    aws.put(a=([1, 2, 3], {"n": 1}))
    (record,) = home.store.open("media", "songs").get(["a"])
    assert (record.vector.tolist(), record.metadata) == ([1.0, 2.0, 3.0], {"n": 1})
    home.store.open("media", "songs").delete(["a"])
    assert aws("GetVectors", **INDEX, keys=["a"]) == {"vectors": []}
