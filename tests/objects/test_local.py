from __future__ import annotations

import os
import threading
from pathlib import Path

import pytest

from sensorium.errors import Conflict, Invalid, NotFound, Unavailable
from sensorium.objects.local import PART, LocalObjects


@pytest.fixture
def objects(tmp_path: Path) -> LocalObjects:
    (tmp_path / "buckets" / "media").mkdir(parents=True)
    (tmp_path / "secret").write_bytes(b"secret")
    return LocalObjects(tmp_path / "buckets")


@pytest.mark.parametrize(
    "key",
    ["../../secret", "a/../../../secret", "..", ".", "/etc/passwd", "a//b", "a/", "a/./b", "a\0b", f"{PART}x"],
)
def test_a_key_that_is_no_path_below_the_bucket_is_refused(objects: LocalObjects, key: str) -> None:
    for call in (objects.info, objects.read, lambda uri: objects.write(uri, b"x", "text/plain")):
        with pytest.raises(Invalid):
            call(f"s3://media/{key}")


def test_a_link_is_neither_read_nor_written_nor_listed(objects: LocalObjects, tmp_path: Path) -> None:
    bucket = tmp_path / "buckets" / "media"
    (bucket / "out").symlink_to(tmp_path)
    (bucket / "direct").symlink_to(tmp_path / "secret")
    for key in ("out/secret", "direct"):
        with pytest.raises(NotFound):
            objects.read(f"s3://media/{key}")
        with pytest.raises(Invalid, match="symbolic link"):
            objects.write(f"s3://media/{key}", b"x", "text/plain")
    assert list(objects.list("s3://media/")) == []
    assert (tmp_path / "secret").read_bytes() == b"secret"


def test_a_bucket_may_be_a_link(objects: LocalObjects, tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "a").write_bytes(b"1")
    (tmp_path / "buckets" / "linked").symlink_to(tmp_path / "elsewhere")
    assert objects.read("s3://linked/a") == b"1"
    objects.write("s3://linked/deep/b", b"2", "text/plain")
    assert (tmp_path / "elsewhere" / "deep" / "b").read_bytes() == b"2"


def test_folders_and_pipes_are_no_objects(objects: LocalObjects, tmp_path: Path) -> None:
    bucket = tmp_path / "buckets" / "media"
    (bucket / "folder").mkdir()
    os.mkfifo(bucket / "pipe")
    for key in ("folder", "pipe"):
        with pytest.raises(NotFound):
            objects.read(f"s3://media/{key}")
    assert list(objects.list("s3://media/")) == []


def test_a_key_beside_a_folder_of_its_name_is_a_conflict(objects: LocalObjects) -> None:
    objects.write("s3://media/a/b", b"x", "text/plain")
    with pytest.raises(Conflict):
        objects.write("s3://media/a", b"x", "text/plain")
    with pytest.raises(Conflict):
        objects.write("s3://media/a/b/c", b"x", "text/plain")
    assert [info.uri for info in objects.list("s3://media/")] == ["s3://media/a/b"]


def test_names_that_are_no_text_have_no_key(objects: LocalObjects, tmp_path: Path) -> None:
    name = os.fsdecode(os.fsencode(tmp_path / "buckets" / "media") + b"/caf\xe9")
    Path(name).write_bytes(b"x")
    assert list(objects.list("s3://media/")) == []


def test_a_part_of_a_key_that_is_too_long_is_said(objects: LocalObjects) -> None:
    with pytest.raises(Invalid, match="too long"):
        objects.write("s3://media/" + "a" * 300, b"", "text/plain")
    with pytest.raises(Invalid, match="too long"):
        objects.read("s3://media/" + "a" * 300)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_access_denied(objects: LocalObjects, tmp_path: Path) -> None:
    objects.write("s3://media/a", b"x", "text/plain")
    (tmp_path / "buckets" / "media" / "a").chmod(0)
    with pytest.raises(Unavailable) as raised:
        objects.read("s3://media/a")
    assert raised.value.code == "access_denied"


def test_a_reader_sees_the_whole_old_or_the_whole_new_object(objects: LocalObjects, tmp_path: Path) -> None:
    states = [bytes([digit]) * 300_000 for digit in range(4)]
    objects.write("s3://media/a", states[0], "text/plain")
    stop = threading.Event()

    def write() -> None:
        while not stop.is_set():
            for state in states:
                objects.write("s3://media/a", state, "text/plain")

    writer = threading.Thread(target=write)
    writer.start()
    try:
        assert all(objects.read("s3://media/a") in states for _ in range(100))
    finally:
        stop.set()
        writer.join()
    assert [path.name for path in (tmp_path / "buckets" / "media").iterdir()] == ["a"]


def test_a_write_that_fails_leaves_what_was_there(objects: LocalObjects, tmp_path: Path) -> None:
    objects.write("s3://media/a", b"old", "text/plain")
    with pytest.raises(Unavailable):
        objects.write("s3://media/a", tmp_path / "missing", "text/plain")
    assert objects.read("s3://media/a") == b"old"
    assert [path.name for path in (tmp_path / "buckets" / "media").iterdir()] == ["a"]
