"""Video files: every container, exact spans, odd clocks and tracks, damage."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from sensorium.errors import Invalid, Unreadable
from sensorium.media import video
from sensorium.types import Audio, Modality, Reading, Segment, Segmentation, Source, TimeSpan, Video

Make = Callable[..., Path]
Heard = Callable[[NDArray[np.float32], int], float]
Seen = Callable[[NDArray[np.uint8]], int]
COLOURS = 7


def tone_of(second: int) -> float:
    return 400.0 + 100.0 * second


def read(path: Path, seconds: float = 1.0, frames: int = 2, side: int | None = 100) -> list[Segment]:
    reading = Reading(frames=frames, picture_side=side)
    return list(video.segments(Source(str(path), path), Segmentation(seconds=seconds), reading))


def clip(segment: Segment) -> Video:
    assert isinstance(segment.payload, Video)
    return segment.payload


def tone(segment: Segment, heard: Heard) -> float:
    sound = segment.payload if isinstance(segment.payload, Audio) else clip(segment).sound
    assert sound is not None
    return heard(sound.samples[1_600:14_400], sound.rate)


def assert_seconds(found: list[Segment], seen: Seen, heard: Heard | None, count: int) -> None:
    """Segment ``i`` shows colour ``i``, plays tone ``i`` and says that it spans second ``i``."""
    assert len(found) == count
    for second, segment in enumerate(found):
        assert isinstance(segment.span, TimeSpan)
        assert segment.span.start_s == second
        assert segment.modality is Modality.VIDEO
        payload = clip(segment)
        assert payload.seconds == pytest.approx(segment.span.end_s - second, abs=1e-6)
        assert [seen(frame.pixels) for frame in payload.frames] == [second % COLOURS] * len(payload.frames), second
        assert all(0 <= at < payload.seconds for at in payload.times)
        assert list(payload.times) == sorted(payload.times)
        if heard is None:
            assert payload.sound is None
        else:
            assert payload.sound is not None
            assert payload.sound.seconds == pytest.approx(payload.seconds, abs=1 / 16_000)
            assert abs(tone(segment, heard) - tone_of(second)) < 8, second


CONTAINERS: dict[str, dict[str, Any]] = {
    "h264.mp4": {},
    "hevc.mp4": {"pictures": "libx265"},
    "av1.mp4": {"pictures": "libsvtav1"},
    "fragments.mp4": {"options": (("movflags", "frag_keyframe+empty_moov"),)},
    "a.mov": {"pictures": "mpeg4", "sound": "pcm_s16le"},
    "mjpeg.mov": {"pictures": "mjpeg"},
    "a.mkv": {"sound": "ac3", "layout": "5.1"},
    "vp8.webm": {"pictures": "libvpx", "sound": "libopus"},
    "vp9.webm": {"pictures": "libvpx-vp9", "sound": "libopus", "layout": "stereo"},
    "a.flv": {"pictures": "flv", "sound": "libmp3lame", "rate": 44_100},
    "h264.flv": {},
    "a.mpeg": {"pictures": "mpeg1video", "sound": "mp2", "fps": 25, "format": "mpeg"},
    "a.mpg": {"pictures": "mpeg2video", "sound": "mp2", "fps": 25, "format": "vob"},
    "silent.mpg": {"pictures": "mpeg1video", "sound": None, "fps": 25, "format": "mpeg1video"},
    "a.wmv": {"pictures": "wmv2", "sound": "wmav2", "rate": 44_100, "layout": "stereo", "format": "asf"},
    "a.3gp": {"pictures": "h263", "sound": "libopencore_amrnb", "rate": 8_000},
    "h264.3gp": {},
    "a.avi": {"pictures": "mpeg4", "sound": "libmp3lame", "rate": 44_100},
    "mjpeg.avi": {"pictures": "mjpeg", "sound": "pcm_s16le"},
    "a.ts": {"format": "mpegts"},
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_each_second_has_its_colour_and_tone_in_every_container(
    film: Make, seen: Seen, heard: Heard, name: str
) -> None:
    what = CONTAINERS[name]
    found = read(film(name, seconds=4.0, **what))
    assert_seconds(found, seen, heard if what.get("sound", "aac") else None, 4)
    assert found[0].media_type.startswith("video/")
    last = found[-1].span
    assert isinstance(last, TimeSpan)
    assert last.end_s == pytest.approx(4.0, abs=0.25)


@pytest.mark.parametrize(("gop", "frames"), [(1, 4), (5, 7), (12, 1), (12, 4), (30, 4), (1_000, 1), (1_000, 7)])
def test_every_frame_lies_in_its_own_part_whatever_the_key_frames(
    film: Make, seen: Seen, gop: int, frames: int
) -> None:
    path = film("a.mp4", seconds=7.0, sound=None, gop=gop, fps=24)
    for segment in read(path, seconds=3.5, frames=frames):
        payload = clip(segment)
        assert len(payload.frames) == len(payload.times) == frames
        part = payload.seconds / frames
        assert isinstance(segment.span, TimeSpan)
        for index, (frame, at) in enumerate(zip(payload.frames, payload.times, strict=True)):
            assert index * part - 0.2 <= at < (index + 1) * part
            assert seen(frame.pixels) == int(segment.span.start_s + at + 1e-6) % COLOURS


def test_one_segment_is_the_whole_file_with_its_own_bytes(film: Make) -> None:
    path = film("a.mp4", seconds=3.0)
    (only,) = read(path, seconds=5.0, frames=3)
    assert only.span is None
    payload = clip(only)
    assert payload.seconds == pytest.approx(3.0, abs=0.05)
    assert payload.encoded is not None
    assert payload.encoded.media_type == "video/mp4"
    assert payload.encoded.read() == path.read_bytes()


def test_bytes_read_like_a_path(film: Make, seen: Seen, heard: Heard) -> None:
    data = film("a.mkv", seconds=3.0).read_bytes()
    reading = Reading(frames=2, picture_side=100)
    found = list(video.segments(Source("blob", data=data), Segmentation(seconds=1.0), reading))
    assert_seconds(found, seen, heard, 3)


@pytest.mark.parametrize("side", [None, 72, 500])
def test_frames_are_scaled_down_to_the_side_and_never_up(film: Make, side: int | None) -> None:
    (only,) = read(film("a.mp4", seconds=1.0, size=(256, 144)), side=side, seconds=5.0)
    assert clip(only).frames[0].pixels.shape == ((72, 128, 3) if side == 72 else (144, 256, 3))


@pytest.mark.parametrize("rotation", [0, 90, -90, 180])
def test_rotation_is_applied(tmp_path: Path, rotation: int) -> None:
    """Left red, right blue, turned against the clock by ``rotation``."""
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("libx264", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 32, "yuv420p"
        stream.set_display_rotation(rotation)
        pixels = np.zeros((32, 64, 3), np.uint8)
        pixels[:, :32] = [255, 0, 0]
        pixels[:, 32:] = [0, 0, 255]
        for _ in range(10):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(pixels, "rgb24")))
        out.mux(stream.encode(None))
    (only,) = read(path, seconds=5.0, side=None)
    assert np.abs(clip(only).frames[0].pixels.astype(int) - np.rot90(pixels, rotation // 90)).mean() < 8


def test_wide_pixels_become_square(tmp_path: Path) -> None:
    path = tmp_path / "a.mkv"
    with av.open(str(path), "w") as out:
        stream: Any = out.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 100, 100, "yuv420p"
        stream.codec_context.sample_aspect_ratio = Fraction(16, 9)
        for _ in range(10):
            out.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((100, 100, 3), np.uint8), "rgb24")))
        out.mux(stream.encode(None))
    (only,) = read(path, seconds=5.0, side=50)
    assert clip(only).frames[0].pixels.shape == (50, 89, 3)


def test_no_sound_track(film: Make, seen: Seen) -> None:
    found = read(film("a.webm", seconds=3.0, pictures="libvpx", sound=None))
    assert_seconds(found, seen, None, 3)


def test_a_video_container_with_only_sound_is_audio(film: Make, heard: Heard) -> None:
    for name in ("a.mp4", "a.mkv", "a.avi"):
        found = read(film(name, pictures=None, seconds=3.0))
        assert [each.modality for each in found] == [Modality.AUDIO] * 3
        assert found[0].media_type.startswith("audio/")
        assert abs(tone(found[1], heard) - tone_of(1)) < 5


def test_cover_art_is_not_video(film: Make) -> None:
    found = read(film("a.mp3", pictures=None, sound="libmp3lame", rate=44_100, seconds=3.0, cover=True))
    assert [each.modality for each in found] == [Modality.AUDIO] * 3


def test_cover_art_beside_pictures_is_not_shown(film: Make, seen: Seen, heard: Heard) -> None:
    assert_seconds(read(film("a.mp4", seconds=3.0, cover=True)), seen, heard, 3)


def test_frames_at_odd_times_stand_until_the_next(film: Make, seen: Seen) -> None:
    """Slides: the picture of second 0 stands until 3.2 s, that of 3.2 s until 5.5 s."""
    path = film("a.mp4", at=(0.0, 3.2, 5.5, 6.4), sound=None, fps=10)
    found = read(path, seconds=1.0, frames=4)
    shown = [[seen(frame.pixels) for frame in clip(each).frames] for each in found]
    assert shown[:3] == [[0] * 4] * 3
    assert shown[3] in ([0, 3, 3, 3], [3, 3, 3, 3])
    assert shown[4] == [3] * 4
    assert set(shown[5]) == {3, 5}
    assert shown[5] == sorted(shown[5])
    assert all(len(clip(each).frames) == 4 for each in found)
    assert clip(found[1]).frames[0] is clip(found[1]).frames[3]


def test_sound_shorter_than_the_pictures(film: Make, seen: Seen, heard: Heard) -> None:
    found = read(film("a.mp4", seconds=6.0, sound_seconds=2.5, sound="aac"))
    assert len(found) == 6
    assert abs(tone(found[1], heard) - tone_of(1)) < 5
    half = clip(found[2]).sound
    assert half is not None
    assert half.seconds == 1.0
    assert np.abs(half.samples[:7_000]).max() > 0.3
    assert np.abs(half.samples[10_000:]).max() < 0.01
    assert [clip(each).sound for each in found[3:]] == [None] * 3
    assert [seen(clip(each).frames[0].pixels) for each in found] == [0, 1, 2, 3, 4, 5]


def test_sound_longer_than_the_pictures_goes_on_as_audio(film: Make, seen: Seen, heard: Heard) -> None:
    found = read(film("a.mp4", seconds=2.5, sound_seconds=6.0))
    assert [each.modality for each in found] == [Modality.VIDEO] * 3 + [Modality.AUDIO] * 3
    assert [seen(frame.pixels) for frame in clip(found[2]).frames] == [2, 2]
    assert abs(tone(found[5], heard) - tone_of(5)) < 5
    assert found[5].span is not None
    assert isinstance(found[5].payload, Audio)
    assert found[5].payload.encoded is not None
    assert found[5].payload.encoded.media_type == "audio/wav"


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
def test_pictures_that_start_late(film: Make, seen: Seen, heard: Heard, name: str) -> None:
    found = read(film(name, seconds=3.0, pictures_late=2.0, sound_seconds=5.0))
    assert [each.modality for each in found] == [Modality.AUDIO] * 2 + [Modality.VIDEO] * 3
    for second in (2, 3, 4):
        assert [seen(frame.pixels) for frame in clip(found[second]).frames] == [second - 2] * 2
        assert abs(tone(found[second], heard) - tone_of(second)) < 8


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
def test_sound_that_starts_late(film: Make, seen: Seen, heard: Heard, name: str) -> None:
    found = read(film(name, seconds=5.0, sound_late=2.0, sound_seconds=3.0))
    assert [seen(clip(each).frames[0].pixels) for each in found] == [0, 1, 2, 3, 4]
    silent = clip(found[0]).sound
    assert silent is not None
    assert np.abs(silent.samples).max() < 0.01
    assert abs(tone(found[3], heard) - tone_of(1)) < 8


def test_sound_and_pictures_stored_apart(tmp_path: Path, film: Make, seen: Seen, heard: Heard) -> None:
    """All pictures first, all sound after them."""
    pictures, sound = (
        film("p.mkv", seconds=4.0, sound=None),
        film("s.mka", seconds=4.0, pictures=None, sound="flac", format="matroska"),
    )
    path = tmp_path / "apart.mov"
    with (
        av.open(str(path), "w", options={"max_interleave_delta": "1"}) as out,
        av.open(str(pictures)) as p,
        av.open(str(sound)) as s,
    ):
        for given in (p, s):
            made = (
                out.add_stream_from_template(given.streams[0])
                if given is p
                else out.add_stream("pcm_s16le", rate=48_000, layout="mono")
            )
            if given is p:
                first = made
            else:
                second: Any = made
        for packet in p.demux(p.streams[0]):
            if packet.size:
                packet.stream = first
                out.mux(packet)
        for frame in s.decode(audio=0):
            frame.pts = None
            for each in av.AudioResampler("s16", "mono", 48_000).resample(frame):
                out.mux(second.encode(each))
        out.mux(second.encode(None))
    assert_seconds(read(path), seen, heard, 4)


def test_a_stream_without_a_stated_length(tmp_path: Path, film: Make, seen: Seen, heard: Heard) -> None:
    """Matroska as a browser records it: no duration, no index."""
    path = film("live.webm", seconds=4.0, pictures="libvpx", sound="libopus", options=(("live", "1"),))
    with av.open(str(path)) as made:
        assert made.duration is None
    assert_seconds(read(path), seen, heard, 4)


def test_a_file_longer_than_it_states_is_read_to_its_end(film: Make, seen: Seen) -> None:
    path = film("a.mkv", seconds=6.0, sound=None)
    data = bytearray(path.read_bytes())
    at = data.index(b"\x44\x89\x88") + 3  # Duration, eight bytes
    data[at : at + 8] = np.array([2_000.0], ">f8").tobytes()
    tag = data.find(b"00:00:06.")
    if tag > 0:
        data[tag : tag + 8] = b"00:00:02"
    path.write_bytes(data)
    assert_seconds(read(path), seen, None, 6)


@pytest.mark.parametrize("name", ["fast.mp4", "a.mkv", "a.avi", "a.flv", "a.wmv"])
def test_a_file_cut_short_is_unreadable(film: Make, name: str) -> None:
    what: dict[str, Any] = {
        "fast.mp4": {"options": (("movflags", "faststart"),)},
        "a.avi": {"pictures": "mpeg4", "sound": "libmp3lame", "rate": 44_100},
        "a.flv": {"pictures": "flv", "sound": "libmp3lame", "rate": 44_100},
        "a.wmv": {"pictures": "wmv2", "sound": "wmav2", "rate": 44_100, "format": "asf"},
    }.get(name, {})
    path = film(name, seconds=10.0, **what)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(Unreadable, match="cut short"):
        read(path)


def test_an_mp4_without_its_index_is_unreadable(film: Make) -> None:
    path = film("a.mp4", seconds=5.0)
    whole = path.read_bytes()
    for missing in (2_000, 20_000):
        path.write_bytes(whole[:-missing])
        with pytest.raises(Unreadable, match="cut short"):
            read(path)
    path.write_bytes(whole[: whole.index(b"moov") - 4])
    with pytest.raises(Unreadable, match="moov"):
        read(path)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.avi", "a.flv", "a.mpg", "a.wmv", "a.3gp"])
def test_an_empty_or_senseless_file_is_unreadable(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(b"")
    with pytest.raises(Unreadable, match="0 bytes"):
        read(path)
    path.write_bytes(bytes(5_000))
    with pytest.raises(Unreadable, match=name):
        read(path)


def test_damaged_pictures_are_skipped_and_noted(film: Make, seen: Seen, heard: Heard) -> None:
    path = film("a.mkv", seconds=8.0, fps=24, gop=24)
    with av.open(str(path)) as whole:
        packets = [(packet.pos, packet.size, packet.pts) for packet in whole.demux(video=0) if packet.size]
    data = bytearray(path.read_bytes())
    at, size, _ = packets[3 * 24]
    assert at is not None
    data[at + 8 : at + size] = b"\xff" * (size - 8)
    path.write_bytes(data)
    found = read(path)
    assert len(found) == 8
    for second in (0, 1, 2, 5, 6, 7):
        assert seen(clip(found[second]).frames[1].pixels) == second % COLOURS
        assert abs(tone(found[second], heard) - tone_of(second)) < 5
    assert found[0].notes == ()
    assert "damaged parts of the pictures skipped" in found[7].notes[0]


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv", "a.ts"])
@pytest.mark.parametrize(("start", "end"), [(0.0, 3.0), (2.0, None), (1.0, 4.0), (5.0, 90.0)])
def test_a_stretch_is_cut_from_its_own_start(
    film: Make, seen: Seen, heard: Heard, name: str, start: float, end: float | None
) -> None:
    source = Source("x", film(name, seconds=6))
    cut = Segmentation(seconds=1.0, start=start, end=end)
    found = list(video.segments(source, cut, Reading(frames=2, picture_side=100)))
    last = min(end or 6.0, 6.0)
    spans = [segment.span for segment in found]
    assert [span.start_s for span in spans if isinstance(span, TimeSpan)] == list(np.arange(start, last))
    assert isinstance(spans[-1], TimeSpan)
    assert spans[-1].end_s == pytest.approx(last, abs=0.1)
    for second, segment in enumerate(found, start=int(start)):
        assert {seen(frame.pixels) for frame in clip(segment).frames} == {second % COLOURS}
        assert tone(segment, heard) == pytest.approx(tone_of(second), abs=5)


def test_a_stretch_that_lies_beyond_the_end_is_invalid(film: Make) -> None:
    source = Source("x", film("a.mp4", seconds=2))
    with pytest.raises(Invalid, match="second 7 is asked for, its end is at 2"):
        list(video.segments(source, Segmentation(start=7.0), Reading()))
    with pytest.raises(Invalid, match="the end after it"):
        video.segments(source, Segmentation(start=2.0, end=2.0), Reading())


def test_frames_and_seconds_out_of_range_are_invalid(tmp_path: Path) -> None:
    with pytest.raises(Invalid, match="frames"):
        video.segments(Source("x", tmp_path), Segmentation(), Reading(frames=0))
    with pytest.raises(Invalid, match="seconds"):
        video.segments(Source("x", tmp_path), Segmentation(seconds=0.5), Reading())


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts the open files of Linux")
def test_a_dropped_generator_closes_the_file(film: Make) -> None:
    path = film("a.mp4", seconds=5.0)
    before = len(list(Path("/proc/self/fd").iterdir()))
    found = video.segments(Source("x", path), Segmentation(seconds=1.0), Reading())
    next(found)
    found.close()
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_cut_segment_encodes_to_an_mp4_of_its_span(film: Make, seen: Seen, heard: Heard) -> None:
    found = read(film("a.mkv", seconds=5.0, sound="ac3"))
    encoded = clip(found[3]).encoded
    assert encoded is not None
    assert encoded.media_type == "video/mp4"
    (again,) = video.segments(Source("cut", data=encoded.read()), Segmentation(seconds=5.0), Reading(frames=3))
    assert clip(again).seconds == pytest.approx(1.0, abs=0.1)
    assert [seen(frame.pixels) for frame in clip(again).frames] == [3, 3, 3]
    assert abs(tone(again, heard) - tone_of(3)) < 8


def test_nothing_is_printed(film: Make, capfd: pytest.CaptureFixture[str]) -> None:
    path = film("a.mp4", seconds=4.0)
    capfd.readouterr()
    data = bytearray(path.read_bytes())
    data[3_000:3_400] = bytes(400)
    path.write_bytes(data)
    assert read(path)
    assert capfd.readouterr() == ("", "")


def test_frames_are_read_only_once_asked_for(film: Make) -> None:
    source = Source("x", film("a.mp4", seconds=3.0))
    found = video.segments(source, Segmentation(seconds=1.0), Reading())
    assert source.path is not None
    source.path.unlink()
    with pytest.raises(Exception, match="no such file"):
        next(found)
