from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sensorium.errors import Unreadable
from sensorium.media import text
from sensorium.types import Modality, Segment, Segmentation, Source, TextSpan, TimeSpan


def read(data: bytes, name: str = "a.txt", max_chars: int = 60) -> list[Segment]:
    return list(text.segments(Source(name, data=data), Segmentation(max_chars=max_chars)))


def test_a_short_note_is_one_segment() -> None:
    (segment,) = read(b"  Buy milk.\r\nCall Anna.\n")
    assert segment == Segment(
        "a.txt", Modality.TEXT, "text/plain", TextSpan(2, 23), "Buy milk.\r\nCall Anna.", "Buy milk.\r\nCall Anna."
    )


@settings(max_examples=60, deadline=None)
@given(
    st.lists(
        st.sampled_from(["Привет, мир. ", "你好。", "Hello there. ", "naïve ", "\r\n\r\n", "😀 "]),
        min_size=1,
        max_size=60,
    ),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "utf-32"]),
)
def test_spans_count_the_characters_of_the_decoded_text(parts: list[str], codec: str) -> None:
    whole = "".join(parts)
    if not whole.strip():
        return
    for segment in read(whole.encode(codec)):
        assert isinstance(segment.span, TextSpan)
        assert whole[segment.span.start_char : segment.span.end_char] == segment.payload == segment.text


def test_spans_of_a_page_count_its_visible_text() -> None:
    first, second = read(
        b"<html><head><title>Cats</title></head><p>Cats sleep for most of the day, dear reader.<p>Dogs bark."
    )
    assert first.text == "Cats\n\nCats sleep for most of the day, dear reader."
    assert second.span == TextSpan(52, 62)
    assert second.media_type == "text/html"


def test_a_subtitle_names_the_seconds() -> None:
    data = b"WEBVTT\n\n00:01.000 --> 00:02.500\nHello\n\n00:20.000 --> 00:21.000\nBye\n"
    assert [(segment.span, segment.text) for segment in read(data, "a.vtt")] == [
        (TimeSpan(1.0, 2.5), "Hello"),
        (TimeSpan(20.0, 21.0), "Bye"),
    ]


def test_subtitles_without_a_word_are_read_as_text() -> None:
    (segment,) = read(b"WEBVTT\n\nNOTE nothing is said\n", "a.vtt")
    assert segment.span == TextSpan(0, 28)


def test_rows_of_a_table_stay_whole() -> None:
    rows = ["name,price", *(f"thing number {number}. It is nice,{number}" for number in range(20))]
    found = read("\n".join(rows).encode(), "a.csv", 100)
    assert [line for segment in found for line in str(segment.text).split("\n")] == rows


def test_damaged_bytes_are_noted() -> None:
    (segment,) = read("Привет, мир и все остальные люди".encode() + b"\xff!")
    assert segment.notes == ("some bytes are not valid UTF-8; they were read as �",)
    assert str(segment.text).endswith("�!")


def test_a_page_without_visible_text_is_unreadable() -> None:
    with pytest.raises(Unreadable, match=r"a\.html: the file holds no text to read"):
        read(b"<html><script>run()</script></html>", "a.html")


def test_a_large_file_is_streamed(tmp_path: Path) -> None:
    path = tmp_path / "big.log"
    path.write_text("2031-01-01 12:00:00 INFO all is well in the house.\n" * 100_000)
    found = text.segments(Source("big.log", path=path), Segmentation(max_chars=400))
    assert next(found).span == TextSpan(0, 356)
    assert sum(1 for _ in found) == -(-100_000 // 7) - 1
