"""Which characters the bytes mean: a byte order mark, a declaration, UTF-8 by proof, else a guess from a sample."""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import charset_normalizer

from sensorium.media.alphabets import one_byte, two_byte

_BLOCK = 1 << 20
_SAMPLE = 1 << 16
_SHORT = 1 << 13
# UTF-32 first: its little-endian mark begins with UTF-16's.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
_DECLARED = re.compile(
    rb"""<\?xml[^>]{0,200}?encoding\s*=\s*["']([\w.:-]{2,40})|<meta[^>]{0,300}?charset\s*=\s*["']?([\w.:-]{2,40})"""
    rb"""|^[^\n]{0,80}coding[:=]\s*([\w.-]{2,40})""",
    re.IGNORECASE,
)
# What is written in the world; a free choice among all of Python's codecs is worse, since nearly all fit short text.
_LEGACY = (
    "cp1252", "cp1251", "cp1250", "gb18030", "big5", "cp932", "euc_jp", "cp949", "koi8_r", "cp866", "cp1253", "cp1254",
    "cp1255", "cp1256", "cp1257", "cp1258", "cp874", "iso8859_2", "iso8859_5", "iso2022_jp", "tis_620",
)  # fmt: skip
_CONTROLS = bytes(set(range(32)) - {0x07, 0x08, 0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x1A, 0x1B} | {0x7F})
_CONTROL_SHARE = 0.005
"""More control bytes than this are no text; a log with a stray NUL still is."""


@dataclass(frozen=True, slots=True)
class Charset:
    """A codec's name, the length of the byte order mark before the text, and what a reader should know."""

    codec: str
    mark: int = 0
    note: str | None = None


def detect(stream: BinaryIO, claimed: str | None = None) -> Charset | None:
    """The charset of the whole stream, or None where the bytes are no text. Reads in blocks, rewinds to the start.

    ``claimed`` is what a caller says (``charset=`` of a media type); it holds only where the bytes agree.
    """
    stream.seek(0)
    head = stream.read(_SAMPLE)
    if (marked := _marked(head)) is not None:
        return marked
    if (wide := _wide(head)) is not None:
        return Charset(wide)
    fault = _first_fault(stream)
    if fault is None:
        return None
    if fault < 0:
        return Charset("utf-8")
    stream.seek(max(0, fault - _SAMPLE // 2))
    around = stream.read(_SAMPLE)
    for name in (claimed, _declared(head)):
        if name is not None and (codec := _known(name)) is not None and codec != "utf-8" and _fits(around, codec):
            return Charset(codec)
    if _mostly_utf8(around):
        return Charset("utf-8", note="some bytes are not valid UTF-8; they were read as �")
    return _guess(around if fault >= _SAMPLE else head)


def decoded(stream: BinaryIO, charset: Charset) -> Iterator[str]:
    """The text in blocks, newlines as they are, the byte order mark left out; bytes that mean nothing become U+FFFD."""
    decoder = codecs.getincrementaldecoder(charset.codec)(errors="replace")
    stream.seek(charset.mark)
    while block := stream.read(_BLOCK):
        if text := decoder.decode(block):
            yield text
    if text := decoder.decode(b"", final=True):
        yield text


def _marked(head: bytes) -> Charset | None:
    for mark, codec in _MARKS:
        if head.startswith(mark) and _fits(head[len(mark) :], codec):
            return Charset(codec, len(mark))
    return None


def _wide(head: bytes) -> str | None:
    """UTF-16 or UTF-32 without a mark: NULs stand where the high bytes of plain letters and spaces are."""
    if b"\0" not in head or len(head) < 4:
        return None
    places = [head[place::4].count(0) / len(head[place::4]) for place in range(4)]
    if places[3] == 1 and places[2] > 0.9:
        order = ("utf-32-le",)
    elif places[0] == 1 and places[1] > 0.9:
        order = ("utf-32-be",)
    elif min(places[1], places[3]) > 0.02 and max(places[0], places[2]) < 0.01:
        order = ("utf-16-le",)
    elif min(places[0], places[2]) > 0.02 and max(places[1], places[3]) < 0.01:
        order = ("utf-16-be",)
    else:
        return None
    return next((codec for codec in order if _fits(head, codec)), None)


def _first_fault(stream: BinaryIO) -> int | None:
    """Offset of the first byte that is not UTF-8, -1 where all is; None where control bytes say: no text."""
    decoder = codecs.getincrementaldecoder("utf-8")()
    stream.seek(0)
    offset, controls, fault = 0, 0, -1
    while block := stream.read(_BLOCK):
        controls += len(block) - len(block.translate(None, _CONTROLS))
        if fault < 0:
            try:
                decoder.decode(block)
            except UnicodeDecodeError as error:
                fault = offset + error.start
        offset += len(block)
        if controls > 8 + offset * _CONTROL_SHARE:
            return None
    if fault < 0 and decoder.getstate()[0]:
        return offset - len(decoder.getstate()[0])
    return fault


def _mostly_utf8(sample: bytes) -> bool:
    """A few bad bytes in text whose other letters are good UTF-8: a cut or damaged file, not another charset."""
    text = sample.decode("utf-8", errors="replace")
    bad = text.count("\ufffd")
    good = sum(1 for letter in text if letter > "\x7f" and letter != "\ufffd")
    return good >= 8 * bad


def _declared(head: bytes) -> str | None:
    match = _DECLARED.search(head[:2048])
    return next((group.decode("ascii") for group in match.groups() if group), None) if match else None


def _known(name: str) -> str | None:
    """Python's name of a text codec; a page that says latin-1 means Windows-1252, as browsers read it."""
    try:
        found = codecs.lookup(name)
        b"".decode(found.name)
    except LookupError:
        return None
    widened = {"iso8859-1": "cp1252", "ascii": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "shift_jis": "cp932"}
    return widened.get(found.name, found.name)


def _fits(sample: bytes, codec: str) -> bool:
    """Whether the sample decodes to text: nothing undefined but at the cut ends, next to no control characters."""
    text = codecs.getincrementaldecoder(codec)(errors="replace").decode(sample)
    if not text:
        return not sample
    bad = sum(
        1 for letter in text if letter in "\ufffd\ufffe\uffff" or (letter < " " and letter not in "\t\n\v\f\r\x1a\x1b")
    )
    return bad <= 2 + len(text) // 200


def _guess(sample: bytes) -> Charset | None:
    if (certain := two_byte(sample[:_SHORT]) or one_byte(sample[:_SHORT])) is not None and _fits(sample, certain):
        return Charset(certain)
    best = charset_normalizer.from_bytes(sample, cp_isolation=list(_LEGACY), enable_fallback=False).best()
    if best is None:
        return None
    codec = _known(best.encoding)
    return Charset(codec) if codec is not None and _fits(sample, codec) else None
