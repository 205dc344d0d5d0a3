"""Pictures to look at in passing: photographs made small, matched pages, frames at matched moments. As WebP."""

from __future__ import annotations

import hashlib
import io
import shutil
from itertools import islice
from pathlib import Path

from PIL import Image as Pillow

from sensorium.errors import Invalid, NotFound, Unreadable, Unsupported
from sensorium.media import image, libreoffice, signatures
from sensorium.media.pdf import Pdf
from sensorium.media.still import still
from sensorium.server.api.diskcache import DiskCache
from sensorium.types import Image, Modality, PageSpan, Pixels, Reading, Segmentation, Source, Span, TimeSpan

SIZES = (160, 320, 640, 1600)
"""Pixels of the longer side that may be asked for."""
THUMBNAIL, PICTURE = 640, 1600
PICTURED = frozenset((Modality.DOCUMENT, Modality.IMAGE, Modality.VIDEO))
_VERSION = 1
"""Changes with what a picture looks like, so that older ones are made anew."""
_QUALITY = 80


class Pictures:
    """Makes pictures and keeps them on the disk. Thread-safe."""

    def __init__(self, cache: DiskCache) -> None:
        self._cache = cache

    def get(self, source: Source, content: str, modality: str, span: Span | None, size: int) -> Path:
        """The WebP file. ``content`` is the hash of the source's bytes.

        Raises Invalid for another size, NotFound (``no_picture``) for what has none, Unreadable for what cannot be
        decoded, or not safely.
        """
        if size not in SIZES:
            raise Invalid(f"size {size}: there are {', '.join(map(str, SIZES))}", path="size")
        name = hashlib.blake2b(f"{_VERSION} {content} {modality} {span} {size}".encode(), digest_size=16).hexdigest()
        return self._cache.get(f"{name}.webp", lambda: webp(self._pixels(source, content, modality, span, size), size))

    def _pixels(self, source: Source, content: str, modality: str, span: Span | None, size: int) -> Pixels:
        if modality == Modality.VIDEO:
            middle = (span.start_s + span.end_s) / 2 if isinstance(span, TimeSpan) else None
            return still(source, middle, size)
        page = span.page if isinstance(span, PageSpan) else 1
        if modality == Modality.IMAGE:
            return _photograph(source, page, size)
        if modality == Modality.DOCUMENT:
            with Pdf(self._as_pdf(source, content)) as document:
                if not 1 <= page <= document.pages:
                    raise NotFound(f"{source.uri}: it has no page {page}", code="no_picture", path=source.uri)
                return document.picture(page, size)
        raise NotFound(f"{source.uri}: {modality} has no picture", code="no_picture", path=source.uri)

    def _as_pdf(self, source: Source, content: str) -> Source:
        from sensorium.media.sniff import sniff

        kind = sniff(source).media_type
        if kind == signatures.PDF:
            return source
        if kind not in signatures.OFFICE or libreoffice.program() is None:
            message = f"{source.uri}: the pages of {kind} are drawn by LibreOffice only, which is not installed"
            raise NotFound(message, code="no_picture", path=source.uri)

        def convert(part: Path) -> None:
            made = libreoffice.converted(source, kind)
            assert made.source.path is not None
            shutil.copyfile(made.source.path, part)
            made.close()

        return Source(source.uri, path=self._cache.filled(f"{content}.pdf", convert))


def webp(pixels: Pixels, size: int) -> bytes:
    """The pixels as WebP, at most ``size`` on the longer side."""
    picture = Pillow.fromarray(pixels)
    picture.thumbnail((size, size), Pillow.Resampling.LANCZOS, reducing_gap=2.0)
    out = io.BytesIO()
    picture.save(out, "WEBP", quality=_QUALITY, method=2)
    return out.getvalue()


def _photograph(source: Source, page: int, size: int) -> Pixels:
    """The picture of a file, or that page of a TIFF."""
    try:
        found = next(islice(image.segments(source, Segmentation(), Reading(picture_side=size)), page - 1, None), None)
    except Unsupported as error:  # a plugin is missing
        raise NotFound(error.message, code="no_picture", path=source.uri) from error
    if found is None or not isinstance(found.payload, Image):
        raise Unreadable(f"{source.uri}: it has no picture {page}", code="no_picture", path=source.uri)
    return found.payload.pixels
