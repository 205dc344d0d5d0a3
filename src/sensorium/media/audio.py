"""Sound files, and the sound of video files: cut by seconds into mono segments."""

from __future__ import annotations

import io
import math
import wave
from collections.abc import Iterator

import numpy as np

from sensorium.errors import Unreadable
from sensorium.media import blob, cuts
from sensorium.media.container import check_complete, opened, tracks
from sensorium.media.sound import Sound
from sensorium.types import Audio, Encoded, Modality, Reading, Samples, Segment, Segmentation, Source


def segments(source: Source, segmentation: Segmentation, reading: Reading) -> Iterator[Segment]:
    """Cut the sound of a sound or video file every ``segmentation.seconds``, one segment in memory at a time.

    Mono at ``reading.sample_rate``; a segment's samples are exactly those of its span. A short tail goes with the
    segment before it, unless that would then last over 30 s. Pictures are left alone, so that this also reads the
    sound track of a video. Damaged parts are silent and noted; a file that ends before the length that it states raises
    Unreadable at that point, after the segments before it. Raises Invalid for seconds outside 1..30
    and for a start beyond the end.
    """
    cuts.check(segmentation)
    return _segments(source, segmentation, reading)


def wav(samples: Samples, rate: int) -> Encoded:
    """Samples as a 16-bit WAV file, made when it is asked for."""

    def read() -> bytes:
        out = io.BytesIO()
        with wave.open(out, "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(rate)
            file.writeframes((np.clip(samples, -1, 1) * 32767).round().astype("<i2").tobytes())
        return out.getvalue()

    return Encoded("audio/wav", read)


def _segments(source: Source, segmentation: Segmentation, reading: Reading) -> Iterator[Segment]:
    rate, seconds = reading.sample_rate, segmentation.seconds
    with opened(source) as container:
        chosen = tracks(container, source)
        if chosen.sound is None:
            raise Unreadable(f"{source.uri}: no sound track that can be decoded", path=source.uri)
        origin = chosen.origin if chosen.pictures is not None else None
        sound = Sound(container, chosen.sound, source, rate, origin)
        sound.skip(round(segmentation.start * rate))
        limit = cuts.limit(segmentation)
        index = 0
        last = False
        while not last:
            start = segmentation.start + index * seconds
            waiting = sound.ahead(round((seconds + cuts.TAIL) * rate) + 1)
            if sound.end == 0:
                raise Unreadable(f"{source.uri}: no sound in it, 0 samples", path=source.uri)
            if not waiting:
                raise cuts.beyond(source, start, sound.end)
            cut = not sound.ended or limit < sound.end
            stop = cuts.stop(start, min(sound.end if sound.ended else math.inf, limit), segmentation)
            last = stop is None
            if stop is None and cut:
                stop = limit
            samples = sound.take(waiting if stop is None else round(stop * rate) - sound.position)
            whole = last and not cut and start == 0
            if last and not cut and chosen.pictures is None:
                check_complete(source, chosen.declared, sound.end)
            own_bytes = whole and chosen.pictures is None
            encoded = blob.encoded(source, chosen.media_type) if own_bytes else wav(samples, rate)
            yield Segment(
                source=source.uri,
                modality=Modality.AUDIO,
                media_type=chosen.media_type,
                span=None if whole else cuts.span(start, sound.position / rate),
                payload=Audio(samples, rate, encoded),
                notes=(*chosen.notes, *sound.damage.notes),
            )
            index += 1
