"""Picture files: png, jpeg, gif, webp, bmp, tiff, avif, and heic where pillow-heif is installed.

An animation is one picture, its first frame that is not blank, with a note: a moving sticker is found by what it
shows, and it has no sound or length to speak of. The pages of a multi-page TIFF are one picture each.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import BinaryIO, cast

import numpy as np
from PIL import Image as Pillow
from PIL import JpegImagePlugin

from sensorium.errors import Unreadable, Unsupported
from sensorium.media import blob, pixels
from sensorium.media.exif import orientation
from sensorium.types import Image, Modality, PageSpan, Pixels, Reading, Segment, Segmentation, Source

MAX_PIXELS = 90_000_000
"""A picture with more is refused before it is decoded (270 MB as RGB); a JPEG counts as large as it is decoded."""
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "TIFF", "BMP", "AVIF", "HEIF", "JPEG2000", "PPM", "ICO")
_PLUGINS = ("Jpeg", "Png", "WebP", "Gif", "Tiff", "Bmp", "Avif", "Jpeg2K", "Ppm", "Ico")
_BROKEN = (
    *(OSError, SyntaxError, ValueError, TypeError, IndexError, KeyError, EOFError, OverflowError),
    *(struct.error, zlib.error, Pillow.DecompressionBombError, Pillow.DecompressionBombWarning),
)
"""What Pillow's readers raise on damaged bytes."""
_HEIF_BRANDS = (b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1")
_SUBFILE, _REDUCED = 0x00FE, 1
_SIDEWAYS = range(5, 9)
"""EXIF orientations that exchange the sides."""
_FRAMES_TRIED = 50
_BLANK = 3.0
"""A frame whose grey levels deviate less than this (of 255) shows nothing."""


def segments(source: Source, segmentation: Segmentation, reading: Reading) -> Iterator[Segment]:
    """One segment; for a TIFF of several pages one a page, with its page span.

    Upright RGB, its shorter side at least ``reading.picture_side`` where the file has as much. ``segmentation`` says
    nothing about pictures. Raises Unreadable for a file that is damaged, cut short or larger than ``MAX_PIXELS``,
    Unsupported for HEIC without its plugin.
    """
    with blob.opened(source) as stream:
        picture = _open(stream, source)
        media_type = source.media_type or Pillow.MIME.get(picture.format or "", "image/x-unknown")
        pages = _tiff_pages(picture, source) if picture.format == "TIFF" else []
        if len(pages) < 2:
            shown, notes = _shown(picture, source, reading.picture_side)
            whole = Image(shown, blob.encoded(source, media_type))
            yield Segment(source.uri, Modality.IMAGE, media_type, None, whole, notes=notes)
            return
        for number, frame in enumerate(pages, start=1):
            shown = _frame(picture, source, reading.picture_side, frame)
            page = Image(shown, pixels.png(shown))
            yield Segment(source.uri, Modality.IMAGE, media_type, PageSpan(number), page)


@dataclass(frozen=True, slots=True)
class Header:
    """What a picture file says of itself: pixels as they are stored, format name (lower case), bits a pixel."""

    width: int
    height: int
    format: str
    bit_depth: int


def header(source: Source) -> Header:
    """The header alone, nothing is decoded. Raises as :func:`segments` for what is no picture."""
    with blob.opened(source) as stream:
        picture = _open(stream, source)
        bits = 1 if picture.mode == "1" else 8 * len(picture.getbands())
        return Header(picture.width, picture.height, (picture.format or "").lower(), bits)


def size(source: Source) -> tuple[int, int]:
    """(width, height) of the picture as it is seen, from the header alone. Raises as :func:`header`."""
    with blob.opened(source) as stream:
        picture = _open(stream, source)
        # Pillow gives the sides of a TIFF turned already.
        turn = 1 if picture.format == "TIFF" else orientation(picture.info.get("exif") or b"")
        return (picture.height, picture.width) if turn in _SIDEWAYS else (picture.width, picture.height)


@cache
def _readers() -> None:
    """Register the readers of the formats, and no others: Pillow's full set takes long and starts foreign programs."""
    for name in _PLUGINS:
        import_module(f"PIL.{name}ImagePlugin")
    if find_spec("pillow_heif") is not None:
        import_module("pillow_heif").register_heif_opener()


def _open(stream: BinaryIO, source: Source) -> Pillow.Image:
    """The picture with its header read. Pillow's own ``open`` would warn of sizes that draft mode can still mend."""
    _readers()
    head = stream.read(64)
    if not head:
        raise Unreadable(f"{source.uri}: empty, 0 bytes", path=source.uri)
    for name in _FORMATS:
        factory, accepts = Pillow.OPEN.get(name, (None, None))
        if factory is None or accepts is None or accepts(head) is not True:
            continue
        stream.seek(0)
        try:  # a phone's JPEG may hold further pictures (MPO): the first is the photograph
            return cast(Pillow.Image, (JpegImagePlugin.JpegImageFile if name == "JPEG" else factory)(stream, ""))
        except _BROKEN as error:
            raise Unreadable(f"{source.uri}: cannot be read as {name}: {error}", path=source.uri) from error
    if head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS:
        raise Unsupported(f"{source.uri}: a HEIC picture; `pip install pillow-heif` to read it", path=source.uri)
    raise Unreadable(f"{source.uri}: no picture format that is known: {', '.join(_FORMATS)}", path=source.uri)


def _shown(picture: Pillow.Image, source: Source, side: int | None) -> tuple[Pixels, tuple[str, ...]]:
    """The picture that stands for a file: of an animation, the first frame that shows something."""
    try:
        count = getattr(picture, "n_frames", 1)
    except _BROKEN as error:
        raise _damaged(source, error) from error
    first = _frame(picture, source, side)
    if count < 2:
        return first, ()
    for index in range(min(count, _FRAMES_TRIED)):
        shown = _frame(picture, source, side, index)
        if float(np.std(shown[..., 1])) > _BLANK:
            return shown, (f"an animation of {count} frames: frame {index + 1} stands for it",)
    return first, (f"an animation of {count} frames: frame 1 stands for it",)


def _frame(picture: Pillow.Image, source: Source, side: int | None, index: int | None = None) -> Pixels:
    try:
        if index is not None:
            picture.seek(index)
        if isinstance(picture, JpegImagePlugin.JpegImageFile):
            _draft(picture, side)
        width, height = picture.size
        if width * height > MAX_PIXELS:
            raise Unreadable(
                f"{source.uri}: {width} x {height} pixels; at most {MAX_PIXELS:,} are decoded", path=source.uri
            )
        picture.load()
        turn = 1 if picture.format == "TIFF" else orientation(picture.info.get("exif") or b"")  # Pillow turns a TIFF
        return pixels.upright(picture, turn, side)
    except _BROKEN as error:
        raise _damaged(source, error) from error


def _draft(picture: JpegImagePlugin.JpegImageFile, side: int | None) -> None:
    """Let the JPEG decoder shrink by 2, 4 or 8: as far as ``side`` allows, and further if it is too large to decode."""
    width, height = picture.size
    scale = max(1.0, min(width, height) / side) if side else 1.0
    while width * height / scale**2 > MAX_PIXELS and scale <= 8:
        scale *= 2
    if scale >= 2:
        picture.draft(picture.mode, (max(1, int(width / scale)), max(1, int(height / scale))))


def _tiff_pages(picture: Pillow.Image, source: Source) -> list[int]:
    """The frames of a TIFF that are pages and not the reduced copy of one."""
    pages = []
    try:
        for index in range(getattr(picture, "n_frames", 1)):
            picture.seek(index)
            if not int(getattr(picture, "tag_v2", {}).get(_SUBFILE, 0)) & _REDUCED:
                pages.append(index)
        picture.seek(pages[0] if pages else 0)
    except _BROKEN as error:
        raise _damaged(source, error) from error
    return pages


def _damaged(source: Source, error: BaseException) -> Unreadable:
    reason = str(error) or type(error).__name__
    return Unreadable(f"{source.uri}: the picture is damaged or cut short: {reason}", path=source.uri)
