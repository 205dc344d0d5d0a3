"""Sound files: every format, exact spans, damage."""

from __future__ import annotations

import io
import tracemalloc
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from sensorium.errors import Invalid, NotFound, Unreadable
from sensorium.media import audio
from sensorium.types import Audio, Modality, Reading, Segment, Segmentation, Source, Span, TimeSpan

Make = Callable[..., Path]
Heard = Callable[[NDArray[np.float32], int], float]
SECOND = Segmentation(seconds=1.0)


def tone_of(second: int) -> float:
    return 400.0 + 100.0 * second


def read(path: Path, seconds: float = 1.0, rate: int = 16_000) -> list[Segment]:
    return list(audio.segments(Source(str(path), path), Segmentation(seconds=seconds), Reading(sample_rate=rate)))


def sound(segment: Segment) -> Audio:
    assert isinstance(segment.payload, Audio)
    return segment.payload


def middle(segment: Segment) -> NDArray[np.float32]:
    """The first second of a segment without its edges, where codecs ring."""
    found = sound(segment)
    return found.samples[found.rate // 10 : found.rate * 9 // 10]


FORMATS: dict[str, dict[str, Any]] = {
    "u8.wav": {"sound": "pcm_u8"},
    "s16.wav": {"sound": "pcm_s16le", "rate": 44_100, "layout": "stereo"},
    "s24.wav": {"sound": "pcm_s24le", "rate": 96_000},
    "s32.wav": {"sound": "pcm_s32le", "layout": "5.1"},
    "f32.wav": {"sound": "pcm_f32le"},
    "f64.wav": {"sound": "pcm_f64le", "rate": 22_050},
    "low.wav": {"sound": "pcm_s16le", "rate": 8_000},
    "ulaw.wav": {"sound": "pcm_mulaw", "rate": 8_000},
    "a.mp3": {"sound": "libmp3lame", "rate": 44_100, "layout": "stereo"},
    "a.flac": {"sound": "flac", "rate": 44_100},
    "opus.ogg": {"sound": "libopus", "layout": "stereo"},
    "vorbis.ogg": {"sound": "vorbis", "layout": "stereo"},
    "a.opus": {"sound": "libopus"},
    "a.m4a": {"sound": "aac", "format": "ipod", "layout": "stereo"},
    "alac.m4a": {"sound": "alac", "format": "ipod"},
    "a.aac": {"sound": "aac", "format": "adts", "layout": "5.1"},
    "a.wma": {"sound": "wmav2", "rate": 44_100, "layout": "stereo", "format": "asf"},
    "a.aiff": {"sound": "pcm_s16be"},
    "a.mka": {"sound": "ac3", "format": "matroska", "layout": "5.1"},
}


@pytest.mark.parametrize("name", FORMATS)
def test_each_second_holds_its_own_tone_in_every_format(film: Make, heard: Heard, name: str) -> None:
    found = read(film(name, pictures=None, seconds=4.3, **FORMATS[name]))
    assert len(found) == 4
    for second, segment in enumerate(found):
        assert abs(heard(middle(segment), 16_000) - tone_of(second)) < 5, second
        assert isinstance(segment.span, TimeSpan)
        assert segment.span.start_s == second
        assert segment.modality is Modality.AUDIO
        assert segment.media_type.startswith("audio/")
        assert segment.notes == ()
    assert [len(sound(each).samples) for each in found[:-1]] == [16_000] * 3
    last = found[-1].span
    assert isinstance(last, TimeSpan)
    assert last.end_s == pytest.approx(3 + sound(found[-1]).seconds, abs=1e-6)
    assert last.end_s == pytest.approx(4.3, abs=0.06)


@pytest.mark.parametrize("name", ["s16.wav", "a.mp3", "a.m4a", "a.opus", "a.flac"])
def test_the_first_sample_is_the_first_sample_despite_encoder_delay(film: Make, name: str) -> None:
    """A click at 0.5 s is found at 0.5 s."""
    path = film(name, pictures=None, seconds=3.0, **FORMATS[name])
    whole = sound(read(path, seconds=30.0)[0]).samples
    begins = np.flatnonzero(np.abs(whole) > 0.05)[0] / 16_000
    assert begins < 0.006
    second_tone = whole[16_000 - 400 : 16_000 + 400]
    assert np.abs(second_tone).max() > 0.3


def test_loudness_is_kept_and_equal_channels_are_not_added_up(film: Make) -> None:
    for layout in ("mono", "stereo", "5.1"):
        path = film(f"{layout}.wav", pictures=None, seconds=2.0, sound="pcm_s16le", layout=layout)
        peak = np.abs(sound(read(path, 30)[0]).samples).max()
        assert peak == pytest.approx(0.5, abs=0.02), layout


def test_one_segment_is_the_whole_file_with_its_own_bytes(film: Make) -> None:
    path = film("a.flac", pictures=None, seconds=3.0, sound="flac")
    (only,) = read(path, seconds=5.0)
    assert only.span is None
    encoded = sound(only).encoded
    assert encoded is not None
    assert encoded.media_type == "audio/flac"
    assert encoded.read() == path.read_bytes()


def test_a_cut_segment_is_encoded_as_a_wav_of_its_span(film: Make) -> None:
    first, *_ = read(film("a.flac", pictures=None, seconds=3.0, sound="flac"))
    encoded = sound(first).encoded
    assert encoded is not None
    assert encoded.media_type == "audio/wav"
    with wave.open(io.BytesIO(encoded.read())) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (1, 16_000, 16_000)
        samples = np.frombuffer(file.readframes(16_000), "<i2") / 32767
    assert np.abs(samples - sound(first).samples).max() < 1e-4


def test_the_claimed_media_type_of_sound_is_kept(film: Make) -> None:
    path = film("a.opus", pictures=None, seconds=2.0, sound="libopus")
    (only,) = audio.segments(Source("x", path, media_type="audio/opus"), Segmentation(), Reading())
    assert only.media_type == "audio/opus"


def test_bytes_and_odd_names_read_like_a_path(film: Make, tmp_path: Path) -> None:
    path = film("a.mp3", pictures=None, seconds=3.0, sound="libmp3lame", rate=44_100)
    expected = sound(read(path, 30)[0]).samples
    (data,) = audio.segments(Source("blob", data=path.read_bytes()), Segmentation(), Reading())
    assert np.array_equal(sound(data).samples, expected)
    for name in ("with space, [brackets] %41 and #.mp3", "http:x.mp3", "日本語.mp3", "new\nline.mp3"):
        odd = path.rename(tmp_path / name)
        assert np.array_equal(sound(read(odd, 30)[0]).samples, expected), name
        path = odd


def test_a_name_that_is_not_utf8_is_read(film: Make, tmp_path: Path) -> None:
    import os

    odd = Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.wav"))
    try:
        film("a.wav", pictures=None, seconds=2.0, sound="pcm_s16le").rename(odd)
    except OSError:
        pytest.skip("this file system takes UTF-8 names only")
    assert sound(read(odd, 30)[0]).seconds == 2.0


def test_other_rates_have_the_same_spans(film: Make) -> None:
    path = film("a.wav", pictures=None, seconds=3.3, sound="pcm_s16le", rate=44_100)
    for rate in (8_000, 16_000, 22_050, 48_000):
        found = read(path, 1.0, rate)
        assert [each.span for each in found] == [TimeSpan(0, 1), TimeSpan(1, 2), TimeSpan(2.0, 3.3)]
        assert sum(len(sound(each).samples) for each in found) == round(3.3 * rate)


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.ogg"])
@pytest.mark.parametrize(("start", "end"), [(0.0, 3.0), (2.0, None), (1.0, 4.0), (5.0, 90.0)])
def test_a_stretch_is_cut_from_its_own_start(
    film: Make, heard: Heard, name: str, start: float, end: float | None
) -> None:
    codec = {"a.wav": "pcm_s16le", "a.mp3": "libmp3lame", "a.ogg": "libopus"}[name]
    source = Source("x", film(name, seconds=6, pictures=None, sound=codec))
    found = list(audio.segments(source, Segmentation(seconds=1.0, start=start, end=end), Reading()))
    last = min(end or 6.0, 6.0)
    assert len(found) == last - start
    for second, segment in enumerate(found, start=int(start)):
        assert isinstance(segment.span, TimeSpan)
        assert isinstance(segment.payload, Audio)
        assert segment.span.start_s == second
        assert segment.span.end_s == pytest.approx(second + 1, abs=0.1)
        assert heard(segment.payload.samples[1_600:14_400], 16_000) == pytest.approx(400 + 100 * second, abs=5)


def test_a_stretch_that_lies_beyond_the_end_is_invalid(film: Make) -> None:
    source = Source("x", film("a.wav", seconds=2, pictures=None, sound="pcm_s16le"))
    with pytest.raises(Invalid, match="second 7 is asked for, its end is at 2"):
        list(audio.segments(source, Segmentation(start=7.0), Reading()))


def test_fractional_seconds_do_not_drift(film: Make) -> None:
    path = film("a.wav", pictures=None, seconds=12.0, sound="pcm_s16le", rate=8_000)
    found = read(path, seconds=1.3337)
    total = sum(len(sound(each).samples) for each in found)
    assert total == 12 * 16_000
    position = 0
    for segment in found:
        assert isinstance(segment.span, TimeSpan)
        assert abs(position / 16_000 - segment.span.start_s) <= 0.5 / 16_000
        position += len(sound(segment).samples)


def test_cover_art_is_no_picture(film: Make) -> None:
    for name, codec, container in (("a.mp3", "libmp3lame", "mp3"), ("a.m4a", "aac", "mp4"), ("a.flac", "flac", None)):
        path = film(name, pictures=None, seconds=3.0, sound=codec, format=container, rate=44_100, cover=True)
        with av.open(str(path)) as made:
            assert len(made.streams.video) == 1
        found = read(path)
        assert [each.modality for each in found] == [Modality.AUDIO] * 3
        assert found[0].media_type.startswith("audio/")


def test_the_sound_of_a_video_is_read_on_the_videos_clock(film: Make, heard: Heard) -> None:
    path = film("a.mp4", seconds=4.0, sound_late=1.0, sound_seconds=3.0)
    found = read(path)
    assert np.abs(sound(found[0]).samples[:15_000]).max() < 0.01
    assert abs(heard(middle(found[1]), 16_000) - tone_of(0)) < 5
    assert found[0].media_type == "video/mp4"
    (whole,) = read(path, seconds=30)
    encoded = sound(whole).encoded
    assert encoded is not None
    assert encoded.media_type == "audio/wav"  # a model for sound shall not be sent the pictures


def test_silence_and_a_single_sample_are_sound(tmp_path: Path) -> None:
    for count in (1, 10, 16_000):
        path = tmp_path / f"{count}.wav"
        write_wav(path, np.zeros(count, np.int16), 16_000)
        (only,) = read(path)
        assert np.array_equal(sound(only).samples, np.zeros(count, np.float32))


def test_a_gap_in_the_clock_is_silence(tmp_path: Path, heard: Heard) -> None:
    """Two packets' worth of time is missing in the middle of a Matroska file."""
    path = tmp_path / "gap.mka"
    with av.open(str(path), "w", format="matroska") as out:
        stream: Any = out.add_stream("pcm_s16le", rate=16_000, layout="mono")
        tone = (np.sin(2 * np.pi * 1000 * np.arange(16_000) / 16_000) * 16_000).astype(np.int16)
        for second in (0, 1, 4):
            frame = av.AudioFrame.from_ndarray(tone.reshape(1, -1), "s16", "mono")
            frame.sample_rate, frame.pts = 16_000, second * 16_000
            out.mux(stream.encode(frame))
        out.mux(stream.encode(None))
    found = read(path)
    assert len(found) == 5
    loud = [float(np.abs(sound(each).samples[2_000:14_000]).max()) > 0.1 for each in found]
    assert loud == [True, True, False, False, True]
    assert abs(heard(middle(found[4]), 16_000) - 1000) < 5


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.mp3", "a.m4a", "a.ogg"])
def test_an_empty_file_is_unreadable(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"")
    with pytest.raises(Unreadable, match="0 bytes"):
        read(tmp_path / name)


def test_a_header_without_sound_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "none.wav"
    write_wav(path, np.zeros(0, np.int16), 16_000)
    with pytest.raises(Unreadable, match=r"none\.wav"):
        read(path)


def test_noise_is_unreadable(tmp_path: Path) -> None:
    path = tmp_path / "noise.mp3"
    path.write_bytes(np.random.default_rng(0).integers(0, 256, 20_000, np.uint8).tobytes())
    with pytest.raises(Unreadable, match=r"noise\.mp3"):
        read(path)


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("a.wav", {"sound": "pcm_s16le"}),
        ("a.flac", {"sound": "flac"}),
        ("a.mka", {"sound": "aac", "format": "matroska"}),
        ("fast.m4a", {"sound": "aac", "format": "ipod", "options": (("movflags", "faststart"),)}),
        ("a.mp3", {"sound": "libmp3lame", "rate": 44_100}),
        ("a.wma", {"sound": "wmav2", "rate": 44_100, "format": "asf"}),
    ],
)
def test_a_file_cut_short_is_unreadable_and_its_end_is_no_segment(film: Make, name: str, what: dict[str, Any]) -> None:
    path = film(name, pictures=None, seconds=20.0, **what)
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    found = audio.segments(Source(name, path), Segmentation(seconds=5.0), Reading())
    spans: list[Span | None] = []
    with pytest.raises(Unreadable, match="cut short"):
        spans.extend(segment.span for segment in found)
    assert spans in ([], [TimeSpan(0.0, 5.0), TimeSpan(5.0, 10.0)])


def test_a_damaged_part_is_silent_and_noted(film: Make, heard: Heard) -> None:
    short = (("cluster_time_limit", "500"),)
    path = film("a.mka", pictures=None, seconds=10.0, sound="flac", format="matroska", rate=16_000, options=short)
    data = bytearray(path.read_bytes())
    at = len(data) // 2
    data[at : at + 2_000] = bytes(2_000)
    path.write_bytes(data)
    found = read(path)
    assert len(found) == 10
    for second in (0, 2, 7, 9):
        assert abs(heard(middle(found[second]), 16_000) - tone_of(second)) < 5
    assert found[0].notes == ()
    assert "damaged parts of the sound skipped" in found[9].notes[0]


def test_sound_that_is_mostly_damage_is_unreadable(film: Make) -> None:
    path = film("a.mka", pictures=None, seconds=20.0, sound="flac", format="matroska", rate=16_000)
    with av.open(str(path)) as whole:
        places = [(packet.pos, packet.size) for packet in whole.demux() if packet.size]
    data = bytearray(path.read_bytes())
    for index, (at, size) in enumerate(places):
        if index > 20 and index % 2 and at is not None:
            data[at + 8 : at + size] = bytes(size - 8)
    path.write_bytes(data)
    with pytest.raises(Unreadable, match="damaged from"):
        read(path)


def test_a_playlist_cannot_name_other_files(tmp_path: Path, film: Make) -> None:
    inner = film("a.wav", pictures=None, seconds=2.0, sound="pcm_s16le")
    for name, text in (
        ("list.m3u8", f"#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\n{inner}\n#EXT-X-ENDLIST\n"),
        ("list.ffconcat", f"ffconcat version 1.0\nfile {inner}\n"),
    ):
        (tmp_path / name).write_text(text)
        with pytest.raises(Unreadable):
            read(tmp_path / name)


def test_a_missing_file_and_seconds_out_of_range_are_told(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        read(tmp_path / "none.wav")
    with pytest.raises(Invalid, match=r"1\.\.30"):
        audio.segments(Source("x", tmp_path / "x.wav"), Segmentation(seconds=31), Reading())


def test_no_sound_track_is_unreadable(film: Make) -> None:
    with pytest.raises(Unreadable, match="no sound"):
        read(film("a.mp4", seconds=2.0, sound=None))


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="counts the open files of Linux")
def test_a_dropped_generator_closes_the_file(film: Make) -> None:
    path = film("a.wav", pictures=None, seconds=5.0, sound="pcm_s16le")
    before = open_files()
    found = audio.segments(Source("x", path), SECOND, Reading())
    next(found)
    assert open_files() == before + 1
    found.close()
    assert open_files() == before


def test_a_long_recording_is_never_in_memory_whole(tmp_path: Path) -> None:
    path = tmp_path / "long.wav"
    write_wav(path, np.zeros(8_000 * 120, np.int16), 8_000)
    tracemalloc.start()
    seconds = sum(sound(each).seconds for each in audio.segments(Source("x", path), Segmentation(), Reading()))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert seconds == 120
    assert peak < 2e6  # 7.7 MB as one array


def test_nothing_is_printed(film: Make, capfd: pytest.CaptureFixture[str]) -> None:
    path = film("a.mp3", pictures=None, seconds=10.0, sound="libmp3lame", rate=44_100)
    capfd.readouterr()
    data = bytearray(path.read_bytes())
    data[5_000:6_000] = bytes(1_000)
    path.write_bytes(data)
    assert read(path)
    assert capfd.readouterr() == ("", "")


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


def write_wav(path: Path, samples: NDArray[np.int16], rate: int) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate)
        file.writeframes(samples.tobytes())
