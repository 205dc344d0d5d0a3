"""An open PDF. PDFium is not thread-safe: every call into it, in the whole process, holds one lock."""

from __future__ import annotations

import re
import threading
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import pypdfium2 as pdfium
from pypdfium2 import raw

from sensorium.errors import Unreadable
from sensorium.media import bombs
from sensorium.media.blob import opened, size
from sensorium.media.raster import TooMuch, drawn
from sensorium.types import Pixels, Source

LOCK = threading.RLock()
"""Re-entrant, since a reader may be closed by the garbage collector while its thread holds the lock."""

_SCALE = 1.5
"""Pixels a point where nobody says how many are enough: 108 dpi."""
_TEXT_LIMIT = 1_000_000
_TAIL = 1 << 16
_BREAKS = re.compile(r"\r\n?")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")
_REASONS = {
    raw.FPDF_ERR_PASSWORD: "locked with a password",
    raw.FPDF_ERR_SECURITY: "locked by a security scheme that is not supported",
}


class Pdf:
    """A PDF, open until its ``with`` block ends; pages are counted from 1."""

    def __init__(self, source: Source, *, checked: bool = False) -> None:
        """``checked`` for one that was open before: its bytes are not looked through again.

        Raises Unreadable for a locked, broken, truncated or empty PDF and for a decompression bomb.
        """
        self._name = source.uri
        if not checked:
            _check_whole(source)
            bombs.check_pdf(source)
        self._page: tuple[int, pdfium.PdfPage] | None = None
        with LOCK:
            try:
                self._document = pdfium.PdfDocument(_given(source), autoclose=True)
            except pdfium.PdfiumError as error:
                reason = _REASONS.get(getattr(error, "err_code", None), "a broken, truncated or empty PDF")
                raise Unreadable(f"{source.uri}: {reason}", path=source.uri) from error
            self.pages = len(self._document)
            if self.pages and self._document.get_formtype() != raw.FORMTYPE_NONE:
                self._document.init_forms()
        if not self.pages:
            self.close()
            raise Unreadable(f"{source.uri}: a PDF without pages", path=source.uri)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the file. Closing twice is fine."""
        with LOCK:
            self._let_go()
            self._document.close()

    def text(self, number: int) -> str:
        """The page's text layer, lines by newlines, broken words joined; at most a million characters."""
        with LOCK:
            page = self._load(number)
            try:
                layer = page.get_textpage()
                try:
                    text: str = (
                        layer.get_text_range(0, min(layer.count_chars(), _TEXT_LIMIT)) if layer.count_chars() else ""
                    )
                finally:
                    layer.close()
            except pdfium.PdfiumError as error:
                raise self._broken(number, error) from error
        joined = _BREAKS.sub("\n", text).replace("\x02\n", "").replace("\ufffe\n", "")
        return _CONTROLS.sub("", joined).strip()

    def picture(self, number: int, side: int | None = None, scale: float = _SCALE) -> Pixels:
        """The page as people see it, ``(height, width, 3)``: its shorter side ``side`` pixels, or ``scale`` pixels a
        point for None; less where that would pass 16 million pixels.

        Raises Unreadable for a page that holds a picture too large to be decoded safely or takes too long to draw.
        """
        with LOCK:
            page = self._load(number)
            try:
                return drawn(page, side, scale)
            except (pdfium.PdfiumError, TooMuch) as error:
                raise self._broken(number, error) from error

    def _load(self, number: int) -> pdfium.PdfPage:
        """The page, kept until another is asked for: its text and its picture come from one parse."""
        if self._page is None or self._page[0] != number:
            self._let_go()
            try:
                self._page = number, self._document[number - 1]
            except (pdfium.PdfiumError, IndexError) as error:
                raise self._broken(number, error) from error
        return self._page[1]

    def _let_go(self) -> None:
        if self._page is not None:
            self._page[1].close()
            self._page = None

    def _broken(self, number: int, error: Exception) -> Unreadable:
        return Unreadable(
            f"{self._name}: page {number} {error if isinstance(error, TooMuch) else f'cannot be read ({error})'}",
            path=self._name,
        )


def _given(source: Source) -> Path | bytes | BinaryIO:
    """What PDFium reads from: the file itself, if its name is one that PDFium can spell."""
    if source.data is not None:
        return source.data
    stream = opened(source)
    if source.path is None or not str(source.path.absolute()).isprintable():
        return stream
    stream.close()
    return source.path.absolute()


def _check_whole(source: Source) -> None:
    """A cut file may still yield its first pages; say that it is cut instead of indexing half of it."""
    length = size(source)
    with opened(source) as stream:
        head = stream.read(2048)
        stream.seek(max(0, length - _TAIL))
        tail = stream.read()
    claim = re.search(rb"/Linearized\b.{0,200}?/L\s+(\d+)", head, re.S)
    if b"startxref" not in tail and b"%%EOF" not in tail:
        raise Unreadable(f"{source.uri}: a truncated PDF: its end (%%EOF) is missing", path=source.uri)
    if claim and length < int(claim.group(1)):
        raise Unreadable(f"{source.uri}: a truncated PDF: {length:,} of {int(claim.group(1)):,} bytes", path=source.uri)
