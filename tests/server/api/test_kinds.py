"""What files are sent as."""

from __future__ import annotations

from pathlib import Path

import pytest

from sensorium.server.api.kinds import Kind, Kinds, kind


@pytest.mark.parametrize(
    ("data", "media_type", "is_inline"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png", True),
        (b"II*\0", "image/tiff", False),
        (b"%PDF-1.7", "application/pdf", True),
        (b"ID3\x04", "audio/mpeg", True),
        (b"plain words", "text/plain; charset=utf-8", True),
        (b"<!doctype html><script>alert(1)</script>", "text/plain; charset=utf-8", False),
        (b"<?xml version='1.0'?><a/>", "text/plain; charset=utf-8", False),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>", "application/octet-stream", False),
        (b"\x7fELF\x02", "application/octet-stream", False),
        (b"", "application/octet-stream", False),
    ],
)
def test_bytes_decide_and_nothing_runs(tmp_path: Path, data: bytes, media_type: str, is_inline: bool) -> None:
    (tmp_path / "photo.jpg").write_bytes(data + (b"\0" * 200 if data.startswith((b"II", b"ID3")) else b""))
    assert kind(tmp_path / "photo.jpg") == Kind(media_type, is_inline)


@pytest.mark.parametrize(
    "name", ['a"; filename=evil.exe', "a\r\nset-cookie: x=1", "../../etc/passwd", "é<img onerror=x>", "\ud800"]
)
def test_a_name_stays_a_name(name: str) -> None:
    headers = Kind("image/png", True).headers(name)
    disposition = headers["content-disposition"]
    assert disposition.startswith("inline; filename*=UTF-8''")
    assert disposition.isascii()
    assert not set(disposition.partition("''")[2]) & set('\r\n";/\\<> ')
    assert headers["content-security-policy"] == "default-src 'none'; sandbox"


def test_a_changed_file_is_looked_at_again(tmp_path: Path) -> None:
    kinds, path = Kinds(), tmp_path / "x"
    path.write_bytes(b"words")
    assert kinds.of(path).media_type.startswith("text/plain")
    path.write_bytes(b"\x89PNG\r\n\x1a\n")
    assert kinds.of(path).media_type == "image/png"
