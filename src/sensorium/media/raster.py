"""A PDF page drawn within bounds: of pixels, of the pictures that it holds, and of time. Callers hold the lock."""

from __future__ import annotations

import time

import numpy as np
import pypdfium2 as pdfium
from pypdfium2 import internal, raw

from sensorium.types import Pixels

_PIXELS_LIMIT = 16_000_000
_SIDE_LIMIT = 32_000
_PICTURE_LIMIT = 178_956_970
"""Pixels of one embedded picture: Pillow's own limit for a decompression bomb."""
_SECONDS = 30.0
_DEPTH = 8
_FLAGS = raw.FPDF_ANNOT | raw.FPDF_REVERSE_BYTE_ORDER | raw.FPDF_RENDER_LIMITEDIMAGECACHE


class TooMuch(Exception):
    """A page that cannot be drawn within the bounds; says which one."""


def drawn(page: pdfium.PdfPage, side: int | None, scale: float, seconds: float = _SECONDS) -> Pixels:
    """The page, ``(height, width, 3)``: its shorter side ``side`` pixels (``scale`` pixels a point for None), less
    where that would pass 16 million pixels. Raises TooMuch.
    """
    _check_pictures(page)
    width, height = (max(length, 1.0) for length in page.get_size())
    wanted = scale if side is None else side / min(width, height)
    wanted = min(wanted, (_PIXELS_LIMIT / (width * height)) ** 0.5, _SIDE_LIMIT / max(width, height))
    across, down = (max(1, int(np.ceil(length * wanted - 1e-6))) for length in (width, height))
    bitmap = pdfium.PdfBitmap.new_native(across, down, raw.FPDFBitmap_BGR, rev_byteorder=True)
    try:
        bitmap.fill_rect((255, 255, 255, 255), 0, 0, across, down)
        _draw(page, bitmap, across, down, time.monotonic() + seconds, seconds)
        return np.array(bitmap.to_numpy()[:, :, :3])
    finally:
        bitmap.close()


def _draw(
    page: pdfium.PdfPage, bitmap: pdfium.PdfBitmap, across: int, down: int, deadline: float, seconds: float
) -> None:
    """PDFium's progressive drawing, which asks between objects whether to go on."""
    pause = raw.IFSDK_PAUSE(version=1)
    internal.set_callback(pause, "NeedToPauseNow", lambda _: time.monotonic() > deadline)
    try:
        status = raw.FPDF_RenderPageBitmap_Start(bitmap, page, 0, 0, across, down, 0, _FLAGS, pause)
        while status == raw.FPDF_RENDER_TOBECONTINUED:
            if time.monotonic() > deadline:
                raise TooMuch(f"takes longer than {seconds:.0f} s to draw")
            status = raw.FPDF_RenderPage_Continue(page, pause)
        if status == raw.FPDF_RENDER_FAILED:
            raise TooMuch("cannot be drawn")
    finally:
        raw.FPDF_RenderPage_Close(page)
    if page.formenv:
        raw.FPDF_FFLDraw(page.formenv, bitmap, page, 0, 0, across, down, 0, _FLAGS)


def _check_pictures(page: pdfium.PdfPage) -> None:
    """By PDFium's plain calls: a map has a million objects, and each costs ten times as much as an object of Python."""
    width, height = raw.c_uint(), raw.c_uint()
    waiting = [(page.raw, raw.FPDFPage_CountObjects(page.raw), raw.FPDFPage_GetObject, 0)]
    while waiting:
        parent, count, child, depth = waiting.pop()
        for place in range(count):
            thing = child(parent, place)
            kind = raw.FPDFPageObj_GetType(thing)
            if kind == raw.FPDF_PAGEOBJ_FORM and depth < _DEPTH:
                waiting.append((thing, raw.FPDFFormObj_CountObjects(thing), raw.FPDFFormObj_GetObject, depth + 1))
            elif (
                kind == raw.FPDF_PAGEOBJ_IMAGE
                and raw.FPDFImageObj_GetImagePixelSize(thing, width, height)
                and width.value * height.value > _PICTURE_LIMIT
            ):
                raise TooMuch(
                    f"holds a picture of {width.value:,} x {height.value:,} pixels, a decompression bomb; "
                    f"at most {_PICTURE_LIMIT:,} pixels are decoded"
                )
