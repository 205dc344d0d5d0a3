"""Originals: ranges, what they are sent as, and that nothing but what was indexed is sent."""

from __future__ import annotations

import os
import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from tests.server.api.conftest import Desk
from tests.server.conftest import until

from sensorium.home import Home
from sensorium.types import Record

Find = Callable[[], dict[str, Any]]


def test_ranges(desk: Desk) -> None:
    address = desk.hit("film.mp4")["media"]["original"]
    data = (desk.library / "film.mp4").read_bytes()
    whole = desk.fetch(address)
    assert (whole.status_code, whole.content, whole.headers["accept-ranges"]) == (200, data, "bytes")
    for asked, part in (("bytes=0-9", data[:10]), ("bytes=10-", data[10:]), ("bytes=-5", data[-5:])):
        answer = desk.fetch(address, range=asked)
        assert (answer.status_code, answer.content) == (206, part), asked
    assert desk.fetch(address, range="bytes=0-9").headers["content-range"] == f"bytes 0-9/{len(data)}"
    huge = desk.fetch(address, range=f"bytes=0-{10**18}")
    assert (huge.status_code, huge.content) == (206, data)
    for asked in (f"bytes={len(data)}-", f"bytes={10**18}-{10**18 + 5}", "bytes=0-1,3-4", f"bytes={'9' * 30}-"):
        answer = desk.fetch(address, range=asked)
        assert (answer.status_code, answer.json()["code"]) == (416, "range"), asked
        assert answer.headers["content-range"] == f"bytes */{len(data)}"
    assert desk.fetch(address, **{"if-none-match": whole.headers["etag"]}).status_code == 304
    stale = desk.fetch(address, range="bytes=0-9", **{"if-range": '"another"'})
    assert (stale.status_code, stale.content) == (200, data)
    head = desk.client.head(desk.running.url + address.partition("#")[0])
    assert (head.status_code, head.headers["content-length"], head.content) == (200, str(len(data)), b"")


def test_bytes_decide_what_a_file_is_sent_as(desk: Desk) -> None:
    page = desk.fetch(desk.hit("page.html")["media"]["original"])
    assert page.headers["content-type"].startswith("text/plain")
    assert page.headers["content-disposition"].startswith("attachment")
    assert page.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in page.headers["content-security-policy"]
    picture = desk.fetch(desk.hit("green.png")["media"]["original"])
    assert picture.headers["content-type"] == "image/png"
    assert picture.headers["content-disposition"] == "inline; filename*=UTF-8''green.png"
    assert picture.headers["cross-origin-resource-policy"] == "same-origin"
    document = desk.fetch(desk.hit("report.pdf")["media"]["original"])
    assert document.headers["content-type"] == "application/pdf"
    assert "default-src 'none'" in document.headers["content-security-policy"]


@pytest.fixture
def photo(own: Desk, tmp_path: Path) -> Find:
    """A record of a picture that lies in a folder of the test's own."""
    folder = tmp_path / "library"
    folder.mkdir()
    Image.new("RGB", (30, 20), "red").save(folder / "photo.png")
    assert own.add("photos", folder)["state"] == "done"

    def found() -> dict[str, Any]:
        return own.hit("photo.png", index="photos")

    return found


def test_a_link_in_the_place_of_a_file_shows_nothing_else(own: Desk, photo: Find, tmp_path: Path) -> None:
    media = photo()["media"]
    path, secret = tmp_path / "library" / "photo.png", tmp_path / "secret.png"
    Image.new("RGB", (30, 20), "blue").save(secret)
    before = path.stat()
    path.unlink()
    path.symlink_to(secret)
    os.utime(secret, ns=(before.st_atime_ns, before.st_mtime_ns))  # even where size and time are the same
    answer = own.fetch(media["original"])
    assert (answer.status_code, answer.json()["code"]) == (404, "changed")
    assert own.fetch(media["thumbnail"]).status_code == 404
    path.unlink()
    path.symlink_to("/etc/passwd")
    assert own.fetch(media["original"]).json()["code"] == "changed"
    path.unlink()
    path.symlink_to(path)
    assert own.fetch(media["original"]).json()["code"] == "missing"
    path.unlink()
    os.mkfifo(path)
    assert own.fetch(media["original"]).json()["code"] == "missing"


def test_a_file_that_moved_behind_a_link_is_still_itself(own: Desk, photo: Find, tmp_path: Path) -> None:
    media = photo()["media"]
    path, away = tmp_path / "library" / "photo.png", tmp_path / "away.png"
    data = path.read_bytes()
    path.rename(away)
    path.symlink_to(away)
    assert own.fetch(media["original"]).content == data


def test_missing_originals_leave_the_record_usable(own: Desk, photo: Find, tmp_path: Path) -> None:
    (tmp_path / "library" / "photo.png").unlink()
    hit = photo()
    assert hit["missing"] is True
    answer = own.fetch(hit["media"]["original"])
    assert (answer.status_code, answer.json()["code"]) == (404, "missing")
    assert own.search({"record": hit["key"]}, index="photos")["total"] == 0


def test_a_changed_file_is_not_shown_as_what_was_indexed(own: Desk, photo: Find, tmp_path: Path) -> None:
    media = photo()["media"]
    path = tmp_path / "library" / "photo.png"
    data = path.read_bytes()
    Image.new("RGB", (31, 20), "red").save(path)
    assert own.fetch(media["original"]).json()["code"] == "changed"
    path.write_bytes(data)  # the same bytes at another time are the same file
    assert own.fetch(media["original"]).content == data


def test_what_others_wrote_as_source_is_never_read(own: Desk, photo: Find) -> None:
    own_hit = photo()
    vector = np.ones(64, np.float32)
    evil = {"source": "file:///etc/passwd", "modality": "image", "media_type": "image/png"}
    with Home(own.home) as home:
        home.index("photos").put([Record("evil", vector, evil), Record(own_hit["key"], vector, evil)])
    hits = {hit["key"]: hit for hit in own.search({"text": "x"}, index="photos")["hits"]}
    for key in ("evil", own_hit["key"]):
        assert hits[key]["catalogued"] is False
        assert hits[key]["media"] is None
    stolen = own.fetch(own_hit["media"]["original"])  # the address of the record from before it was overwritten
    assert b"root:" not in stolen.content
    assert stolen.headers["content-type"] == "image/png"


def test_objects_of_buckets_go_through_the_server(own: Desk) -> None:
    bucket = own.home / "objects" / "photos"
    bucket.mkdir(parents=True)
    Image.new("RGB", (30, 20), "red").save(bucket / "a b.png")
    data = (bucket / "a b.png").read_bytes()
    job = own.client.post("/jobs", json={"index": "photos", "paths": ["s3://photos/"]}).json()
    assert own.wait(job["id"])["state"] == "done"
    hit = own.hit("a b.png", index="photos")
    assert (hit["source"], hit["missing"]) == ("s3://photos/a b.png", None)
    part = own.fetch(hit["media"]["original"], range="bytes=1-3")
    assert (part.status_code, part.content, part.headers["content-type"]) == (206, data[1:4], "image/png")
    assert own.fetch(hit["media"]["thumbnail"]).headers["content-type"] == "image/webp"
    Image.new("RGB", (30, 20), "blue").save(bucket / "a b.png")
    assert own.fetch(hit["media"]["original"]).json()["code"] == "changed"
    (bucket / "a b.png").unlink()
    gone = own.fetch(hit["media"]["original"])
    assert (gone.status_code, gone.json()["code"]) == (404, "no_object")


@pytest.mark.skipif(not Path("/proc/self/fd").is_dir(), reason="lists open files as Linux does")
def test_clients_that_go_leave_no_file_open(own: Desk, photo: Find) -> None:
    folder = own.home.parent / "library"
    (folder / "large.txt").write_text("words and more words. " * 200_000)
    assert own.add("photos", folder)["state"] == "done"
    address = own.hit("large.txt", index="photos", k=10_000)["media"]["original"].partition("#")[0]

    def handles() -> int:
        open_files = Path("/proc/self/fd").iterdir()
        return sum(path.resolve() == folder / "large.txt" for path in open_files)

    for _ in range(5):
        with socket.create_connection(("127.0.0.1", own.running.port), timeout=10) as client:
            client.sendall(f"GET {address} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
            assert client.recv(64).startswith(b"HTTP/1.1 200")
    assert until(lambda: handles() == 0)
