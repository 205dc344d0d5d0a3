"""A sound track as one stream of mono samples on the file's clock: decoded, mixed down, resampled, gaps as silence."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from fractions import Fraction

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.filter import Graph

from sensorium.errors import Unreadable
from sensorium.media.container import Damage, packets
from sensorium.types import Samples, Source

_JITTER = 0.05
"""Seconds by which time stamps may wander (millisecond clocks, lost priming) before it is a gap or an overlap."""
_JUMP = 600.0
"""A leap of the clock longer than this is a new clock (a wrapped or edited recording), not ten minutes of silence."""


class Sound:
    """Reads a sound track in order; at most what was asked for and one decoded frame are in memory.

    Sample ``i`` is what is heard at second ``i / rate`` of the file's clock, whose zero is ``origin`` on the
    container's (None: where the sound begins). Several channels are mixed at equal loudness without clipping.
    """

    def __init__(
        self, container: InputContainer, stream: AudioStream, source: Source, rate: int, origin: float | None
    ) -> None:
        self.rate = rate
        self.ended = False
        self.position = 0
        """Samples taken so far."""
        self.damage = Damage(source, "sound")
        self._origin = origin
        self._tick = float(stream.time_base or Fraction(1, av.time_base))
        self._parts = self._resampled(container, stream, source)
        self._buffer: deque[Samples] = deque()
        self._buffered = 0

    def ahead(self, count: int) -> int:
        """Read on until ``count`` samples wait, or the track ends; how many wait then."""
        while self._buffered < count and not self.ended:
            part = next(self._parts, None)
            if part is None:
                self.ended = True
                self.damage.check_any()
            else:
                self._buffer.append(part)
                self._buffered += len(part)
        return self._buffered

    def take(self, count: int) -> Samples:
        """The next ``count`` samples, fewer only at the end of the track."""
        left = min(count, self.ahead(count))
        self._buffered -= left
        taken: list[Samples] = []
        while left:
            part = self._buffer.popleft()
            if len(part) > left:
                self._buffer.appendleft(part[left:])
                part = part[:left]
            taken.append(part)
            left -= len(part)
            self.position += len(part)
        return np.concatenate(taken) if taken else np.empty(0, np.float32)

    def skip(self, count: int) -> None:
        """Pass over the next ``count`` samples."""
        while count > 0 and (passed := len(self.take(min(count, self.rate)))):
            count -= passed

    @property
    def end(self) -> float:
        """The second up to which the track has been read."""
        return (self.position + self._buffered) / self.rate

    def _resampled(self, container: InputContainer, stream: AudioStream, source: Source) -> Iterator[Samples]:
        """Mixed samples with silence in the gaps of the clock, without what lies before its zero or overlaps.

        Where the clock leaps, or the shape of the sound changes as in broadcasts, the mixer is drained and begun anew.
        """
        mixer: _Mixer | None = None
        clock = 0.0  # seconds of sound given to mixers
        given = 0  # samples that came out
        for frame in self._decoded(container, stream, source):
            gap = self._gap(frame, clock)
            if mixer is None or gap or not mixer.takes(frame):
                if mixer is not None:
                    for part in mixer.mix(None):
                        given += len(part)
                        yield part
                mixer = self._mixer(frame, source)
                clock += gap
                for count in _seconds(round(clock * self.rate) - given, self.rate):
                    given += count
                    yield np.zeros(count, np.float32)
                mixer.drop = max(0, given - round(clock * self.rate))
            clock += frame.samples / frame.sample_rate
            for part in mixer.mix(frame):
                given += len(part)
                yield part
        if mixer is not None:
            yield from mixer.mix(None)

    def _decoded(self, container: InputContainer, stream: AudioStream, source: Source) -> Iterator[AudioFrame]:
        context = stream.codec_context
        for packet in packets(container, stream, source):
            try:
                frames = context.decode(packet)
            except av.FFmpegError as error:
                self.damage.bad((packet.pts or 0) * self._tick, error)
                continue
            self.damage.good()
            yield from (frame for frame in frames if frame.samples)
        with suppress(av.EOFError):
            yield from context.decode(None)

    def _mixer(self, frame: AudioFrame, source: Source) -> _Mixer:
        try:
            return _Mixer(frame, self.rate)
        except (av.FFmpegError, ValueError) as error:
            shape = f"{frame.layout.name} of {frame.format.name} at {frame.sample_rate} Hz"
            raise Unreadable(f"{source.uri}: sound that cannot be mixed: {shape}", path=source.uri) from error

    def _gap(self, frame: AudioFrame, clock: float) -> float:
        """Seconds by which the frame comes after (negative: before) second ``clock``; 0 when it is all but on time."""
        if frame.pts is None:
            return 0.0
        at = frame.pts * self._tick  # a frame that was drained names no time base of its own
        if self._origin is None:
            self._origin = at
        gap = at - self._origin - clock
        if abs(gap) > _JUMP:
            self._origin = at - clock
            return 0.0
        return gap if abs(gap) > _JITTER else 0.0


class _Mixer:
    """FFmpeg's resampler for frames of one shape: mono, float, at ``rate``."""

    def __init__(self, frame: AudioFrame, rate: int) -> None:
        self.drop = 0
        """Samples still to be left out of what comes out."""
        self._shape = _shape(frame)
        self._graph = Graph()
        chain = [
            self._graph.add_abuffer(sample_rate=frame.sample_rate, format=frame.format.name, layout=frame.layout.name)
        ]
        if frame.layout.name.endswith(" channels"):  # nobody says which is which: all count alike
            chain.append(
                self._graph.add("pan", "mono|c0<" + "+".join(f"c{i}" for i in range(frame.layout.nb_channels)))
            )
        # Normalised: without rematrix_maxval a float mix of two equal channels comes out 1.4 times too loud.
        chain.append(self._graph.add("aresample", f"{rate}:ochl=mono:osf=flt:rematrix_maxval=1.0"))
        self._graph.link_nodes(*chain, self._graph.add("abuffersink")).configure()

    def takes(self, frame: AudioFrame) -> bool:
        return _shape(frame) == self._shape

    def mix(self, frame: AudioFrame | None) -> Iterator[Samples]:
        """What comes out for this frame; None drains."""
        if frame is not None:
            frame.pts = None
        self._graph.push(frame)
        while True:
            try:
                out = self._graph.pull()
            except (av.BlockingIOError, av.EOFError):
                return
            assert isinstance(out, AudioFrame)
            samples = np.clip(out.to_ndarray().reshape(-1), -1.0, 1.0).astype(np.float32, copy=False)
            dropped = min(self.drop, len(samples))
            self.drop -= dropped
            if dropped < len(samples):
                yield samples[dropped:]


def _shape(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _seconds(count: int, rate: int) -> Iterator[int]:
    """``count`` samples in parts of at most a second."""
    for begin in range(0, count, rate):
        yield min(rate, count - begin)
