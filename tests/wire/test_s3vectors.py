"""Members of S3 Vectors and our types, to and fro."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.errors import Invalid
from sensorium.types import Hit, Record, Scores
from sensorium.wire import s3vectors as wire
from sensorium.wire.s3vectors import Arn

RECORD = Record("k", np.array([0.1, 2, 3], np.float32), {"title": "Blue", "tags": ["a", 1]})


def test_an_arn_says_where_something_is() -> None:
    bucket = Arn("us-east-1", "123456789012", "media")
    index = Arn("us-east-1", "123456789012", "media", "songs")
    assert str(bucket) == "arn:aws:s3vectors:us-east-1:123456789012:bucket/media"
    assert str(index) == f"{bucket}/index/songs"
    assert (Arn.parse(str(bucket)), Arn.parse(str(index))) == (bucket, index)
    assert Arn.parse("arn:aws-cn:s3vectors:cn-north-1:123456789012:bucket/media").region == "cn-north-1"


@pytest.mark.parametrize("text", ["", "media", "arn:aws:s3vectors:::bucket/x", f"{Arn('r', '123456789012', 'b')}/x"])
def test_what_is_no_arn_is_invalid(text: str) -> None:
    with pytest.raises(Invalid, match="no ARN of S3 Vectors") as raised:
        Arn.parse(text)
    assert (raised.value.code, raised.value.path) == ("arn", "resourceArn")


def test_a_record_goes_out_and_comes_in() -> None:
    member = wire.put_member(RECORD)
    assert member == {
        "key": "k",
        "data": {"float32": [float(np.float32(0.1)), 2.0, 3.0]},
        "metadata": {"title": "Blue", "tags": ["a", 1]},
    }
    read = wire.put_record(member, 0)
    assert (read.key, list(read.vector), read.metadata) == ("k", member["data"]["float32"], RECORD.metadata)
    assert "metadata" not in wire.put_member(Record("k", RECORD.vector))
    assert wire.put_record({"key": "k", "data": {"float32": RECORD.vector}}, 0).metadata == {}


def test_metadata_that_is_no_object_is_invalid() -> None:
    with pytest.raises(Invalid, match="Invalid record for key 'k': Metadata must be an object") as raised:
        wire.put_record({"key": "k", "data": {"float32": RECORD.vector}, "metadata": "x"}, 3)
    assert raised.value.path == "records[3].metadata"


def test_a_stored_record_shows_what_is_asked_for() -> None:
    assert wire.stored_member(RECORD, False, False) == {"key": "k"}
    full = wire.stored_member(RECORD, True, True)
    read = wire.stored_record(full)
    assert (read.key, read.metadata, read.vector.dtype) == ("k", RECORD.metadata, np.float32)
    assert np.array_equal(read.vector, RECORD.vector)
    assert wire.stored_member(Record("k", RECORD.vector), False, True) == {"key": "k", "metadata": {}}


def test_a_hit_shows_what_it_has_and_is_asked_for() -> None:
    hit = Hit("k", 0.5, {"a": 1})
    assert wire.hit_member(hit, distance=False, metadata=False, scores=True) == {"key": "k"}
    assert wire.hit_member(hit, distance=True, metadata=True, scores=False) == {
        "key": "k",
        "distance": 0.5,
        "metadata": {"a": 1},
    }
    assert wire.hit_of(wire.hit_member(hit, distance=True, metadata=True, scores=False)) == hit


def test_the_scores_of_a_hybrid_query_hold_more_than_those_of_texts() -> None:
    hybrid = Hit("k", 0.5, {}, Scores(0.03, {"title": 1.5}))
    member = wire.hit_member(hybrid, distance=False, metadata=False, scores=True)
    assert member["scores"] == {
        "fused": 0.03,
        "vectorDistance": 0.5,
        "bm25Scores": [{"metadataKey": "title", "score": 1.5}],
    }
    assert wire.hit_of(member) == hybrid
    texts = Hit("k", None, {}, Scores(None, {"title": 1.5}))
    member = wire.hit_member(texts, distance=True, metadata=False, scores=True)
    assert member == {"key": "k", "scores": {"bm25Scores": [{"metadataKey": "title", "score": 1.5}]}}
    assert wire.hit_of(member) == texts


def test_texts_and_their_keys_go_both_ways() -> None:
    texts = (("title", "blue moon"), ("lyrics", "x"))
    assert wire.texts_of(wire.texts_members(texts)) == texts
    keys = [("title", "en"), ("lyrics", None)]
    configuration = wire.metadata_configuration({"b", "a"}, keys, "ACTIVE")
    assert configuration["nonFilterableMetadataKeys"] == ["a", "b"]
    assert configuration["textSearchConfigurations"][0] == {
        "metadataKey": "title",
        "language": "en",
        "status": "ACTIVE",
    }
    assert wire.text_keys_of(configuration["textSearchConfigurations"]) == keys
    assert wire.metadata_configuration((), ()) == {}
