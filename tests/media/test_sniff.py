from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from sensorium.errors import NotFound, Unreadable
from sensorium.media import signatures
from sensorium.media.sniff import Kind, sniff
from sensorium.types import Modality, Source

RIFF = b"RIFF\x24\0\0\0"
EBML = b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\xf7\x81\x01\x42\xf2\x81\x04\x42\xf3\x81\x08\x42\x82\x88"


def iso(brand: bytes, *others: bytes) -> bytes:
    body = brand + b"\0\0\0\0" + b"".join(others)
    return (len(body) + 8).to_bytes(4, "big") + b"ftyp" + body + b"\0\0\0\x08moov" + bytes(64)


def ogg(payload: bytes) -> bytes:
    return b"OggS\0\x02" + bytes(20) + b"\x01" + bytes([len(payload)]) + payload + bytes(100)


def kind(data: bytes, name: str = "file.xyz", claim: str | None = None) -> tuple[str, Modality]:
    found = sniff(Source(name, data=data, media_type=claim))
    return found.media_type, found.modality


def picture(form: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (8, 8), "red").save(out, form)
    return out.getvalue()


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("PNG", "image/png"),
        ("JPEG", "image/jpeg"),
        ("GIF", "image/gif"),
        ("BMP", "image/bmp"),
        ("TIFF", "image/tiff"),
        ("WEBP", "image/webp"),
        ("AVIF", "image/avif"),
        ("ICO", "image/x-icon"),
        ("PPM", "image/x-portable-pixmap"),
    ],
)
def test_real_pictures(form: str, media_type: str) -> None:
    assert kind(picture(form), "lies.mp3") == (media_type, Modality.IMAGE)


@pytest.mark.parametrize(
    ("data", "media_type", "modality"),
    [
        (iso(b"avif", b"mif1"), "image/avif", Modality.IMAGE),
        (iso(b"mif1", b"avif"), "image/avif", Modality.IMAGE),
        (iso(b"heic", b"mif1"), "image/heic", Modality.IMAGE),
        (iso(b"mif1", b"heic"), "image/heic", Modality.IMAGE),
        (iso(b"isom", b"avc1"), "video/mp4", Modality.VIDEO),
        (iso(b"qt  "), "video/quicktime", Modality.VIDEO),
        (b"\0\0\0\x08wide\0\0\x10\0mdat" + bytes(50), "video/quicktime", Modality.VIDEO),
        (iso(b"3gp4"), "video/3gpp", Modality.VIDEO),
        (iso(b"3g2a"), "video/3gpp2", Modality.VIDEO),
        (iso(b"M4A "), "audio/mp4", Modality.AUDIO),
        (EBML + b"webm" + bytes(50), "video/webm", Modality.VIDEO),
        (EBML + b"matroska" + bytes(50), "video/x-matroska", Modality.VIDEO),
        (RIFF + b"WAVEfmt " + bytes(50), "audio/wav", Modality.AUDIO),
        (b"RF64\xff\xff\xff\xffWAVEds64" + bytes(50), "audio/wav", Modality.AUDIO),
        (RIFF + b"AVI LIST" + bytes(50), "video/x-msvideo", Modality.VIDEO),
        (b"FORM\0\0\0\x20AIFFCOMM" + bytes(50), "audio/aiff", Modality.AUDIO),
        (b"fLaC\0\0\0\x22" + bytes(50), "audio/flac", Modality.AUDIO),
        (ogg(b"OpusHead\x01"), "audio/ogg", Modality.AUDIO),
        (ogg(b"\x01vorbis"), "audio/ogg", Modality.AUDIO),
        (ogg(b"\x80theora"), "video/ogg", Modality.VIDEO),
        (b"FLV\x01\x05\0\0\0\x09" + bytes(50), "video/x-flv", Modality.VIDEO),
        (b"\0\0\x01\xba" + bytes(50), "video/mpeg", Modality.VIDEO),
        (b"\0\0\x01\xb3" + bytes(50), "video/mpeg", Modality.VIDEO),
        ((b"\x47" + bytes(187)) * 9, "video/mp2t", Modality.VIDEO),
        (bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c") + bytes(50), "video/x-ms-wmv", Modality.VIDEO),
        ((b"\xff\xfb\x90\x00" + bytes(413)) * 4, "audio/mpeg", Modality.AUDIO),
        (b"ID3\x03\0\0\0\0\0\x0a" + bytes(10) + (b"\xff\xfb\x90\x00" + bytes(413)) * 4, "audio/mpeg", Modality.AUDIO),
        ((b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)) * 9, "audio/aac", Modality.AUDIO),
        (b"junk before\n%PDF-1.7\n", "application/pdf", Modality.DOCUMENT),
        (rb"{\rtf1\ansi hello}", signatures.RTF, Modality.DOCUMENT),
    ],
)
def test_signatures(data: bytes, media_type: str, modality: Modality) -> None:
    assert kind(data, "lies.txt") == (media_type, modality)


@pytest.mark.parametrize(
    ("name", "data", "media_type"),
    [
        ("a.md", b"# Hi", "text/markdown"),
        ("A.CSV", b"a,b\n1,2", "text/csv"),
        ("a.json", b"{}", "application/json"),
        ("a.py", b"import os", "text/x-python"),
        ("a", b"hello", "text/plain"),
        ("a.jpg", b"hello", "text/plain"),
        ("a.txt", b"<!DOCTYPE html><p>x", "text/html"),
        ("a.txt", b"<!-- c -->\n<html lang=en>", "text/html"),
        ("a.xml", b"<?xml version='1.0'?><html/>", "application/xml"),
        ("a.txt", b"<?xml version='1.0'?><feed/>", "application/xml"),
        ("a.txt", b"WEBVTT\n\n00:01.000 --> 00:02.000\nhi", "text/vtt"),
        ("a.txt", b"1\r\n00:00:01,000 --> 00:00:02,000\r\nhi", "application/x-subrip"),
        ("a.srt", b"no cues here", "text/plain"),
        ("https://host/a.md", b"x", "text/markdown"),
        ("BMW.txt", b"BM is a short name for a long tale of text", "text/plain"),
        ("MZ.txt", b"MZ begins this text", "text/plain"),
    ],
)
def test_kinds_of_text(name: str, data: bytes, media_type: str) -> None:
    assert kind(data, name) == (media_type, Modality.TEXT)


def test_a_claim_names_the_text_where_no_extension_does() -> None:
    assert kind(b"a,b\n", "blob", "text/csv; charset=utf-8") == ("text/csv", Modality.TEXT)
    assert kind(b"hello", "blob", "image/png") == ("text/plain", Modality.TEXT)


def test_the_charset_comes_with_the_kind() -> None:
    found = sniff(Source("a.txt", data="Привет, как дела сегодня утром?".encode("utf-16")))
    assert found.charset is not None
    assert found.charset.codec == "utf-16-le"
    assert isinstance(found, Kind)


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "the file is empty"),
        (b" \n\t\n", "only white space"),
        (b"\x7fELF\x02\x01\x01" + bytes(60), r"this is an executable \(ELF\); accepted: text"),
        (b"MZ\x90\0\x03" + bytes(60), r"an executable \(Windows\)"),
        (b"\x1f\x8b\x08" + bytes(60), "a gzip archive"),
        (bytes(257) + b"ustar\x0000" + bytes(250), "a tar archive"),
        (b"SQLite format 3\0" + bytes(60), "an SQLite database"),
        (b"MThd\0\0\0\x06" + bytes(60), "MIDI notes"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "an SVG drawing; export it as PNG"),
        (b"<?xml version='1.0'?>\n<!-- x -->\n<svg/>", "an SVG drawing"),
        (bytes(range(256)) * 4, "no known format; first bytes 00 01 02 03 04 05 06 07; accepted: text"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "an OLE file that holds no Word"),
    ],
)
def test_what_no_reader_takes_is_named(data: bytes, words: str) -> None:
    with pytest.raises(Unreadable, match=words) as caught:
        sniff(Source("notes.xyz", data=data))
    assert caught.value.message.startswith("notes.xyz: ")
    assert caught.value.path == "notes.xyz"


def test_a_zip_of_other_things_is_named() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as package:
        package.writestr("a.txt", "hello")
        package.writestr("b.txt", "hello")
    with pytest.raises(Unreadable, match="a zip archive of 2 files; unpack it"):
        sniff(Source("a.docx", data=out.getvalue()))


def test_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        sniff(Source("x", path=tmp_path / "x"))
