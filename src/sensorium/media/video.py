"""Video files: cut by seconds into segments of a few pictures and their sound."""

from __future__ import annotations

import math
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import numpy as np
from av.audio.stream import AudioStream

from sensorium.errors import Invalid, Unreadable
from sensorium.media import audio, blob, clip, cuts
from sensorium.media.container import Tracks, check_complete, opened, tracks
from sensorium.media.pictures import Pictures
from sensorium.media.sound import Sound
from sensorium.types import Audio, Image, Reading, Segment, Segmentation, Source, Video, modality_of


def segments(source: Source, segmentation: Segmentation, reading: Reading) -> Iterator[Segment]:
    """Cut a video every ``segmentation.seconds``, one segment in memory at a time; a file with only sound is audio.

    A segment has ``reading.frames`` pictures, one from each of as many equal parts: a key frame where the part has one,
    else what is shown at the middle of it. A picture that stays is given again; the last one stays while sound goes on
    to the segment's end. Where there are no pictures at all the segment is audio. The sound covers the same span to the
    sample, with silence where the track has none; it is None for a segment without any.

    A short tail goes with the segment before it, unless that would last over 30 s. Damaged parts are skipped
    and noted; a file that ends before the length that it states raises Unreadable at that point, after the segments
    before it. Raises Invalid for seconds outside 1..30 or no frames.
    """
    cuts.check(segmentation)
    if reading.frames < 1:
        raise Invalid(f"frames a segment: {reading.frames} given, 1 or more are accepted", path="reading.frames")
    return _segments(source, segmentation, reading)


def _segments(source: Source, segmentation: Segmentation, reading: Reading) -> Iterator[Segment]:
    with opened(source) as container:
        chosen = tracks(container, source)
        if chosen.pictures is None:
            yield from audio.segments(source, segmentation, reading)
            return
        declared = chosen.declared
        if declared is None:
            declared = Pictures(container, chosen.pictures, source, None, chosen.origin).finish()
    yield from _pieces(source, segmentation, reading, declared)


def _pieces(
    source: Source, segmentation: Segmentation, reading: Reading, planned: float, first: int = 0
) -> Iterator[Segment]:
    """Segments from number ``first`` on, of a video that is expected to end at second ``planned``.

    Pictures and sound are read through two containers, so that a file which stores them far apart costs no memory.
    """
    seconds, limit = segmentation.seconds, cuts.limit(segmentation)
    with ExitStack() as stack:
        screen = stack.enter_context(opened(source))
        chosen = tracks(screen, source)
        assert chosen.pictures is not None
        pictures = Pictures(screen, chosen.pictures, source, reading.picture_side, chosen.origin)
        sound = _sound(stack, source, chosen, reading.sample_rate)
        start = segmentation.start + first * seconds
        if sound is not None:
            sound.skip(round(start * sound.rate))
        index = first
        found = False
        while True:
            start = segmentation.start + index * seconds
            heard = 0.0
            if sound is not None:
                sound.ahead(round((start + seconds + cuts.TAIL) * sound.rate) + 1 - sound.position)
                heard = sound.end if sound.ended else math.inf
            expected = min(max(planned, heard), limit)
            if start >= expected:
                raise cuts.beyond(source, start, max(planned, heard))
            stop = cuts.stop(start, expected, segmentation)
            last = stop is None
            frames = _frames(pictures, start, expected if stop is None else stop, reading.frames)
            if stop is None:
                stop = min(max(pictures.finish(), heard), limit)
                if stop > planned + segmentation.tail and cuts.stop(start, stop, segmentation) is not None:
                    yield from _pieces(source, segmentation, reading, stop, index)  # it is longer than it states
                    return
                if stop < limit:
                    check_complete(source, chosen.declared, stop)
            whole = last and start == 0 and stop < limit
            segment = _segment(source, chosen, (start, stop), frames, sound, whole)
            if segment is not None:
                found = True
                yield replace(segment, notes=(*chosen.notes, *pictures.damage.notes, *_notes(sound)))
            if last:
                break
            index += 1
        if not found:
            raise Unreadable(f"{source.uri}: no picture and no sound of it can be decoded", path=source.uri)


def _sound(stack: ExitStack, source: Source, chosen: Tracks, rate: int) -> Sound | None:
    if chosen.sound is None:
        return None
    speaker = stack.enter_context(opened(source))
    stream = speaker.streams[chosen.sound.index]
    assert isinstance(stream, AudioStream)
    return Sound(speaker, stream, source, rate, chosen.origin)


def _notes(sound: Sound | None) -> tuple[str, ...]:
    return () if sound is None else sound.damage.notes


def _frames(pictures: Pictures, start: float, stop: float, count: int) -> list[tuple[float, Image]]:
    """One picture for each of ``count`` equal parts, with its second; none when nothing is shown in all of them."""
    part = (stop - start) / count
    shown = [
        pictures.at(start + index * part, start + (index + 0.5) * part, start + (index + 1) * part)
        for index in range(count)
    ]
    held = next((each for each in shown if each is not None), None)
    if held is None:
        return []
    frames = []
    for each in shown:
        held = each or held
        frames.append(held)
    return frames


def _segment(
    source: Source,
    chosen: Tracks,
    limits: tuple[float, float],
    frames: list[tuple[float, Image]],
    sound: Sound | None,
    whole: bool,
) -> Segment | None:
    """The segment between two seconds; None where there is neither a picture nor sound."""
    start, stop = limits
    heard = None if sound is None else _heard(sound, round(stop * sound.rate) - sound.position)
    if not frames and heard is None:
        return None
    encoded = blob.encoded(source, chosen.media_type) if whole else None
    payload: Audio | Video
    if frames:
        payload = Video(
            frames=tuple(image for _, image in frames),
            times=tuple(min(max(0.0, at - start), stop - start) for at, _ in frames),
            seconds=stop - start,
            sound=heard,
            encoded=encoded or clip.mp4(source, start, stop, heard),
        )
    else:
        assert heard is not None
        payload = replace(heard, encoded=encoded or heard.encoded)
    return Segment(
        source=source.uri,
        modality=modality_of(payload),
        media_type=chosen.media_type,
        span=None if whole else cuts.span(start, stop),
        payload=payload,
    )


def _heard(sound: Sound, count: int) -> Audio | None:
    """The next ``count`` samples, silence after the track's end; None when the track has ended before."""
    samples = sound.take(count)
    if not len(samples):
        return None
    samples = np.pad(samples, (0, count - len(samples)))
    return Audio(samples, sound.rate, audio.wav(samples, sound.rate))
