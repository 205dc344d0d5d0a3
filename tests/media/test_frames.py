from __future__ import annotations

import io
import random

import pytest

from sensorium.media.frames import mpeg, mpeg_inside

MP3 = b"\xff\xfb\x90\x00" + bytes(413)  # MPEG 1, layer III, 128 kbit/s, 44.1 kHz: 417 bytes
AAC = b"\xff\xf1\x50\x80\x02\x1f\xfc" + bytes(9)  # ADTS, 16 bytes


def found(data: bytes) -> str | None:
    return mpeg(io.BytesIO(data), data[: 1 << 16])


def test_frames_in_a_row_are_told_without_a_tag() -> None:
    assert found(MP3 * 5) == "audio/mpeg"
    assert found(AAC * 5) == "audio/aac"


def test_a_long_id3_tag_is_stepped_over() -> None:
    length = 300_000
    tag = b"ID3\x04\x00\x00" + bytes((length >> shift) & 0x7F for shift in (21, 14, 7, 0)) + bytes(length)
    assert found(tag + MP3 * 3) == "audio/mpeg"
    assert found(tag + AAC * 3) == "audio/aac"
    assert found(tag + b"fLaC" + bytes(50)) == "audio/flac"


@pytest.mark.parametrize(("step", "before"), [(188, b""), (192, b"\0\0\0\0"), (204, b"")])
def test_transport_streams_are_told_by_their_beat(step: int, before: bytes) -> None:
    packet = before + b"\x47" + bytes(step - 1 - len(before))
    assert found(packet * 10) == "video/mp2t"


def test_text_and_noise_are_no_stream() -> None:
    assert found("ÿþ text in UTF-16".encode("utf-16")) is None
    assert found(b"\xff\xfeh\0i\0") is None
    assert found(b"GGGGGGGGGG" * 100) is None or found(b"G" * 50) is None
    noise = random.Random(3)
    assert all(found(noise.randbytes(4096)) is None for _ in range(200))


def test_a_stream_cut_in_the_middle_of_a_frame_is_found_by_four_in_a_row() -> None:
    assert mpeg_inside(bytes(100) + b"\xff\x00" + MP3 * 6) == "audio/mpeg"
    assert mpeg_inside(bytes(100) + MP3) is None
