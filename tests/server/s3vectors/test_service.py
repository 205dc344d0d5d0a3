"""The service: calls of many threads, errors of our tree, and crashes between the store and the attributes."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from tests.server.s3vectors.conftest import ACCOUNT, INDEX, REGION, Aws

from sensorium.errors import Corrupt
from sensorium.home import Home
from sensorium.server.call import Answer, Call, Caller
from sensorium.server.s3vectors import S3VectorsService
from sensorium.wire.fault import AwsFault

ARN = "arn:aws:s3vectors:us-east-1:000000000000:bucket/media"


class Crash(BaseException):
    """The process ends here."""


def crash(*_: object) -> None:
    raise Crash


def test_a_call_is_answered_with_members(home: Home) -> None:
    service = S3VectorsService(home)
    answer = service.call(Call("ListVectorBuckets", {}, Caller(ACCOUNT, REGION), "1"))
    assert (service.name, answer) == ("s3vectors", Answer({"vectorBuckets": []}))
    service.close()


def test_a_region_with_an_impossible_name_is_refused(empty: Aws) -> None:
    assert empty.refused("ListVectorBuckets", region="../store").name == "ValidationException"


def test_errors_that_the_servers_log_should_tell_of_come_as_they_are(
    empty: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    def damaged(*_: object) -> list[str]:
        raise Corrupt("damaged", code="damaged")

    monkeypatch.setattr(empty.home.store, "buckets", damaged)
    with pytest.raises(Corrupt):
        empty("ListVectorBuckets")


def test_of_many_who_create_the_same_one_does(empty: Aws) -> None:
    def create(number: int) -> str:
        try:
            empty("CreateVectorBucket", vectorBucketName="media", tags={"who": str(number)})
        except AwsFault as fault:
            return fault.name
        return str(number)

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(create, range(8)))
    (winner,) = [answer for answer in answers if answer != "ConflictException"]
    assert empty("ListTagsForResource", resourceArn=ARN)["tags"] == {"who": winner}


def test_threads_write_and_read_at_once(aws: Aws) -> None:
    def work(number: int) -> None:
        for turn in range(10):
            aws.put(**{f"{number}-{turn}": [number, turn, 0]})
            assert f"{number}-{turn}" in aws.found([number, turn, 0], 1)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(work, range(6)))
    assert len(aws("ListVectors", **INDEX)["vectors"]) == 60


def test_a_crash_before_the_store_made_it_leaves_no_bucket(empty: Aws, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(empty.home.store, "create_bucket", crash)
        with pytest.raises(Crash):
            empty.bucket(tags={"lost": "yes"})
    again = Aws(empty.home)
    assert again("ListVectorBuckets")["vectorBuckets"] == []
    again.bucket(tags={"new": "yes"})
    assert again("ListTagsForResource", resourceArn=ARN)["tags"] == {"new": "yes"}
    again.close()


@pytest.mark.parametrize("step", ["begin_index", "settle_index"])
def test_a_crash_leaves_an_index_whole_or_none(empty: Aws, monkeypatch: pytest.MonkeyPatch, step: str) -> None:
    empty.bucket()
    door: Any = empty.service._regions.named(REGION).door
    with monkeypatch.context() as patch:
        patch.setattr(door, step, crash)
        with pytest.raises(Crash):
            empty.index(tags={"kept": "yes"})
    again = Aws(empty.home)
    names = [found["indexName"] for found in again("ListIndexes", vectorBucketName="media")["indexes"]]
    if step == "begin_index":
        assert names == []
        again.index()
        assert again("ListTagsForResource", resourceArn=f"{ARN}/index/songs")["tags"] == {}
    else:
        assert names == ["songs"]
        assert again("ListTagsForResource", resourceArn=f"{ARN}/index/songs")["tags"] == {"kept": "yes"}
    again.close()


def test_a_crash_after_the_store_dropped_it_leaves_nothing_to_inherit(
    aws: Aws, monkeypatch: pytest.MonkeyPatch
) -> None:
    door: Any = aws.service._regions.named(REGION).door
    aws("TagResource", resourceArn=f"{ARN}/index/songs", tags={"old": "yes"})
    aws.deny("GetVectors")
    with monkeypatch.context() as patch:
        patch.setattr(door, "forget_index", crash)
        patch.setattr(door, "forget_bucket", crash)
        with pytest.raises(Crash):
            aws("DeleteIndex", **INDEX)
        with pytest.raises(Crash):
            aws("DeleteVectorBucket", vectorBucketName="media")
    again = Aws(aws.home)
    assert again("ListVectorBuckets")["vectorBuckets"] == []
    again.bucket()
    again.index()
    assert again("ListTagsForResource", resourceArn=f"{ARN}/index/songs")["tags"] == {}
    assert again.refused("GetVectorBucketPolicy", vectorBucketName="media").name == "NotFoundException"
    again.close()
