"""Async invokes of TwelveLabs Marengo Embed: sound and video in clips, and the rest as InvokeModel has it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from sensorium.errors import Invalid, SensoriumError, Unreadable
from sensorium.fusion import weighted
from sensorium.media.clip import mp4
from sensorium.media.read import read
from sensorium.media.sniff import sniff
from sensorium.server.bedrock.catalogue import Family
from sensorium.server.bedrock.installed import Model
from sensorium.server.bedrock.jobwork import Work, embedded
from sensorium.server.bedrock.marengo import payloads
from sensorium.types import Audio, Modality, Payload, Purpose, Segmentation, Source, TimeSpan, Vector, Video
from sensorium.wire import marengo
from sensorium.wire.marengo import Dynamic, Embedded, Fixed, MediaInput, Request

OUTPUT = "output.json"
_VISUAL = ("visual", "visual-text", "visual-image")
"""What is seen. A model that makes one vector of it gives the same one for the words and for the looks of 2.7."""
_FUSED = "fused"
_CLIP, _ASSET = marengo.SCOPES


@dataclass(frozen=True, slots=True)
class _Clip:
    span: TimeSpan
    payloads: dict[str, Payload]
    """By the option that they answer."""


def run(request: Request, model: Model, work: Work) -> None:
    """Embed the input and write ``output.json``. Raises our errors, and Stopped."""
    dim = marengo.DIMENSION_2 if model.family is Family.MARENGO_2 else marengo.DIMENSION_3
    if isinstance(request.content, MediaInput):
        found = _media(request.content, model, work, dim)
    else:
        rows = model.embed(payloads(request, model, work.sources), Purpose.GENERIC_INDEX, dim)
        found = [Embedded(weighted(list(rows)))]
    work.publish({OUTPUT: marengo.answer(found)})


def _media(request: MediaInput, model: Model, work: Work, dim: int) -> list[Embedded]:
    most = marengo.MAX_MEDIA_BYTES_2 if model.family is Family.MARENGO_2 else marengo.MAX_MEDIA_BYTES
    source = work.fetch(request.source, "mediaSource", most)
    _check_kind(source, request)
    options = [option for option in request.options if option != "transcription"]
    if not options:
        message = f"{source.uri}: no model here writes down what is said; ask for the embeddingOption audio"
        raise Invalid(message, code="unsupported", path="embeddingOption")
    clips: list[Embedded] = []
    for batch in work.going(_clips(source, request, options, model)):
        parts = [(clip, option, payload) for clip in batch for option, payload in clip.payloads.items()]
        vectors = embedded(model, [payload for _, _, payload in parts], Purpose.GENERIC_INDEX, dim)
        for (clip, option, _), vector in zip(parts, vectors, strict=True):
            if isinstance(vector, SensoriumError):
                raise vector
            clips.append(Embedded(vector, option, _CLIP, clip.span.start_s, clip.span.end_s))
    if not clips:
        raise Unreadable(f"{source.uri}: nothing to see or hear in seconds {request.start_s:g} on", path=source.uri)
    return [each for kind in request.types for scope in request.scopes for each in _wanted(clips, kind, scope)]


def _check_kind(source: Source, request: MediaInput) -> None:
    found = sniff(source)
    accepted = (Modality.AUDIO, Modality.VIDEO) if request.kind == "video" else (Modality.AUDIO,)
    if found.modality not in accepted:
        message = f"{source.uri}: the content is {found.media_type}; {request.kind} is accepted"
        raise Invalid(message, code="unknown_format", path=source.uri)


def _clips(source: Source, request: MediaInput, options: list[str], model: Model) -> Iterator[_Clip]:
    match request.segmentation:
        case Fixed(seconds):
            segmentation = Segmentation(seconds=float(seconds))
        case Dynamic() | None:  # clips that follow the shots are not made; these are longer than any least length
            segmentation = Segmentation(seconds=marengo.DEFAULT_FIXED_SECONDS)
    segmentation = replace(segmentation, start=request.start_s, end=request.end_s)
    most = marengo.MAX_MEDIA_SECONDS_2 if model.family is Family.MARENGO_2 else marengo.MAX_MEDIA_SECONDS
    for segment in read(source, segmentation, model.spec.reading):
        payload = segment.payload
        assert isinstance(payload, Audio | Video)
        span = segment.span if isinstance(segment.span, TimeSpan) else TimeSpan(0.0, round(payload.seconds, 6))
        if span.end_s > most + 1:
            message = f"{source.uri}: longer than {most:,.0f} s; at most that is accepted"
            raise Invalid(message, code="too_long", path=source.uri)
        yield _Clip(span, _shown(source, payload, span, options))


def _shown(source: Source, payload: Audio | Video, span: TimeSpan, options: list[str]) -> dict[str, Payload]:
    sound = payload.sound if isinstance(payload, Video) else payload
    found: dict[str, Payload] = {}
    for option in options:
        if option in _VISUAL and isinstance(payload, Video):
            found[option] = replace(payload, sound=None, encoded=mp4(source, span.start_s, span.end_s, None))
        elif option not in _VISUAL and sound is not None:
            found[option] = sound
    return found


def _wanted(clips: list[Embedded], kind: str, scope: str) -> list[Embedded]:
    """The vectors of a type (separate or fused) and a scope (clip or asset)."""
    found = clips if kind == marengo.TYPES[0] else _fused(clips)
    if scope == _CLIP:
        return found
    groups: dict[str | None, list[Embedded]] = {}
    for each in found:
        groups.setdefault(each.option, []).append(each)
    return [
        Embedded(_mean(group), option, _ASSET, group[0].start_s, group[-1].end_s) for option, group in groups.items()
    ]


def _fused(clips: list[Embedded]) -> list[Embedded]:
    groups: dict[tuple[float | None, float | None], list[Embedded]] = {}
    for each in clips:
        groups.setdefault((each.start_s, each.end_s), []).append(each)
    return [Embedded(_mean(group), _FUSED, _CLIP, start, end) for (start, end), group in groups.items()]


def _mean(group: list[Embedded]) -> Vector:
    """The direction of the sum; the first one's where they cancel each other out."""
    total = np.sum([each.vector for each in group], axis=0, dtype=np.float64)
    return weighted([each.vector for each in group]) if np.linalg.norm(total) > 1e-6 else group[0].vector
