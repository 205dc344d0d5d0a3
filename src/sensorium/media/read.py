"""The one way in: a source becomes segments, lazily, by the kind that its bytes say."""

from __future__ import annotations

from collections.abc import Generator, Iterator
from dataclasses import replace
from itertools import islice

from sensorium.errors import PARTIAL, Invalid, Unreadable
from sensorium.media import cuts
from sensorium.media.signatures import OFFICE
from sensorium.media.sniff import Kind, sniff
from sensorium.types import Modality, Reading, Segment, Segmentation, Source

_QUERY = Segmentation(max_chars=50_000, seconds=30.0)
"""The most that one query takes: fifty thousand characters, thirty seconds, one page."""


def read(
    source: Source, segmentation: Segmentation = Segmentation(), reading: Reading = Reading()
) -> Iterator[Segment]:
    """The segments of a source, one after the other; nothing is opened before the first is asked for.

    Raises Invalid at once for a segmentation out of range; NotFound and Unreadable while reading. An Unreadable that
    comes after segments (a film cut short, a page that is broken) has the code ``PARTIAL``: those segments are good.
    """
    check(segmentation)
    return _as_far_as_good(_segments(source, segmentation, reading))


def read_one(source: Source, reading: Reading = Reading()) -> Segment:
    """The source as one payload, for a query: a text to 50,000 characters, a first page, the first 30 seconds.

    What was left out is said in the segment's notes.
    """
    found = _segments(source, _QUERY, reading)
    first = next(found)
    try:
        more = next(found, None) is not None
    except Unreadable:
        more = True  # what follows is broken; the query does without it
    found.close()
    if not more:
        return first
    match first.modality:
        case Modality.TEXT:
            taken = f"the first {len(first.text or ''):,} characters are"
        case Modality.AUDIO | Modality.VIDEO:
            taken = f"the first {_QUERY.seconds:.0f} seconds are"
        case _:
            taken = "the first page is"
    return replace(first, notes=(*first.notes, f"{source.uri}: only {taken} taken; a query is one payload"))


def check(segmentation: Segmentation) -> None:
    """Raises Invalid for a segmentation out of range."""
    if not 50 <= segmentation.max_chars <= 50_000:
        message = f"max_chars is {segmentation.max_chars}; a text segment has 50 to 50,000 characters"
        raise Invalid(message, path="segmentation.max_chars")
    cuts.check(segmentation)


def _as_far_as_good(found: Iterator[Segment]) -> Iterator[Segment]:
    yield from islice(found, 1)
    try:
        yield from found
    except Unreadable as error:
        raise Unreadable(error.message, code=PARTIAL, path=error.path) from error


def _segments(source: Source, segmentation: Segmentation, reading: Reading) -> Generator[Segment, None, None]:
    kind = sniff(source)
    source = replace(source, media_type=source.media_type if kind.modality is Modality.TEXT else kind.media_type)
    # Imported when needed: a folder of notes shall not pay for PDFium, PyAV and Pillow.
    match kind.modality:
        case Modality.TEXT:
            from sensorium.media import text

            yield from text.segments(source, segmentation, reading, kind)
        case Modality.DOCUMENT if kind.media_type in OFFICE:
            from sensorium.media import office

            yield from office.segments(source, segmentation, reading, kind)
        case Modality.DOCUMENT:
            from sensorium.media import document

            yield from document.segments(source, segmentation, reading)
        case Modality.IMAGE:
            from sensorium.media import image

            yield from image.segments(source, segmentation, reading)
        case Modality.AUDIO | Modality.VIDEO:
            yield from _sound_or_video(kind, source, segmentation, reading)


def _sound_or_video(kind: Kind, source: Source, segmentation: Segmentation, reading: Reading) -> Iterator[Segment]:
    from sensorium.media import video

    yield from video.segments(source, segmentation, reading)
