"""An index whose service fails half way, is busy, or lets nobody in."""

from __future__ import annotations

import json
from collections.abc import Iterator

import numpy as np
import pytest
from tests.scripted import Said, Scripted, fault, scripted

from sensorium.errors import Conflict, Invalid, NotFound, SensoriumError, Unavailable
from sensorium.stores.base import IndexSpec, Query
from sensorium.stores.s3vectors import S3VectorsStore
from sensorium.stores.s3vectors.index import S3VectorsIndex
from sensorium.stores.s3vectors.service import Service
from sensorium.types import Record

ARN = "arn:aws:s3vectors:us-east-1:000000000000:bucket/shelf/index/things"
VECTOR = np.array([1, 0, 0], np.float32)


@pytest.fixture
def script() -> Iterator[Scripted]:
    with scripted(Said()) as script:
        yield script


def index_at(script: Scripted, *answers: Said, attempts: int = 1, dim: int = 3) -> S3VectorsIndex:
    script.answers[:] = answers
    return S3VectorsIndex(Service(script.client("s3vectors", attempts)), IndexSpec("shelf", "things", dim), ARN)


def records(count: int, dim: int = 3) -> list[Record]:
    vectors = np.random.default_rng(1).normal(size=(count, dim)).astype(np.float32)
    return [Record(f"{n:04}", vector, {"n": n}) for n, vector in enumerate(vectors)]


def test_a_put_is_one_call_for_500_records(script: Scripted) -> None:
    index = index_at(script, Said())
    assert index.put(records(1001)) == 1001
    bodies = [json.loads(body) for path, body in script.asked if path == "/PutVectors"]
    assert [len(body["vectors"]) for body in bodies] == [500, 500, 1]
    assert {(body["vectorBucketName"], body["indexName"]) for body in bodies} == {("shelf", "things")}
    assert bodies[2]["vectors"][0]["key"] == "1000"


def test_a_chunk_that_the_service_refuses_says_what_is_in_already(script: Scripted) -> None:
    refused = fault("ValidationException", 400, "Invalid record for key '0500': vector contains NaNs or Infs")
    index = index_at(script, Said(), refused)
    with pytest.raises(Invalid, match=r"key '0500'.*; 500 records of this call were stored before") as caught:
        index.put(records(1001))
    assert caught.value.code == "vector_values"
    assert len(script.asked) == 2


def test_a_service_that_goes_away_half_way_is_unavailable(script: Scripted) -> None:
    index = index_at(script, Said(), fault("ServiceUnavailableException", 503, "come back later"))
    with pytest.raises(Unavailable, match="come back later"):
        index.put(records(1001))


def test_a_busy_service_is_asked_again(script: Scripted) -> None:
    busy = fault("TooManyRequestsException", 429)
    index = index_at(script, busy, Said(), busy, Said(), attempts=3)
    assert index.put(records(501)) == 501
    keys = [json.loads(body)["vectors"][0]["key"] for _, body in script.asked]
    assert keys == ["0000", "0000", "0500", "0500"], "the same body goes out again"


@pytest.mark.parametrize(
    ("said", "kind", "code"),
    [
        (fault("ExpiredTokenException", 403), Unavailable, "expired_credentials"),
        (fault("AccessDeniedException", 403), Unavailable, "access_denied"),
        (fault("NotFoundException", 404, "The specified index could not be found"), NotFound, "no_index"),
        (fault("TooManyRequestsException", 429), Unavailable, "throttled"),
        (fault("InternalServerException", 500), Unavailable, "internal"),
        (fault("ServiceQuotaExceededException", 402), Unavailable, "quota"),
        (Said(b"<html>", 502), Unavailable, "aws"),
    ],
)
def test_every_call_tells_what_is_wrong(script: Scripted, said: Said, kind: type[SensoriumError], code: str) -> None:
    index = index_at(script, said)
    for call in (
        lambda: index.put(records(1)),
        lambda: index.get(["a"]),
        lambda: index.delete(["a"]),
        lambda: index.query(Query(1, VECTOR)),
        lambda: index.scan(None, 1),
        lambda: index.count(),
    ):
        with pytest.raises(kind) as caught:
            call()
        assert caught.value.code == code


def test_results_come_by_pages(script: Scripted) -> None:
    def page(names: str, token: str | None) -> Said:
        more = {"nextToken": token} if token else {}
        return Said({"vectors": [{"key": key, "distance": 0.5} for key in names], "distanceMetric": "cosine", **more})

    index = index_at(script, page("ab", "t1"), page("cd", "t2"), page("e", None))
    assert [hit.key for hit in index.query(Query(5, VECTOR))] == ["a", "b", "c", "d", "e"]
    bodies = [json.loads(body) for _, body in script.asked]
    assert [body.pop("nextToken", None) for body in bodies] == [None, "t1", "t2"]
    assert bodies[0] == bodies[1] == bodies[2]


def test_no_more_keys_go_in_a_call_than_it_takes(script: Scripted) -> None:
    index = index_at(script, Said({"vectors": []}))
    keys = [f"{n}" for n in range(620)]
    assert index.get([*keys, "", "x" * 1025, *keys]) == []
    index.delete([*keys, ""])
    asked = [(path, len(json.loads(body)["keys"])) for path, body in script.asked]
    assert [count for path, count in asked if path == "/DeleteVectors"] == [500, 120]
    assert max(count for path, count in asked if path == "/GetVectors") == 100
    assert sum(count for path, count in asked if path == "/GetVectors") == 1240


def test_a_race_for_a_name_is_a_conflict_with_the_name(script: Scripted) -> None:
    script.answers[:] = [fault("ConflictException", 409, "An index with the specified name already exists")]
    with pytest.raises(Conflict, match="shelf/things"):
        S3VectorsStore(script.client("s3vectors")).create(IndexSpec("shelf", "things", 3))
