"""What is inside a zip or an OLE compound file: an office document, a locked one, or an archive that is none."""

from __future__ import annotations

import io
import lzma
import struct
import zipfile
import zlib
from typing import BinaryIO

from sensorium.errors import Unreadable
from sensorium.media import signatures
from sensorium.types import Source

BROKEN = (
    zipfile.BadZipFile, zlib.error, lzma.LZMAError, struct.error, EOFError, OSError, ValueError, NotImplementedError,
)  # fmt: skip
"""What zipfile raises for bytes that are no zip, or no longer."""
_DIRECTORY_LIMIT = 16 << 20
"""Bytes of a zip's directory: 100,000 members; an office document has a few hundred."""
_INFLATED_LIMIT = 1 << 30
_MEMBER_LIMIT = 512 << 20
_RATIO_LIMIT = 250
_RATIO_FLOOR = 32 << 20
_NOTE = "if it is one, save it again as DOCX, PPTX or PDF"


def zipped(source: Source, stream: BinaryIO) -> str:
    """The media type of an office document in a zip; Unreadable for a locked one, a bomb and any other archive."""
    with archive(source, stream) as package:
        names = set(package.namelist())
        if "mimetype" in names:
            claim = _start(source, package, "mimetype", 200).decode("ascii", errors="replace").strip()
            claim = claim.removesuffix("-template")
            if claim in signatures.OFFICE:
                _check_unlocked(source, package)
                return claim
            if claim == "application/epub+zip":
                raise _foreign(source, "an EPUB book")
        if "[Content_Types].xml" in names:
            for folder, media_type in (("word/", signatures.DOCX), ("ppt/", signatures.PPTX), ("xl/", signatures.XLSX)):
                if any(name.startswith(folder) for name in names):
                    return media_type
        raise _foreign(source, f"a zip archive of {len(names):,} files; unpack it")


def archive(source: Source, stream: BinaryIO) -> zipfile.ZipFile:
    """The opened zip, its sizes checked before anything is inflated. Raises Unreadable for a broken one or a bomb."""
    _check_directory(source, stream)
    try:
        package = zipfile.ZipFile(stream)
    except BROKEN as error:
        raise Unreadable(f"{source.uri}: a broken zip: {error}", path=source.uri) from error
    members = package.infolist()
    if any(member.flag_bits & 1 for member in members):
        raise Unreadable(f"{source.uri}: locked with a password", path=source.uri)
    total = sum(member.file_size for member in members)
    packed = sum(member.compress_size for member in members)
    largest = max((member.file_size for member in members), default=0)
    if total > _INFLATED_LIMIT or largest > _MEMBER_LIMIT or (total > _RATIO_FLOOR and total > packed * _RATIO_LIMIT):
        raise Unreadable(
            f"{source.uri}: a decompression bomb: {packed:,} bytes inflate to {total:,}; at most {_INFLATED_LIMIT:,} "
            f"and {_RATIO_LIMIT} times are accepted",
            path=source.uri,
        )
    return package


def compound(source: Source, stream: BinaryIO) -> str:
    """The media type of an OLE file (Office 97-2003), told by its stream names; Unreadable for a locked document."""
    stream.seek(0)
    head = stream.read(4 << 20)
    if _wide("EncryptedPackage") in head or _wide("EncryptionInfo") in head:
        raise Unreadable(f"{source.uri}: locked with a password", path=source.uri)
    for name, media_type in (
        ("WordDocument", signatures.DOC),
        ("PowerPoint Document", signatures.PPT),
        ("Workbook", signatures.XLS),
    ):
        if _wide(name) in head:
            return media_type
    raise _foreign(source, f"an OLE file that holds no Word, PowerPoint or Excel document; {_NOTE}")


def _foreign(source: Source, what: str) -> Unreadable:
    """The error for a file in good order that is of no use here: a run over a folder leaves it out."""
    message = f"{source.uri}: {what}; accepted: {signatures.ACCEPTED}"
    return Unreadable(message, code="unknown_format", path=source.uri)


def _wide(name: str) -> bytes:
    return name.encode("utf-16-le")


def _check_directory(source: Source, stream: BinaryIO) -> None:
    """The size of the directory, from the record at the end, before zipfile reads it whole."""
    length = stream.seek(0, io.SEEK_END)
    stream.seek(max(0, length - (1 << 16) - 22))
    tail = stream.read()
    place = tail.rfind(b"PK\x05\x06")
    stream.seek(0)
    if place < 0 or len(tail) < place + 22:
        raise Unreadable(f"{source.uri}: a truncated zip or office document: its directory is missing", path=source.uri)
    directory = int.from_bytes(tail[place + 12 : place + 16], "little")
    if directory > min(_DIRECTORY_LIMIT, length):
        raise Unreadable(f"{source.uri}: a zip whose directory claims {directory:,} bytes", path=source.uri)


def _check_unlocked(source: Source, package: zipfile.ZipFile) -> None:
    if "META-INF/manifest.xml" in package.namelist():
        manifest = _start(source, package, "META-INF/manifest.xml", 1 << 20)
        if b"encryption-data" in manifest:
            raise Unreadable(f"{source.uri}: locked with a password", path=source.uri)


def _start(source: Source, package: zipfile.ZipFile, name: str, length: int) -> bytes:
    """The first bytes of a member."""
    try:
        with package.open(name) as member:
            return member.read(length)
    except BROKEN as error:
        raise Unreadable(f"{source.uri}: its part {name} is broken: {error}", path=source.uri) from error
