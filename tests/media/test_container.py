"""Opening a file by FFmpeg: tracks, clock, refusals."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import av
import pytest

from sensorium.errors import Invalid, NotFound, Unreadable
from sensorium.media.container import Damage, check_complete, opened, packets, tracks
from sensorium.types import Source

Make = Callable[..., Path]
BROKEN = av.error.InvalidDataError(1, "broken")


def source(path: Path) -> Source:
    return Source(str(path), path)


def test_the_tracks_and_the_clock_of_a_film(film: Make) -> None:
    file = source(film("a.mp4", seconds=3.0))
    with opened(file) as container:
        found = tracks(container, file)
    assert found.pictures is not None
    assert found.sound is not None
    assert found.origin == 0.0
    assert found.declared == pytest.approx(3.0, abs=0.01)
    assert found.media_type == "video/mp4"
    assert found.notes == ()


def test_a_clock_that_does_not_begin_at_zero(film: Make) -> None:
    file = source(film("a.ts", seconds=3.0, format="mpegts"))
    with opened(file) as container:
        found = tracks(container, file)
    assert 0.05 < found.origin < 2.0
    assert found.declared is None  # a transport stream states none
    assert found.estimated == pytest.approx(3.0, abs=0.2)


def test_cover_art_is_no_picture_track(film: Make) -> None:
    file = source(film("a.mp4", pictures=None, seconds=2.0, cover=True))
    with opened(file) as container:
        assert container.streams.video
        found = tracks(container, file)
    assert found.pictures is None
    assert found.media_type == "audio/mp4"


@pytest.mark.parametrize(
    ("name", "what", "expected"),
    [
        ("a.mkv", {}, "video/x-matroska"),
        ("a.wav", {"pictures": None, "sound": "pcm_s16le"}, "audio/wav"),
        ("a.flac", {"pictures": None, "sound": "flac"}, "audio/flac"),
        ("a.ogg", {"pictures": None, "sound": "libopus"}, "audio/ogg"),
        ("a.avi", {"pictures": "mpeg4", "sound": None}, "video/x-msvideo"),
    ],
)
def test_a_media_type_without_a_claim(film: Make, name: str, what: dict[str, str | None], expected: str) -> None:
    file = source(film(name, seconds=1.0, **what))
    with opened(file) as container:
        assert tracks(container, file).media_type == expected


def test_neither_path_nor_data_is_invalid_and_a_missing_file_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(Invalid), opened(Source("x")):
        pass
    with pytest.raises(NotFound), opened(source(tmp_path / "none.mp4")):
        pass
    with pytest.raises(Unreadable, match="folder"), opened(source(tmp_path)):
        pass


@pytest.mark.parametrize(
    "text",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:2\n#EXTINF:2,\nfile:///etc/passwd\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile /etc/passwd\n",
        "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 5004 RTP/AVP 0\n",
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" profiles="urn:mpeg:dash:profile"></MPD>',
    ],
)
def test_files_that_name_other_files_are_refused(text: str) -> None:
    with pytest.raises(Unreadable), opened(Source("list", data=text.encode())):
        pass


def test_a_few_damaged_packets_are_told_and_many_refused() -> None:
    damage = Damage(Source("film"), "pictures")
    assert damage.notes == ()
    for _ in range(40):
        damage.good()
    for second in range(10):
        damage.bad(1.5 + second, BROKEN)
    assert damage.notes == ("damaged parts of the pictures skipped: 10, the first at 1.5 s",)
    with pytest.raises(Unreadable, match=r"film: its pictures are damaged from 1\.5 s on: broken"):
        damage.bad(20.0, BROKEN)


def test_nothing_but_damage_is_refused_however_little() -> None:
    damage = Damage(Source("film"), "sound")
    damage.check_any()
    damage.bad(0.0, BROKEN)
    with pytest.raises(Unreadable, match="none of its sound"):
        damage.check_any()


def test_only_a_file_that_ends_well_before_its_length_is_cut_short() -> None:
    file = Source("film")
    for declared, read in ((None, 1.0), (10.0, 9.2), (10.0, 30.0), (7_200.0, 7_150.0)):
        check_complete(file, declared, read)
    for declared, read in ((10.0, 8.9), (7_200.0, 7_000.0)):
        with pytest.raises(Unreadable, match=r"film: cut short: it states [\d.]+ s, its data end at"):
            check_complete(file, declared, read)


def test_a_track_that_turns_up_late_does_not_stop_the_others(film: Make) -> None:
    """Flash video announces no tracks: its sound begins after what FFmpeg looks at when opening."""
    file = source(
        film(
            "a.flv",
            pictures="flv",
            sound="libmp3lame",
            rate=44_100,
            seconds=20.0,
            fps=8,
            sound_late=14.0,
            sound_seconds=5,
        )
    )
    with opened(file) as container:
        found = tracks(container, file)
        assert found.pictures is not None
        shown = list(packets(container, found.pictures, file))
    assert len(shown) == 20 * 8
