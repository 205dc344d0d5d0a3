"""Media of a request decoded to one payload: the bytes decide what it is, the claimed format is only compared."""

from __future__ import annotations

import io
import logging
from collections.abc import Sequence
from dataclasses import replace
from itertools import islice

from sensorium.errors import Invalid, Unreadable
from sensorium.media import ocr
from sensorium.media.charset import decoded, detect
from sensorium.media.clip import mp4
from sensorium.media.read import read
from sensorium.media.sniff import sniff
from sensorium.models.base import ModelSpec
from sensorium.types import Audio, Image, Modality, Page, Payload, Reading, Segment, Segmentation, Source, Video
from sensorium.wire.nova import MAX_SECONDS, MEDIA_TYPES

_LOG = logging.getLogger(__name__)
_PADDING = 0.5
"""Seconds beyond the limit that a file cut at it may have: encoders fill the last frame."""

_LEGIBLE = 1600
"""Pixels of a page's shorter side that OCR reads small print from: A4 at 190 dpi. More is only decoded to be shrunk."""


def text(source: Source) -> str:
    """A text file's characters. Raises Unreadable for bytes that are no text."""
    stream = io.BytesIO(source.data or b"")
    found = detect(stream)
    if found is None:
        raise Unreadable(f"{source.uri}: no text, its characters cannot be made out", path=source.uri)
    return "".join(decoded(stream, found))


def picture(source: Source, formats: Sequence[str], spec: ModelSpec) -> Image:
    """An image file. Raises Unreadable for a damaged one, Invalid for another format than ``formats``."""
    payload = _first(checked(source, formats), spec.reading).payload
    assert isinstance(payload, Image)
    return payload


def page(source: Source, formats: Sequence[str], spec: ModelSpec) -> Page | Image:
    """An image file as a page of a document, with the text that OCR reads in it; an image where there are no pages.

    Without OCR installed the text is empty. Raises as :func:`picture`.
    """
    if Modality.DOCUMENT not in spec.modalities:
        return picture(source, formats, spec)
    shown = _first(checked(source, formats), replace(spec.reading, picture_side=_LEGIBLE)).payload
    assert isinstance(shown, Image)
    said = ocr.recognised(shown.pixels).text if ocr.available() else ""
    return Page(said, shown, shown.encoded)


def sound(source: Source, formats: Sequence[str], spec: ModelSpec) -> Audio:
    """A sound file of up to 30 s. Raises Unreadable for a damaged one, Invalid for another format or a longer one."""
    payload = _whole(checked(source, formats), spec.reading).payload
    if not isinstance(payload, Audio):
        raise Invalid(f"{source.uri}: a video; accepted is sound alone: {', '.join(formats)}", path=source.uri)
    return payload


def clip(source: Source, formats: Sequence[str], spec: ModelSpec) -> Video | Audio:
    """A video file of up to 30 s; Audio for one without pictures. Raises as :func:`sound`."""
    payload = _whole(checked(source, formats), spec.reading).payload
    assert isinstance(payload, Video | Audio)
    return payload


def separated(source: Source, payload: Video | Audio) -> list[Payload]:
    """The silent video and its sound, as far as there are both."""
    if isinstance(payload, Audio):
        return [payload]
    silent = replace(payload, sound=None, encoded=mp4(source, 0.0, payload.seconds, None))
    return [silent] if payload.sound is None else [silent, payload.sound]


def checked(source: Source, formats: Sequence[str]) -> Source:
    """The source, once its bytes are of one of the formats."""
    found = sniff(source).media_type
    if found not in {MEDIA_TYPES[name] for name in formats}:
        message = f"{source.uri}: the content is {found}; accepted formats are {', '.join(formats)}"
        raise Invalid(message, code="unknown_format", path=source.uri)
    if source.media_type not in (None, found):
        _LOG.info("%s: claimed as %s, its content is %s and read as that", source.uri, source.media_type, found)
    return source


def _first(source: Source, reading: Reading) -> Segment:
    return next(read(source, reading=reading))


def _whole(source: Source, reading: Reading) -> Segment:
    segments = list(islice(read(source, Segmentation(seconds=MAX_SECONDS), reading), 2))
    if len(segments) > 1:
        span = segments[1].span
        end = getattr(span, "end_s", MAX_SECONDS)
        if end > MAX_SECONDS + _PADDING:
            message = f"{source.uri}: longer than {MAX_SECONDS:g} s; at most {MAX_SECONDS:g} s are embedded at once"
            raise Invalid(message, code="too_long", path=source.uri)
    return segments[0]
