"""Sources of a request as bytes."""

from __future__ import annotations

import pytest
from tests.server.bedrock.conftest import ACCOUNT, Shelf

from sensorium.errors import Invalid
from sensorium.server.bedrock.sources import Sources
from sensorium.wire.mediasource import MediaSource

URI = "s3://media/a.png"


def test_inline_bytes_are_the_source(sources: Sources) -> None:
    found = sources.fetch(MediaSource(data=b"abc"), "#/image/source", 3, "image/png")
    assert (found.uri, found.data, found.media_type) == ("#/image/source", b"abc", "image/png")
    with pytest.raises(Invalid, match="#/image/source: 3 bytes; at most 2 are accepted"):
        sources.fetch(MediaSource(data=b"abc"), "#/image/source", 2)


@pytest.mark.parametrize("owner", [None, ACCOUNT])
def test_an_object_is_read_from_its_store(sources: Sources, shelf: Shelf, owner: str | None) -> None:
    shelf.held[URI] = b"abc"
    found = sources.fetch(MediaSource(uri=URI, bucket_owner=owner), "#/image/source", 3)
    assert (found.uri, found.data) == (URI, b"abc")


def test_a_bucket_of_another_owner_is_refused(sources: Sources, shelf: Shelf) -> None:
    shelf.held[URI] = b"abc"
    with pytest.raises(Invalid, match="bucketOwner is 123456789012") as caught:
        sources.fetch(MediaSource(uri=URI, bucket_owner="123456789012"), "#/image/source", 3)
    assert caught.value.code == "access_denied"


def test_an_object_that_is_not_there_is_the_callers_fault(sources: Sources) -> None:
    with pytest.raises(Invalid, match=r"s3://media/a\.png: no object"):
        sources.fetch(MediaSource(uri=URI), "#/image/source", 3)


def test_an_object_that_is_too_large_is_refused(sources: Sources, shelf: Shelf) -> None:
    shelf.held[URI] = b"abcd"
    with pytest.raises(Invalid, match="more than 3 bytes"):
        sources.fetch(MediaSource(uri=URI), "#/image/source", 3)


def test_a_server_without_objects_says_so() -> None:
    with pytest.raises(Invalid, match="no object store"):
        Sources(None, ACCOUNT).fetch(MediaSource(uri=URI), "#/image/source", 3)
