from __future__ import annotations

import io
import zipfile

import pytest
from tests.media import office_files

from sensorium.errors import Unreadable
from sensorium.media import packages, signatures
from sensorium.media.blob import opened
from sensorium.types import Source


def zipped(data: bytes) -> str:
    source = Source("a.bin", data=data)
    with opened(source) as stream:
        return packages.zipped(source, stream)


def compound(*names: str) -> str:
    source = Source("a.bin", data=b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"".join(n.encode("utf-16-le") for n in names))
    with opened(source) as stream:
        return packages.compound(source, stream)


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (office_files.docx("x"), signatures.DOCX),
        (office_files.pptx(["x"]), signatures.PPTX),
        (office_files.xlsx({"a": [["x"]]}), signatures.XLSX),
        (office_files.odt("x"), signatures.ODT),
        (office_files.opendocument("presentation", ""), signatures.ODP),
        (office_files.opendocument("spreadsheet", ""), signatures.ODS),
    ],
)
def test_office_documents_are_told_by_their_members(data: bytes, media_type: str) -> None:
    assert zipped(data) == media_type


def test_old_office_documents_are_told_by_their_streams() -> None:
    assert compound("Root Entry", "WordDocument") == signatures.DOC
    assert compound("Root Entry", "PowerPoint Document") == signatures.PPT
    assert compound("Root Entry", "Workbook") == signatures.XLS


def test_locked_documents_are_unreadable() -> None:
    with pytest.raises(Unreadable, match=r"a\.bin: locked with a password"):
        compound("Root Entry", "EncryptionInfo", "EncryptedPackage")
    manifest = "<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
    with pytest.raises(Unreadable, match="locked with a password"):
        zipped(office_files.opendocument("text", "", manifest))
    locked = bytearray(office_files.docx("x"))
    place = locked.rfind(b"PK\x01\x02")
    locked[place + 8] |= 1
    with pytest.raises(Unreadable, match="locked with a password"):
        zipped(bytes(locked))


def test_a_truncated_package_is_unreadable() -> None:
    data = office_files.docx("hello " * 1000)
    with pytest.raises(Unreadable, match="a truncated zip or office document"):
        zipped(data[: len(data) // 2])


def test_a_directory_that_lies_is_unreadable() -> None:
    data = bytearray(office_files.docx("x"))
    place = data.rfind(b"PK\x05\x06")
    data[place + 12 : place + 16] = b"\xff\xff\xff\x7f"
    with pytest.raises(Unreadable, match="a zip whose directory claims 2,147,483,647 bytes"):
        zipped(bytes(data))
    data[place + 12 : place + 20] = (10).to_bytes(4, "little") + bytes(4)
    with pytest.raises(Unreadable, match="a broken zip"):
        zipped(bytes(data))


def test_bombs_are_told_by_their_stated_sizes() -> None:
    bomb = office_files.package({"[Content_Types].xml": "<Types/>", "word/document.xml": b" " * (64 << 20)})
    assert len(bomb) < 100_000
    with pytest.raises(Unreadable, match=r"a decompression bomb: [\d,]+ bytes inflate to 67,108,872"):
        zipped(bomb)


def test_what_is_no_document_is_named_and_left_out_of_a_folder() -> None:
    out = io.BytesIO()
    zipfile.ZipFile(out, "w").close()
    book = office_files.package({"mimetype": "application/epub+zip"})
    for data, name in ((book, "an EPUB book"), (out.getvalue(), "a zip archive of 0 files; unpack it")):
        with pytest.raises(Unreadable, match=rf"a\.bin: {name}; accepted: .*docx") as caught:
            zipped(data)
        assert caught.value.code == "unknown_format"
    with pytest.raises(Unreadable, match="an OLE file that holds no Word, PowerPoint or Excel document") as caught:
        compound("Root Entry", "Catalog", "256_0123")  # as in Thumbs.db
    assert caught.value.code == "unknown_format"


def test_what_is_broken_or_locked_is_a_failure_also_in_a_folder() -> None:
    data = office_files.docx("hello " * 1000)
    with pytest.raises(Unreadable) as caught:
        zipped(data[: len(data) // 2])
    assert caught.value.code == "unreadable"
