"""The contract, on a local folder, on S3 and on both as one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from sensorium.errors import Invalid, NotFound
from sensorium.objects.base import Objects
from sensorium.objects.joined import JoinedObjects
from sensorium.objects.local import LocalObjects
from sensorium.objects.s3 import S3Objects

BUCKET = "media-1"


@pytest.fixture(params=["local", "s3", "joined local", "joined s3"])
def objects(request: pytest.FixtureRequest, tmp_path: Path) -> Objects:
    local = LocalObjects(tmp_path / "buckets")
    if request.param in ("local", "joined local"):
        (tmp_path / "buckets" / BUCKET).mkdir(parents=True)
        return local if request.param == "local" else JoinedObjects(local, None)
    client: Any = request.getfixturevalue("s3_client")
    client.create_bucket(Bucket=BUCKET)
    for each in client.list_objects_v2(Bucket=BUCKET).get("Contents", ()):
        client.delete_object(Bucket=BUCKET, Key=each["Key"])
    s3: S3Objects = request.getfixturevalue("s3_objects")
    return s3 if request.param == "s3" else JoinedObjects(local, s3)


KEYS = [
    "a.txt",
    "a b.txt",
    "a%20b.txt",
    "a+b.txt",
    "ä/ö ü.txt",
    "日本/写真.png",
    "x?y#z&w=1",
    "q'\"<>.txt",
    "~tilde",
    "back\\slash",
]


def test_what_is_written_is_read_back(objects: Objects, tmp_path: Path) -> None:
    for key in KEYS:
        uri = f"s3://{BUCKET}/{key}"
        objects.write(uri, key.encode(), "text/plain")
        assert objects.read(uri) == key.encode()
        info = objects.info(uri)
        assert (info.uri, info.size) == (uri, len(key.encode()))
        assert info.etag.strip('"') == info.etag != ""
        assert info == objects.fetch(uri, tmp_path / "fetched")
        assert (tmp_path / "fetched").read_bytes() == key.encode()
        assert [found for found in objects.list(uri) if found.uri == uri] == [info]


def test_a_file_is_written_as_its_bytes(objects: Objects, tmp_path: Path) -> None:
    data = bytes(range(256)) * 9000
    (tmp_path / "big").write_bytes(data)
    objects.write(f"s3://{BUCKET}/big", tmp_path / "big", "application/octet-stream")
    assert objects.read(f"s3://{BUCKET}/big") == data
    objects.write(f"s3://{BUCKET}/empty", b"", "text/plain")
    assert objects.read(f"s3://{BUCKET}/empty") == b""


def test_writing_again_replaces_and_changes_the_etag(objects: Objects) -> None:
    uri = f"s3://{BUCKET}/a"
    objects.write(uri, b"one", "text/plain")
    before = objects.info(uri)
    objects.write(uri, b"two", "text/plain")
    assert objects.read(uri) == b"two"
    assert objects.info(uri).etag != before.etag


def test_listing_is_by_prefix_in_the_order_of_the_keys_bytes(objects: Objects) -> None:
    keys = ["a/b", "a-b", "a/b/c.txt", "a/c", "ab", "b", "ä", "a/B"]
    keys.remove("a/b")  # a local bucket cannot hold a key and another below it
    for key in keys:
        objects.write(f"s3://{BUCKET}/{key}", key.encode(), "text/plain")

    def listed(prefix: str) -> list[str]:
        return [info.uri.removeprefix(f"s3://{BUCKET}/") for info in objects.list(prefix)]

    assert listed(f"s3://{BUCKET}") == listed(f"s3://{BUCKET}/") == sorted(keys, key=str.encode)
    assert listed(f"s3://{BUCKET}/a") == ["a-b", "a/B", "a/b/c.txt", "a/c", "ab"]
    assert listed(f"s3://{BUCKET}/a/b") == ["a/b/c.txt"]
    assert listed(f"s3://{BUCKET}/a/b/") == ["a/b/c.txt"]
    assert listed(f"s3://{BUCKET}/zzz") == []


def test_missing_things_are_not_found(objects: Objects, tmp_path: Path) -> None:
    for uri, code in ((f"s3://{BUCKET}/none", "no_object"), ("s3://no-such-bucket-here/a", "no_bucket")):
        for call in (objects.info, objects.read, lambda uri: objects.fetch(uri, tmp_path / "x")):
            with pytest.raises(NotFound) as raised:
                call(uri)
            assert raised.value.code == code, call
            assert uri in raised.value.message or code == "no_bucket"
    with pytest.raises(NotFound):
        list(objects.list("s3://no-such-bucket-here/"))
    with pytest.raises(NotFound):
        objects.write("s3://no-such-bucket-here/a", b"x", "text/plain")


def test_too_large_is_refused_before_it_is_read(objects: Objects, tmp_path: Path) -> None:
    uri = f"s3://{BUCKET}/a"
    objects.write(uri, b"12345", "text/plain")
    assert objects.read(uri, max_bytes=5) == b"12345"
    with pytest.raises(Invalid, match="5 bytes, at most 4 ") as raised:
        objects.read(uri, max_bytes=4)
    assert raised.value.code == "too_large"
    with pytest.raises(Invalid):
        objects.fetch(uri, tmp_path / "x", max_bytes=4)


@pytest.mark.parametrize("uri", ["file:///etc/passwd", "s3://", f"s3://{BUCKET}", f"s3://{BUCKET}/", "s3://../x"])
def test_what_names_no_object_is_invalid(objects: Objects, uri: str) -> None:
    for call in (objects.info, objects.read, lambda uri: objects.write(uri, b"", "text/plain")):
        with pytest.raises(Invalid):
            call(uri)
