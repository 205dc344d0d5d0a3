"""A picture track as a monotonic reader: the picture shown at a second, for as little decoding as that takes.

Decoding is most of the cost of indexing video, and four frames of five seconds need little of it:

* A key frame that lies in the part of the clip for which a picture is wanted stands for that part: it decodes alone.
* Otherwise decoding starts at the key frame before the wanted second, leaves out frames that no other needs, and stops
  there; the rest of the group is not decoded.

So packets are read one group (key frame to key frame) ahead, 32 MB of them at most.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

import av
from av.container import InputContainer
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from sensorium.media.container import Damage, packets
from sensorium.media.screen import Screen
from sensorium.types import Image, Source

_GROUP_BYTES = 32 << 20
_GROUP_PACKETS = 2_000
"""A longer group is read in pieces; the pieces before the wanted one are then decoded, not skipped."""
_THREADS = 2
"""More would hold more frames in memory, and files are read in parallel anyway."""
_FAST = 8
"""At this many frames a second or more, a neighbour of the exact frame is as good."""


@dataclass(slots=True)
class _Group:
    """Packets from a key frame to the next. ``start`` and ``stop`` are seconds; the last group stops never."""

    packets: list[Packet[Any]] = field(default_factory=list)
    start: float = 0.0
    stop: float | None = None
    piece: bool = False
    """It continues the group before, which was too long to hold."""
    size: int = 0


class Pictures:
    """Reads a picture track in order. Seconds are on the file's clock, whose zero is ``origin`` on the container's.

    ``end`` is the second at which the last picture read so far stops being shown, final once ``over``.
    """

    def __init__(
        self, container: InputContainer, stream: VideoStream, source: Source, side: int | None, origin: float
    ) -> None:
        self.damage = Damage(source, "pictures")
        self.end = 0.0
        self._screen = Screen(stream, side)
        self._origin = origin
        self._rate = float(stream.average_rate or stream.guessed_rate or 25)
        self._tick = float(stream.time_base or Fraction(1, av.time_base))
        self._context = stream.codec_context
        self._context.thread_type = "AUTO"
        self._context.thread_count = _THREADS
        if self._rate >= _FAST:
            self._context.skip_frame = "NONREF"
        self._count = 0
        self._packets = packets(container, stream, source)
        self._next: Packet[Any] | None = next(self._packets, None)
        self._group = _Group()
        self._fed = 0  # packets of the group that the decoder has had; -1 after the group was drained
        self._waiting: list[tuple[float, VideoFrame]] = []
        self._latest: tuple[float, VideoFrame] | None = None
        self._made: tuple[float, Image] | None = None
        self._advance()

    def at(self, low: float, wanted: float, high: float) -> tuple[float, Image] | None:
        """The picture shown at second ``wanted``, or a key frame between ``low`` and ``high``; and its own second.

        None when nothing is shown between the two. Each call wants a later second than the last.
        """
        while self._group.stop is not None and self._group.stop <= wanted:
            self._advance()
        if not self._group.packets or self._group.start >= high or (self.over and low >= self.end):
            return None
        found = None
        group = self._group
        here = low <= group.start and self._fed == 0
        if group.stop is not None and group.stop < high and self._next_is_key:
            nearer = group.stop - wanted < wanted - group.start
            if nearer or not here:
                self._advance()
                here = True
        if here:
            found = self._key_frame()
        if found is None:
            found = self._forward(wanted)
        return None if found is None else self._image(*found)

    @property
    def over(self) -> bool:
        """Whether the track has been read to its end."""
        return self._next is None

    def finish(self) -> float:
        """Read on to the end without decoding; returns the end of the track in seconds."""
        while not self.over:
            self._advance(skip=True)
        self.damage.check_any()
        return self.end

    @property
    def _next_is_key(self) -> bool:
        return self._next is not None and bool(self._next.is_keyframe)

    def _advance(self, skip: bool = False) -> None:
        """Read the next group; the one before is dropped, or fed to the decoder if the next continues it."""
        group = _Group()
        if self._next is not None:
            group.piece = bool(self._group.packets) and not self._next_is_key
            group.start = self._seconds(self._next)
        if group.piece and not skip:
            self._feed_rest()
        while self._next is not None:
            group.packets.append(self._next)
            group.size += self._next.size
            self._note_end(self._next)
            self._next = next(self._packets, None)
            full = group.size > _GROUP_BYTES or len(group.packets) > _GROUP_PACKETS
            if self._next is not None and (self._next_is_key or full):
                group.stop = self._seconds(self._next)
                break
        self._group = group
        self._fed = 0
        if not group.piece:
            self._waiting.clear()

    def _feed_rest(self) -> None:
        """Decode what is left of the group for the sake of the piece that follows; only the last frame is kept."""
        for index in range(max(0, self._fed), len(self._group.packets)):
            fresh = index == 0 and not self._group.piece
            self._waiting += self._decode(self._group.packets[index], fresh)
            if self._waiting:
                self._latest = self._waiting[-1]
                self._waiting.clear()

    def _key_frame(self) -> tuple[float, VideoFrame] | None:
        """The group's first frame, decoded alone."""
        frames = [*self._decode(self._group.packets[0], fresh=True), *self._decode(None)]
        self._fed = 0
        return frames[0] if frames else None

    def _forward(self, wanted: float) -> tuple[float, VideoFrame] | None:
        """The last frame at or before ``wanted``, decoding on within the group; its first frame if all are later."""
        group = self._group
        while True:
            while self._waiting and (self._waiting[0][0] <= wanted or self._latest is None):
                self._latest = self._waiting.pop(0)
            if self._waiting or self._fed < 0:
                return self._latest
            if self._fed < len(group.packets):
                fresh = self._fed == 0 and not group.piece
                if fresh:
                    self._latest = None
                self._waiting += self._decode(group.packets[self._fed], fresh)
                self._fed += 1
            elif self.over or self._next_is_key:
                self._waiting += self._decode(None)
                self._fed = -1
            else:  # the piece that follows needs the decoder as it is
                return self._latest

    def _decode(self, packet: Packet[Any] | None, fresh: bool = False) -> list[tuple[float, VideoFrame]]:
        """Frames that come out for a packet, with their seconds; None drains. ``fresh`` forgets what went before."""
        if fresh:
            self._context.flush_buffers()
        try:
            frames = self._context.decode(packet)
        except av.EOFError:
            return []
        except av.FFmpegError as error:
            self.damage.bad(self._group.start if packet is None else self._seconds(packet), error)
            return []
        if packet is not None:
            self.damage.good()
        return [(self._frame_seconds(frame), frame) for frame in frames]

    def _seconds(self, packet: Packet[Any]) -> float:
        stamp = packet.dts if packet.pts is None else packet.pts
        if stamp is None:
            return self._count / self._rate
        return stamp * self._tick - self._origin

    def _frame_seconds(self, frame: VideoFrame) -> float:
        stamp = frame.dts if frame.pts is None else frame.pts
        if stamp is None:
            return self._group.start
        return stamp * self._tick - self._origin  # a frame that was drained names no time base of its own

    def _note_end(self, packet: Packet[Any]) -> None:
        start = self._seconds(packet)
        length = packet.duration * self._tick if packet.duration else 1 / self._rate
        self.end = max(self.end, start + length)
        self._count += 1

    def _image(self, seconds: float, frame: VideoFrame) -> tuple[float, Image]:
        if self._made is None or self._made[0] != seconds:
            self._made = seconds, Image(self._screen.show(frame))
        return self._made
