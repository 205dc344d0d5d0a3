from __future__ import annotations

import contextlib
import io
import random
import subprocess
import sys
import wave
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from tests.media import office_files, pdf_files

from sensorium.errors import PARTIAL, Invalid, NotFound, SensoriumError, Unreadable
from sensorium.media.read import check, read, read_one
from sensorium.types import Audio, Modality, Page, PageSpan, Segment, Segmentation, Source, TimeSpan

Make = Callable[..., Path]


def tone(seconds: float) -> bytes:
    out = io.BytesIO()
    with wave.open(out, "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes((np.sin(np.arange(int(8000 * seconds)) / 3) * 9000).astype("<i2").tobytes())
    return out.getvalue()


def png() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "red").save(out, "PNG")
    return out.getvalue()


@pytest.mark.parametrize(
    ("data", "modality", "media_type"),
    [
        (b"hello", Modality.TEXT, "text/plain"),
        (pdf_files.pages(["hello"]), Modality.DOCUMENT, "application/pdf"),
        (office_files.docx("hello"), Modality.DOCUMENT, None),
        (png(), Modality.IMAGE, "image/png"),
        (tone(2), Modality.AUDIO, "audio/wav"),
    ],
)
def test_every_kind_goes_to_its_reader(data: bytes, modality: Modality, media_type: str | None) -> None:
    segments = list(read(Source("file.bin", data=data)))
    assert {segment.modality for segment in segments} == {modality}
    assert {segment.source for segment in segments} == {"file.bin"}
    assert media_type is None or segments[0].media_type == media_type


@pytest.mark.parametrize("max_chars", [49, 50_001, 0, -1])
def test_passages_out_of_range_are_invalid_at_once(max_chars: int) -> None:
    with pytest.raises(Invalid, match=f"max_chars is {max_chars}; a text segment has 50 to 50,000") as caught:
        read(Source("x", data=b"x"), Segmentation(max_chars=max_chars))
    assert caught.value.path == "segmentation.max_chars"


@pytest.mark.parametrize("seconds", [0.9, 30.1, float("nan")])
def test_seconds_out_of_range_are_invalid_at_once(seconds: float) -> None:
    with pytest.raises(Invalid, match=r"1\.\.30"):
        read(Source("x", data=b"x"), Segmentation(seconds=seconds))
    check(Segmentation(50, 1.0))
    check(Segmentation(50_000, 30.0))


def test_nothing_is_opened_before_it_is_asked_for(tmp_path: Path) -> None:
    segments = read(Source("gone", path=tmp_path / "gone"))
    with pytest.raises(NotFound):
        next(segments)


def test_a_query_of_one_payload_has_no_note() -> None:
    assert read_one(Source("a.txt", data=b"red dress")).payload == "red dress"
    assert read_one(Source("a.txt", data=b"red dress")).notes == ()
    assert read_one(Source("a.png", data=png())).notes == ()
    assert read_one(Source("a.pdf", data=pdf_files.pages(["one"]))).notes == ()
    assert read_one(Source("a.wav", data=tone(29))).notes == ()


def test_a_query_of_several_pages_is_its_first() -> None:
    found = read_one(Source("a.pdf", data=pdf_files.pages(["one", "two"])))
    assert isinstance(found.payload, Page)
    assert (found.span, found.text) == (PageSpan(1), "one")
    assert found.notes == ("a.pdf: only the first page is taken; a query is one payload",)


def test_a_query_of_long_sound_is_its_first_seconds() -> None:
    found = read_one(Source("a.wav", data=tone(45)))
    assert isinstance(found.payload, Audio)
    assert found.payload.seconds == pytest.approx(30)
    assert found.notes == ("a.wav: only the first 30 seconds are taken; a query is one payload",)


def test_a_query_of_long_text_is_its_first_characters() -> None:
    found = read_one(Source("a.txt", data=b"A sentence. " * 10_000))
    assert 49_000 < len(str(found.payload)) <= 50_000
    assert found.notes == ("a.txt: only the first 49,991 characters are taken; a query is one payload",)


def test_a_query_that_breaks_later_is_still_its_first_page() -> None:
    data = pdf_files.pages(["one", "two"]).replace(b"5 0 obj\n<</Type/Page/", b"5 0 obj\n<</Type/Xxxx/")
    assert read_one(Source("a.pdf", data=data)).text == "one"
    with pytest.raises(Unreadable):
        read_one(Source("a.bin", data=bytes(100)))


def test_notes_are_read_without_loading_the_other_readers() -> None:
    code = (
        "import sys\nfrom sensorium.media.read import read\nfrom sensorium.types import Source\n"
        "list(read(Source('a.txt', data=b'hello')))\n"
        "print([name for name in ('av', 'pypdfium2', 'PIL', 'rapidocr') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


SEEDS = [
    pdf_files.pages(["one two three", "four"]),
    office_files.docx("Hello world. " * 9, "Second"),
    office_files.pptx(["a", "b"], ["c"]),
    office_files.xlsx({"S": [["a", 1], ["b", 2]]}),
    office_files.odt("Hello", "World"),
    b"<html><title>x</title><p>One &amp; two<table><tr><td>1</table>",
    b"1\n00:00:01,000 --> 00:00:02,500\nHello\n\n2\n00:00:03,000 --> 00:00:04,000\nBye\n",
    "Привет, мир. Hello 世界。".encode("utf-16"),
]


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(SEEDS), st.integers(0, 1 << 32), st.integers(1, 12))
def test_damaged_files_are_read_or_refused_and_never_crash(seed: bytes, luck: int, damages: int) -> None:
    data, chance = bytearray(seed), random.Random(luck)
    for _ in range(damages):
        place = chance.randrange(len(data) + 1)
        match chance.randrange(4):
            case 0:
                data[place : place + 1] = chance.randbytes(1)
            case 1:
                data[place:place] = chance.randbytes(4)
            case 2:
                del data[place : place + chance.randrange(30)]
            case _:
                del data[place + 20 :]
    with contextlib.suppress(SensoriumError):
        for segment in read(Source("damaged", data=bytes(data)), Segmentation(max_chars=50)):
            assert segment.source == "damaged"


def test_what_breaks_after_good_segments_says_that_they_are_good(film: Make) -> None:
    """An MKV cut short, sound alone and with pictures, read on its own and in order."""
    kinds: tuple[dict[str, Any], ...] = ({"pictures": None, "sound": "aac", "format": "matroska"}, {})
    for what in kinds:
        path = film("a.mkv", seconds=20.0, **what)
        path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
        good: list[Segment] = []
        with pytest.raises(Unreadable, match="cut short") as caught:
            good.extend(read(Source("a.mkv", path), Segmentation(seconds=5.0)))
        assert caught.value.code == PARTIAL
        assert caught.value.path == "a.mkv"
        assert [segment.span for segment in good[:2]] == [TimeSpan(0.0, 5.0), TimeSpan(5.0, 10.0)]


def test_what_breaks_before_any_segment_is_no_part(film: Make) -> None:
    path = film("a.mkv", pictures=None, sound="aac", format="matroska", seconds=5.0)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    for data in (path.read_bytes(), b"%PDF-1.7 and nothing else"):
        with pytest.raises(Unreadable) as caught:
            list(read(Source("a", data=data), Segmentation(seconds=5.0)))
        assert caught.value.code == "unreadable"
