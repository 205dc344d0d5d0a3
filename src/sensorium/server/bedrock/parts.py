"""The source of a SEGMENTED_EMBEDDING in parts: what each vector is made of, and what its line says of it."""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from sensorium.errors import Invalid, SensoriumError, Unreadable
from sensorium.media import blob
from sensorium.media.charset import decoded, detect
from sensorium.media.clip import mp4
from sensorium.media.extent import extent
from sensorium.media.read import read
from sensorium.server.bedrock import decoding
from sensorium.server.bedrock.installed import Model
from sensorium.server.bedrock.jobwork import Work
from sensorium.server.bedrock.nova import cut
from sensorium.server.bedrock.wordcuts import cuts
from sensorium.types import Audio, Payload, Segment, Segmentation, Source, TimeSpan, Video
from sensorium.wire import nova
from sensorium.wire.fault import AwsFault
from sensorium.wire.nova import (
    AudioInput,
    DetailLevel,
    EmbeddingMode,
    EmbeddingType,
    ImageInput,
    SegmentedEmbedding,
    Sizes,
    TextInput,
    VideoInput,
)

_TAIL = 0.1
"""Seconds of a last piece that are no segment of their own: encoders fill the last frame."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one job takes; the defaults are AWS's."""

    sizes: Sizes = nova.SEGMENTED_SIZES
    seconds: float = nova.SEGMENTED_SECONDS
    text_segments: int = nova.MAX_TEXT_SEGMENTS
    time_segments: int = nova.MAX_TIME_SEGMENTS


@dataclass(frozen=True, slots=True)
class Part:
    """A vector to be made: what of, and what its line says of it. An error stands for a payload that is not there."""

    type: EmbeddingType
    metadata: Mapping[str, int | float]
    payload: Payload | SensoriumError


AWS_LIMITS = Limits()


def parts(request: SegmentedEmbedding, model: Model, work: Work, limits: Limits) -> tuple[str, Iterator[Part]]:
    """The source's URI, and its parts in order."""
    path = "#/segmentedEmbeddingParams"
    match request.content:
        case TextInput(text, truncation):
            assert not isinstance(text, str)
            source = work.fetch(text, f"{path}/text/source", limits.sizes.text)
            found = _texts(source, request.max_chars, model.spec.limits.max_chars, truncation)
            return source.uri, _counted(found, limits.text_segments, source, "raise maxLengthChars")
        case ImageInput(place, form, detail):
            source = work.fetch(place, f"{path}/image/source", limits.sizes.image, nova.MEDIA_TYPES[form])
            shown = decoding.page if detail is DetailLevel.DOCUMENT_IMAGE else decoding.picture
            payload = shown(source, nova.IMAGE_FORMATS, model.spec)
            return source.uri, iter([Part(EmbeddingType.IMAGE, {"segmentIndex": 0}, payload)])
        case AudioInput(place, form):
            source = work.fetch(place, f"{path}/audio/source", limits.sizes.audio, nova.MEDIA_TYPES[form])
            found = _sounds(source, request.seconds, form, model, limits)
        case VideoInput(place, form, mode):
            source = work.fetch(place, f"{path}/video/source", limits.sizes.video, nova.MEDIA_TYPES[form])
            found = _films(source, request.seconds, mode, model, limits)
    return source.uri, _counted(found, limits.time_segments, source, "raise durationSeconds")


def _counted(parts: Iterator[Part], most: int, source: Source, way: str) -> Iterator[Part]:
    for part in parts:
        if part.metadata["segmentIndex"] >= most:
            raise Invalid(f"{source.uri}: more than {most:,} segments; {way}", code="too_long", path=source.uri)
        yield part


def _texts(source: Source, max_chars: int, limit: int | None, truncation: nova.TruncationMode) -> Iterator[Part]:
    """Positions are those in the decoded file: nothing of it is interpreted."""
    with blob.opened(source) as stream:
        charset = detect(stream)
        if charset is None:
            raise Unreadable(f"{source.uri}: no text, its characters cannot be made out", path=source.uri)
        stream.seek(0, io.SEEK_SET)
        for index, (start, end, text) in enumerate(cuts(decoded(stream, charset), max_chars)):
            payload: Payload | SensoriumError
            try:
                payload, truncated = cut(text, limit, truncation)
            except AwsFault as fault:
                payload, truncated = Invalid(fault.message), None
            metadata = {
                "segmentIndex": index,
                "truncatedCharLength": truncated or 0,
                "segmentStartCharPosition": start,
                "segmentEndCharPosition": end,
            }
            yield Part(EmbeddingType.TEXT, metadata, payload)


def _sounds(source: Source, seconds: int, form: str, model: Model, limits: Limits) -> Iterator[Part]:
    formats = (*nova.AUDIO_FORMATS, form)  # parsing has let the claimed one through
    for index, span, found in _stretches(source, seconds, formats, model, limits):
        if isinstance(found, Video):
            message = f"{source.uri}: a video; accepted is sound alone: {', '.join(nova.AUDIO_FORMATS)}"
            raise Invalid(message, code="unknown_format", path=source.uri)
        yield Part(EmbeddingType.AUDIO, _metadata(index, span), found)


def _films(source: Source, seconds: int, mode: EmbeddingMode, model: Model, limits: Limits) -> Iterator[Part]:
    for index, span, found in _stretches(source, seconds, nova.VIDEO_FORMATS, model, limits):
        metadata = _metadata(index, span)
        if mode is EmbeddingMode.AUDIO_VIDEO_COMBINED:
            yield Part(EmbeddingType.AUDIO_VIDEO_COMBINED, metadata, found)
        elif isinstance(found, Video):
            silent = replace(found, sound=None, encoded=mp4(source, span.start_s, span.end_s, None))
            yield Part(EmbeddingType.VIDEO, metadata, silent)
            if found.sound is not None:
                yield Part(EmbeddingType.AUDIO, metadata, found.sound)
        else:
            kind = EmbeddingType.AUDIO if isinstance(found, Audio) else EmbeddingType.VIDEO
            yield Part(kind, metadata, found)


def _stretches(
    source: Source, seconds: int, formats: tuple[str, ...], model: Model, limits: Limits
) -> Iterator[tuple[int, TimeSpan, Audio | Video | Unreadable]]:
    """Segments from second 0 on, each as long as asked but the last; where a file breaks off, an error is the last."""
    decoding.checked(source, formats)
    segmentation = Segmentation(seconds=float(seconds), tail=_TAIL)
    _check_length(extent(source, segmentation).segments * seconds, seconds, source, limits)
    index, end = 0, 0.0
    try:
        for segment in read(source, segmentation, model.spec.reading):
            span, payload = _span(segment), segment.payload
            assert isinstance(payload, Audio | Video)
            _check_length(span.end_s, 0, source, limits)
            yield index, span, payload
            index, end = index + 1, span.end_s
    except Unreadable as error:
        if not index:
            raise
        yield index, TimeSpan(end, end + seconds), error


def _check_length(seconds: float, margin: float, source: Source, limits: Limits) -> None:
    if seconds > limits.seconds + margin + 1.0:
        message = f"{source.uri}: about {seconds:,.0f} s long; at most {limits.seconds:,.0f} s are accepted"
        raise Invalid(message, code="too_long", path=source.uri)


def _span(segment: Segment) -> TimeSpan:
    if isinstance(segment.span, TimeSpan):
        return segment.span
    assert isinstance(segment.payload, Audio | Video)
    return TimeSpan(0.0, round(segment.payload.seconds, 6))


def _metadata(index: int, span: TimeSpan) -> dict[str, int | float]:
    return {"segmentIndex": index, "segmentStartSeconds": span.start_s, "segmentEndSeconds": span.end_s}
