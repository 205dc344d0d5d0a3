from __future__ import annotations

import io
import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont
from tests.media import pdf_files

from sensorium.errors import Unreadable
from sensorium.media import document, ocr
from sensorium.types import Modality, Page, PageSpan, Reading, Segment, Source


def read(data: bytes, side: int | None = 100) -> list[Segment]:
    return list(document.segments(Source("report.pdf", data=data), reading=Reading(picture_side=side)))


def page_of(segment: Segment) -> Page:
    assert isinstance(segment.payload, Page)
    return segment.payload


def scan(*lines: str, pages: int = 1) -> bytes:
    picture = Image.new("RGB", (520, 520), "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((40, 40 + 60 * number), line, fill="black", font=ImageFont.load_default(30))
    out = io.BytesIO()
    picture.save(out, "PDF", resolution=100, save_all=True, append_images=[picture] * (pages - 1))
    return out.getvalue()


def test_one_segment_a_page_with_its_text_and_picture() -> None:
    first, second = read(pdf_files.pages(["Revenue grew", "Costs fell"]))
    assert (first.source, first.modality, first.media_type) == ("report.pdf", Modality.DOCUMENT, "application/pdf")
    assert (first.span, second.span) == (PageSpan(1), PageSpan(2))
    assert (first.text, second.text) == ("Revenue grew", "Costs fell")
    assert first.notes == ()
    page = page_of(first)
    assert page.text == "Revenue grew"
    assert page.picture is not None
    assert page.picture.pixels.shape == (130, 100, 3)


def test_the_encoded_page_is_a_png_made_when_asked_for() -> None:
    page = page_of(read(pdf_files.pages(["one", "two"]))[1])
    assert page.encoded is not None
    assert page.picture is not None
    assert page.picture.encoded is page.encoded
    assert page.encoded.media_type == "image/png"
    picture = Image.open(io.BytesIO(page.encoded.read()))
    assert picture.size == (1224, 1584)


def test_pages_come_one_at_a_time(tmp_path: Path) -> None:
    path = tmp_path / "long.pdf"
    path.write_bytes(pdf_files.pages([f"page {number}" for number in range(1, 501)]))
    found = document.segments(Source("long.pdf", path=path), reading=Reading(picture_side=32))
    assert next(found).text == "page 1"
    tracemalloc.start()
    texts = [segment.text for segment in found]
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert texts == [f"page {number}" for number in range(2, 501)]
    assert peak < 3_000_000


def test_a_reader_that_stops_early_lets_go_of_the_file() -> None:
    found = document.segments(Source("a.pdf", data=pdf_files.pages(["one", "two"])))
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert list(found) == []


def test_a_broken_page_is_named_after_the_good_ones() -> None:
    data = pdf_files.pages(["one", "two", "three"]).replace(b"5 0 obj\n<</Type/Page/", b"5 0 obj\n<</Type/Xxxx/")
    found = document.segments(Source("a.pdf", data=data))
    assert [next(found).text, next(found).text] == ["one", "three"]
    with pytest.raises(Unreadable, match=r"a\.pdf: 1 of 3 pages: page 2 cannot be read"):
        next(found)


def test_a_bomb_on_a_page_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="page 1 holds a picture of 60,000 x 60,000 pixels, a decompression bomb"):
        read(pdf_files.picture(60_000, 60_000, pdf_files.packed_zeros(1)))


@pytest.mark.skipif(not ocr.available(), reason="needs the extra [ocr]")
def test_a_scan_is_read_by_ocr() -> None:
    (segment,) = read(scan("Annual report 2031", "Wind power doubled"))
    assert segment.text == "Annual report 2031\nWind power doubled"
    assert segment.notes == ()


@pytest.mark.skipif(not ocr.available(), reason="needs the extra [ocr]")
def test_a_scan_in_a_script_that_ocr_cannot_read_says_so() -> None:
    (segment,) = read(scan("Годовой отчёт", "Энергия ветра"))
    assert segment.text is None
    note = "a page without a text layer, of which OCR read less than half (it reads Latin and CJK)"
    assert segment.notes == (note,)


def test_without_ocr_the_pages_of_a_scan_say_alike_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    notes = {note for segment in read(scan("Annual report", pages=3)) for note in segment.notes}
    assert notes == {"a page without a text layer; to read the text in its picture: pip install 'sensorium[ocr]'"}


def test_a_blank_page_needs_no_note(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    (segment,) = read(pdf_files.pages([""]))
    assert segment.notes == ()
    assert np.all(page_of(segment).picture.pixels == 255)  # type: ignore[union-attr]
