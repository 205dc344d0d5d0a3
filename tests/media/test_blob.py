from __future__ import annotations

from pathlib import Path

import pytest

from sensorium.errors import Invalid, NotFound, Unreadable
from sensorium.media import blob
from sensorium.types import Source


def test_a_file_and_bytes_read_alike(tmp_path: Path) -> None:
    path = tmp_path / "a.bin"
    path.write_bytes(b"hello")
    for source in (Source("a.bin", path=path), Source("a.bin", data=b"hello")):
        with blob.opened(source) as stream:
            stream.seek(1)
            assert stream.read() == b"ello"
        assert blob.size(source) == 5
        assert blob.encoded(source, "text/plain").read() == b"hello"


def test_a_file_that_is_not_there_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match=r"gone\.txt: there is no such file") as caught:
        blob.opened(Source("gone.txt", path=tmp_path / "gone.txt"))
    assert caught.value.path == "gone.txt"


def test_a_folder_is_unreadable(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="a folder, not a file"):
        blob.opened(Source("x", path=tmp_path))


def test_a_source_of_nothing_is_invalid() -> None:
    with pytest.raises(Invalid, match="neither a path nor data"):
        blob.opened(Source("x"))


def test_encoded_bytes_are_read_when_they_are_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "late.txt"
    encoded = blob.encoded(Source("late.txt", path=path), "text/plain")
    path.write_bytes(b"now")
    assert encoded.read() == b"now"


def test_what_is_too_long_for_one_call_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "sparse.bin"
    with path.open("wb") as file:
        file.truncate((2 << 30) + 1)
    with pytest.raises(Unreadable, match="2,147,483,649 bytes; at most"):
        blob.encoded(Source("sparse.bin", path=path), "text/plain").read()
