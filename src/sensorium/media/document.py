"""PDF, a page at a time: its picture, its text layer, and what OCR reads where there is none."""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterator

import numpy as np
from PIL import Image as Pillow

from sensorium.errors import PARTIAL, Unreadable
from sensorium.media import ocr
from sensorium.media.pdf import Pdf
from sensorium.types import Encoded, Image, Modality, Page, PageSpan, Pixels, Reading, Segment, Segmentation, Source

_OCR_SCALE = 1.5
"""Pixels a point for OCR: at 108 dpi it reads 7-point print without an error, and sharper pages only cost more."""
_PNG_SCALE = 2.0
"""Pixels a point for the encoded page: 144 dpi."""
_BLANK = 8
"""A page whose darkest and lightest pixels differ by less holds nothing."""


def segments(
    source: Source,
    segmentation: Segmentation = Segmentation(),
    reading: Reading = Reading(),
    media_type: str = "application/pdf",
) -> Iterator[Segment]:
    """One segment a page, lazily. A page that is broken is left out and named in the Unreadable that ends the run.

    Raises Unreadable for a locked, broken, truncated or empty PDF, and for a page that is a decompression bomb.
    """
    yield from pages(source, source, reading, media_type)


def pages(
    source: Source, pdf: Source, reading: Reading, media_type: str, notes: tuple[str, ...] = (), keep: object = None
) -> Iterator[Segment]:
    """The pages of ``pdf`` as segments of ``source``, from which it was made; ``keep`` lives as long as they do."""
    broken: list[str] = []
    with Pdf(pdf) as document:
        for number in range(1, document.pages + 1):
            try:
                yield _segment(source, pdf, document, number, reading, media_type, notes, keep)
            except Unreadable as error:
                broken.append(error.message.removeprefix(f"{pdf.uri}: "))
        if broken:
            more = f" and {len(broken) - 3} more" if len(broken) > 3 else ""
            message = f"{source.uri}: {len(broken)} of {document.pages} pages: {'; '.join(broken[:3])}{more}"
            raise Unreadable(message, code="unreadable" if len(broken) == document.pages else PARTIAL, path=source.uri)


def _segment(
    source: Source,
    pdf: Source,
    document: Pdf,
    number: int,
    reading: Reading,
    media_type: str,
    notes: tuple[str, ...],
    keep: object,
) -> Segment:
    text = document.text(number)
    pixels = document.picture(number, reading.picture_side)
    if not _is_legible(text):
        text, note = _recognised(document, number, pixels)
        notes = (*notes, note) if note else notes
    png = _png(pdf, number, keep)
    payload = Page(text, Image(pixels, png), png)
    return Segment(source.uri, Modality.DOCUMENT, media_type, PageSpan(number), payload, text or None, notes)


def _is_legible(text: str) -> bool:
    """Some text that is mostly letters that mean something: fonts without a code table give private or unknown ones."""
    shown = [letter for letter in text[:2000] if not letter.isspace()]
    strange = sum(1 for letter in shown if letter == "\ufffd" or unicodedata.category(letter) in {"Co", "Cn", "Cc"})
    return len(shown) > 0 and strange * 2 < len(shown)


def _recognised(document: Pdf, number: int, pixels: Pixels) -> tuple[str, str | None]:
    """(text, note) of a page without a text layer. Notes name no page, the span does: equal ones are told once."""
    if int(pixels.max()) - int(pixels.min()) < _BLANK:
        return "", None
    if not ocr.available():
        return "", f"a page without a text layer; to read the text in its picture: {ocr.INSTALL}"
    found = ocr.recognised(document.picture(number, scale=_OCR_SCALE))
    if found.unread > found.lines:
        return found.text, "a page without a text layer, of which OCR read less than half (it reads Latin and CJK)"
    return found.text, None


def _png(pdf: Source, number: int, keep: object) -> Encoded:
    """The page as PNG, rendered when a model asks for it; the closure holds ``keep``, the home of a made PDF."""

    def read(_keep: object = keep) -> bytes:
        with Pdf(pdf, checked=True) as document:
            pixels = document.picture(number, scale=_PNG_SCALE)
        buffer = io.BytesIO()
        Pillow.fromarray(np.asarray(pixels)).save(buffer, "PNG")
        return buffer.getvalue()

    return Encoded("image/png", read)
