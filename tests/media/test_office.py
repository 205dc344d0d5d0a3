from __future__ import annotations

import gc
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from tests.media import office_files, pdf_files

from sensorium.errors import Unreadable, Unsupported
from sensorium.media import libreoffice, office, signatures
from sensorium.types import Modality, Page, PageSpan, Segment, Segmentation, Source, TextSpan

NOTE = ("read as text only: install LibreOffice to index its pages as they look",)


@pytest.fixture
def no_libreoffice(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(libreoffice, "program", lambda: None)


@pytest.fixture
def converter(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """LibreOffice that makes the PDF at the path given back, until that is removed."""
    made = tmp_path / "made.pdf"
    made.write_bytes(pdf_files.pages(["Page one", "Page two"]))

    def converted(source: Source, media_type: str) -> libreoffice.Converted:
        folder = tmp_path / "out"
        folder.mkdir(exist_ok=True)
        if not made.exists():
            raise Unreadable(f"{source.uri}: LibreOffice made no PDF of it: it said nothing", path=source.uri)
        (folder / "document.pdf").write_bytes(made.read_bytes())
        return libreoffice.Converted(source, folder, folder / "document.pdf")

    monkeypatch.setattr(libreoffice, "program", lambda: "soffice")
    monkeypatch.setattr(libreoffice, "converted", converted)
    return made


def read(data: bytes, max_chars: int = 400) -> list[Segment]:
    return list(office.segments(Source("a.docx", data=data), Segmentation(max_chars=max_chars)))


@pytest.mark.usefixtures("no_libreoffice")
@pytest.mark.parametrize("made", [office_files.docx, office_files.odt])
def test_paragraphs_are_passages_of_a_document(made: Callable[..., bytes]) -> None:
    first, second = read(made("Cats sleep all day.", "Dogs bark at night." * 3), 60)
    assert (first.modality, first.span, first.text) == (Modality.DOCUMENT, TextSpan(0, 19), "Cats sleep all day.")
    assert isinstance(first.payload, Page)
    assert (first.payload.text, first.payload.picture) == ("Cats sleep all day.", None)
    assert second.span == TextSpan(21, 21 + 57)
    assert second.notes == NOTE


@pytest.mark.usefixtures("no_libreoffice")
def test_slides_are_pages_and_empty_ones_keep_their_number() -> None:
    first, third = read(office_files.pptx(["Welcome"], [], ["The end", "Thanks"]))
    assert (first.span, first.text) == (PageSpan(1), "Welcome")
    assert (third.span, third.text) == (PageSpan(3), "The end\n\nThanks")
    assert third.media_type == signatures.PPTX


@pytest.mark.usefixtures("no_libreoffice")
def test_rows_of_a_workbook_stay_whole() -> None:
    rows = [[f"item {number}", number] for number in range(30)]
    found = read(office_files.xlsx({"Stock": rows}), 80)
    lines = [line for segment in found for line in (segment.text or "").split("\n")]
    assert lines == ["Stock", *(f"item {number}\t{number}" for number in range(30))]


@pytest.mark.usefixtures("no_libreoffice")
def test_what_only_libreoffice_reads_says_so() -> None:
    with pytest.raises(
        Unsupported, match=r"a\.docx: rtf is read through LibreOffice only; install it, or save as DOCX"
    ):
        read(rb"{\rtf1 hello}")


@pytest.mark.usefixtures("no_libreoffice")
def test_a_document_without_text_is_unreadable() -> None:
    for data in (office_files.docx(), office_files.pptx([])):
        with pytest.raises(Unreadable, match="the document holds no text; install LibreOffice"):
            read(data)


@pytest.mark.usefixtures("no_libreoffice")
def test_a_long_document_is_streamed() -> None:
    data = office_files.docx(*(f"Paragraph {number} of a long report. " * 20 for number in range(2000)))
    found = office.segments(Source("a.docx", data=data))
    assert next(found).span is not None
    assert sum(1 for _ in found) > 3000


def test_through_libreoffice_pages_are_as_they_look(converter: Path, tmp_path: Path) -> None:
    first, second = read(office_files.docx("Cats"))
    assert (first.source, first.media_type, first.span, first.text) == (
        "a.docx",
        signatures.DOCX,
        PageSpan(1),
        "Page one",
    )
    assert isinstance(second.payload, Page)
    assert second.payload.encoded is not None
    assert second.payload.encoded.read().startswith(b"\x89PNG")
    assert first.notes == ()
    del first, second
    gc.collect()
    assert not (tmp_path / "out").exists()


def test_a_conversion_that_fails_falls_back_to_the_text(converter: Path) -> None:
    converter.unlink()
    (segment,) = read(office_files.docx("Cats"))
    assert segment.text == "Cats"
    assert segment.notes == ("read as text only: LibreOffice made no PDF of it: it said nothing",)
    with pytest.raises(Unreadable, match="LibreOffice made no PDF of it"):
        read(rb"{\rtf1 hello}")


def test_a_bomb_never_reaches_libreoffice(converter: Path) -> None:
    bomb = office_files.package({"[Content_Types].xml": "<Types/>", "word/document.xml": b" " * (64 << 20)})
    with pytest.raises(Unreadable, match="a decompression bomb"):
        read(bomb)
    assert converter.exists()
    assert sys.getsizeof(bomb) < 100_000
