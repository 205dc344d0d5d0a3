"""What a source is, from its bytes. The extension never decides; it breaks ties between kinds of text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import BinaryIO

from sensorium.errors import Unreadable
from sensorium.media import charset, frames, packages, signatures
from sensorium.media.blob import opened
from sensorium.types import Modality, Source

_HEAD = 1 << 16
_CLAIMS_TEXT = (
    "text/",
    "application/json",
    "application/xml",
    "application/x-ndjson",
    "application/x-subrip",
    "application/yaml",
    "application/toml",
)
_HTML = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*<(!doctype\s+html|html|head|body|title|meta|div|p|h1|table)\b", re.I | re.S
)
_SVG = re.compile(
    r"\s*(<\?xml[^>]*>\s*)?(<!--.*?-->\s*)*(<!doctype\s+svg[^>]*>\s*)?(<!--.*?-->\s*)*<(\w+:)?svg\b", re.I | re.S
)
_SRT = re.compile(r"\s*(\d+\s*\r?\n)?\d{1,3}:\d\d:\d\d[,.]\d{1,3}\s*-->\s*\d{1,3}:\d\d:\d\d[,.]\d{1,3}")


@dataclass(frozen=True, slots=True)
class Kind:
    """A media type and the modality that reads it.

    An audio or video container is settled only when it is opened: a ``video/…`` that holds no moving picture is
    AUDIO by the time its segments come out. A ``text/…`` carries the charset that was found.
    """

    media_type: str
    modality: Modality
    charset: charset.Charset | None = None


def sniff(source: Source) -> Kind:
    """The kind of the source, from its bytes. Reads the head, a zip's directory, and all of a text (for its charset).

    Raises Unreadable for an empty file and for one that no reader takes, naming what was found and what is accepted.
    """
    with opened(source) as stream:
        head = stream.read(_HEAD)
        if not head:
            raise Unreadable(f"{source.uri}: the file is empty", code="empty", path=source.uri)
        kind = _by_signature(source, stream, head)
        return kind if kind is not None else _by_text(source, stream, head)


def _by_signature(source: Source, stream: BinaryIO, head: bytes) -> Kind | None:
    if b"%PDF-" in head[:1024]:
        return Kind(signatures.PDF, Modality.DOCUMENT)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return Kind(packages.zipped(source, stream), Modality.DOCUMENT)
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return Kind(packages.compound(source, stream), Modality.DOCUMENT)
    if head.startswith(b"{\\rtf"):
        return Kind(signatures.RTF, Modality.DOCUMENT)
    for table, modality in (
        (signatures.IMAGES, Modality.IMAGE),
        (signatures.AUDIO, Modality.AUDIO),
        (signatures.VIDEO, Modality.VIDEO),
    ):
        if (media_type := _match(table, head)) is not None:
            return Kind(media_type, modality)
    if head.startswith(b"BM") and _is_bitmap(head):
        return Kind("image/bmp", Modality.IMAGE)
    if head.startswith(b"OggS"):
        return _ogg(head)
    if head.startswith(b"\x1a\x45\xdf\xa3"):
        return Kind("video/webm" if b"webm" in head[:64] else "video/x-matroska", Modality.VIDEO)
    if (kind := _iso_media(head)) is not None:
        return kind
    if (stream_type := frames.mpeg(stream, head)) is not None:
        return Kind(stream_type, Modality.VIDEO if stream_type.startswith("video/") else Modality.AUDIO)
    if (found := _match(signatures.FOREIGN, head)) is not None:
        raise _refused(source, f"this is {found}")
    if head.startswith(b"MZ") and (b"PE\0\0" in head or b"\0" in head[:64]):
        raise _refused(source, "this is an executable (Windows)")
    return None


def _match(table: tuple[tuple[int, bytes, str], ...], head: bytes) -> str | None:
    for offset, mark, name in table:
        if head.startswith(mark, offset):
            envelope = signatures.ENVELOPES.get(mark) if offset == 8 else None
            if envelope is None or head.startswith(envelope):
                return name
    return None


def _is_bitmap(head: bytes) -> bool:
    """``BM`` begins many a text: the size of the header that follows must be one of the known ones."""
    return len(head) >= 26 and int.from_bytes(head[14:18], "little") in {12, 16, 40, 52, 56, 64, 108, 124}


def _ogg(head: bytes) -> Kind:
    if any(mark in head[:4096] for mark in (b"\x80theora", b"OVP80", b"BBCD")):
        return Kind("video/ogg", Modality.VIDEO)
    return Kind("audio/ogg", Modality.AUDIO)


def _iso_media(head: bytes) -> Kind | None:
    box = head[4:8]
    if box in {b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"} and _is_box(head):
        return Kind("video/quicktime", Modality.VIDEO)
    if box != b"ftyp":
        return None
    length = min(max(int.from_bytes(head[:4], "big"), 16), 512)
    brands = [head[8:12], *(head[place : place + 4] for place in range(16, length, 4))]
    major = brands[0]
    if major in signatures.PICTURE_BRANDS:
        named = next((b for b in brands if b in {b"avif", b"avis"}), major)
        return Kind(signatures.PICTURE_BRANDS[named], Modality.IMAGE)
    if major in signatures.SOUND_BRANDS:
        return Kind("audio/mp4", Modality.AUDIO)
    if major == b"qt  ":
        return Kind("video/quicktime", Modality.VIDEO)
    if major[:2] == b"3g":
        return Kind("video/3gpp2" if major[:3] == b"3g2" else "video/3gpp", Modality.VIDEO)
    return Kind("video/mp4", Modality.VIDEO)


def _is_box(head: bytes) -> bool:
    """A box's length: 0 for all that follows, 1 for one written later, else at least its own header and no text."""
    length = int.from_bytes(head[:4], "big")
    return length < 2 or 8 <= length < 1 << 29


def _by_text(source: Source, stream: BinaryIO, head: bytes) -> Kind:
    claimed = source.media_type or ""
    parameter = re.search(r"charset=[\"']?([\w.:-]+)", claimed)
    found = charset.detect(stream, parameter.group(1) if parameter else None)
    if found is None:
        if (late := frames.mpeg_inside(head)) is not None:
            return Kind(late, Modality.AUDIO)
        raise _refused(source, f"no known format; first bytes {head[:8].hex(' ')}")
    start = head[found.mark :].decode(found.codec, errors="replace")
    if not start.strip() and len(head) < _HEAD:
        raise Unreadable(f"{source.uri}: the file holds only white space", code="empty", path=source.uri)
    return Kind(_text_type(source, start), Modality.TEXT, found)


def _text_type(source: Source, start: str) -> str:
    if _SVG.match(start):
        raise _refused(source, "this is an SVG drawing; export it as PNG")
    if start.startswith("WEBVTT") and start[6:7] in {"", " ", "\t", "\n", "\r"}:
        return "text/vtt"
    named = signatures.TEXT_TYPES.get(PurePosixPath(source.uri.replace("\\", "/")).suffix.lower())
    claim = (source.media_type or "").split(";")[0].strip().lower()
    if named is None and claim.startswith(_CLAIMS_TEXT):
        named = claim
    if _SRT.match(start):
        return "application/x-subrip"
    if named is not None and named not in {"text/plain", "application/x-subrip", "text/vtt"}:
        return named
    if _HTML.match(start):
        return "text/html"
    if start.lstrip().startswith("<?xml"):
        return "application/xml"
    return "text/plain"


def _refused(source: Source, why: str) -> Unreadable:
    return Unreadable(f"{source.uri}: {why}; accepted: {signatures.ACCEPTED}", code="unknown_format", path=source.uri)
