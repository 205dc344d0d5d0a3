"""Query files, good and hostile."""

from __future__ import annotations

import io
import socket
import struct
import zipfile
import zlib
from pathlib import Path

import pytest
from PIL import Image
from tests.server.api.conftest import FILE, Desk

from sensorium.server.api.uploadstore import MAX_BYTES, shown_name


def _png(width: int, height: int) -> bytes:
    """A valid picture of one colour, in a few kilobytes whatever its size."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    packer, row = zlib.compressobj(9), b"\0" * (1 + width)
    data = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def _bomb() -> bytes:
    """A DOCX whose one part inflates to gigabytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr(
            "[Content_Types].xml", '<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"/>'
        )
        with package.open("word/document.xml", "w", force_zip64=True) as part:
            part.write(b"<w:document>")
            for _ in range(300):
                part.write(b"\0" * (1 << 20))
    return out.getvalue()


def test_a_picture_is_described(desk: Desk) -> None:
    data = (desk.library / "turned.jpg").read_bytes()
    found = desk.upload(data, "C:\\photos\\my shoe.jpg")
    assert (found["name"], found["modality"], found["media_type"]) == ("my shoe.jpg", "image", "image/jpeg")
    assert (found["width"], found["height"], found["aspect"], found["bytes"]) == (60, 120, 0.5, len(data))
    assert desk.upload(data)["id"] == found["id"]
    told = desk.get(f"/uploads/{found['id']}")
    assert told["expires_s"] > 0
    assert desk.fetch(told["media"]["thumbnail"]).headers["content-type"] == "image/webp"
    assert desk.fetch(told["media"]["original"]).content == data


def test_sound_film_document_and_text_are_described(desk: Desk) -> None:
    tone = desk.upload((desk.library / "tone.wav").read_bytes(), "tone.wav")
    assert (tone["modality"], tone["seconds"], tone["has_sound"]) == ("audio", 8.0, True)
    assert len(desk.fetch(tone["media"]["waveform"] + "?n=10").json()["peaks"]) == 10
    film = desk.upload((desk.library / "film.mp4").read_bytes(), "film.mp4")
    assert (film["modality"], film["width"], film["height"], film["has_sound"]) == ("video", 64, 48, False)
    report = desk.upload((desk.library / "report.pdf").read_bytes(), "report.pdf")
    assert report["modality"] == "document"
    assert "only the first page is taken" in report["notes"][0]
    assert desk.fetch(report["media"]["thumbnail"]).status_code == 200
    words = desk.upload(b"green leaves", "words.txt")
    assert (words["modality"], words["text"], words["media"]["thumbnail"]) == ("text", "green leaves", None)
    silent = desk.client.post("/search", json={"inputs": [{"upload": film["id"], "as": "audio"}]})
    assert (silent.status_code, silent.json()["message"]) == (400, "film.mp4: a video without sound")
    assert desk.search({"upload": tone["id"]})["hits"][0]["title"] == "tone.wav"


@pytest.mark.parametrize(
    ("name", "data", "status", "said"),
    [
        ("bomb.png", _png(30_000, 30_000), 422, "30000 x 30000 pixels"),
        ("bomb.docx", _bomb(), 422, "bomb.docx"),
        ("script.svg", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>', 422, "SVG"),
        ("photo.jpg", b"\x7fELF" + b"\0" * 100, 422, "executable"),
        ("cut.png", b"\x89PNG\r\n\x1a\n" + b"\0" * 50, 422, "cut.png"),
        ("empty", b"", 411, "empty"),
    ],
    ids=["pixels", "zip", "svg", "executable", "broken", "empty"],
)
def test_hostile_files_are_refused_with_a_reason(desk: Desk, name: str, data: bytes, status: int, said: str) -> None:
    answer = desk.client.post("/uploads", params={"name": name}, content=data, headers=FILE)
    assert (answer.status_code, said in answer.json()["message"]) == (status, True), answer.text
    assert str(desk.home) not in answer.text  # where it lay meanwhile is nobody's business
    assert not list((desk.home / "queries").glob(".part-*"))


def test_a_page_named_as_a_picture_is_words(desk: Desk) -> None:
    found = desk.upload(b"<!doctype html><script>alert(1)</script><p>apples", "photo.jpg")
    assert (found["modality"], found["media_type"]) == ("text", "text/html")
    sent = desk.fetch(found["media"]["original"])
    assert sent.headers["content-type"].startswith("text/plain")
    assert sent.headers["content-disposition"].startswith("attachment")


def test_too_much_is_refused_before_it_is_read(desk: Desk) -> None:
    request = (
        f"POST /api/v1/uploads HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/octet-stream\r\n"
        f"Content-Length: {MAX_BYTES + 1}\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", desk.running.port), timeout=20) as client:
        client.sendall(request.encode())
        answer = client.recv(65_536)
    assert answer.startswith(b"HTTP/1.1 413")


def test_a_name_is_only_shown() -> None:
    assert shown_name("../../etc/passwd") == "passwd"
    assert shown_name("<img src=x onerror=alert(1)>.png") == "<img src=x onerror=alert(1)>.png"
    assert shown_name("a\r\nset-cookie: x\0.png") == "aset-cookie: x.png"
    assert shown_name("///") == "file"
    assert len(shown_name("x" * 5_000)) == 200


def test_pictures_of_any_kind_are_taken(desk: Desk, tmp_path: Path) -> None:
    for suffix in ("webp", "gif", "bmp", "tiff"):
        Image.new("RGB", (20, 10), "red").save(tmp_path / f"x.{suffix}")
        found = desk.upload((tmp_path / f"x.{suffix}").read_bytes(), f"x.{suffix}")
        assert (found["modality"], found["width"]) == ("image", 20), suffix
