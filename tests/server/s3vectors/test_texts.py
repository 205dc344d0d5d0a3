"""Keys of full-text search: read, reported, and for ENHANCED indexes only."""

from __future__ import annotations

import pytest
from tests.server.s3vectors.conftest import INDEX, Aws
from tests.server.s3vectors.test_buckets import make_old

from sensorium.errors import Conflict, NotFound
from sensorium.server.s3vectors import texts
from sensorium.stores.base import IndexSpec, Language, TextKey
from sensorium.wire.fault import AwsFault

SPEC = IndexSpec("media", "songs", 3, text_keys=(TextKey("title", Language.DUTCH),))


def test_a_claimed_status_is_no_matter() -> None:
    members = [{"metadataKey": "title", "language": "nl", "status": "BUILDING"}, {"metadataKey": "lyrics"}]
    assert texts.keys_of(members) == (TextKey("title", Language.DUTCH), TextKey("lyrics"))


def test_a_configuration_says_whether_its_keys_are_active() -> None:
    assert texts.configuration(SPEC, "ACTIVE") == {
        "textSearchConfigurations": [{"metadataKey": "title", "language": "nl", "status": "ACTIVE"}]
    }
    assert texts.configuration(IndexSpec("media", "songs", 3), "BUILDING") == {}


def test_keys_are_added_behind_and_deleted_by_name() -> None:
    assert texts.added(SPEC, "ENHANCED", [{"metadataKey": "lyrics"}]) == (*SPEC.text_keys, TextKey("lyrics"))
    assert texts.deleted(SPEC, "ENHANCED", [{"metadataKey": "title"}]) == ()
    with pytest.raises(Conflict, match="'title' of media/songs is searchable as text already"):
        texts.added(SPEC, "ENHANCED", [{"metadataKey": "title"}])
    with pytest.raises(NotFound, match="'other' of media/songs is not searchable"):
        texts.deleted(SPEC, "ENHANCED", [{"metadataKey": "other"}])


def test_a_classic_index_has_none() -> None:
    texts.check_mode("CLASSIC", ())
    with pytest.raises(AwsFault, match="ENHANCED mode"):
        texts.check_mode("CLASSIC", SPEC.text_keys)
    for change in (texts.added, texts.deleted):
        with pytest.raises(AwsFault, match="ENHANCED mode"):
            change(SPEC, "CLASSIC", [])


def test_an_index_with_such_keys_stays_enhanced(aws: Aws) -> None:
    make_old(aws)
    aws(
        "UpdateMetadataConfiguration",
        **INDEX,
        add={"textSearchConfigurations": [{"metadataKey": "title"}]},
    )
    fault = aws.refused("UpdateIndexMode", **INDEX, indexMode="CLASSIC")
    assert (fault.name, "ENHANCED" in fault.message) == ("ValidationException", True)
    aws("PutVectorBucketDefaultIndexMode", vectorBucketName="media", defaultIndexMode="CLASSIC")
    fault = aws.refused(
        "CreateIndex",
        vectorBucketName="media",
        indexName="old",
        dataType="float32",
        dimension=2,
        distanceMetric="cosine",
        metadataConfiguration={"textSearchConfigurations": [{"metadataKey": "title"}]},
    )
    assert (fault.name, "ENHANCED" in fault.message) == ("ValidationException", True)
