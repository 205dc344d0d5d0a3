from __future__ import annotations

import io
import threading
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image
from tests.media import pdf_files

from sensorium.errors import NotFound, Unreadable
from sensorium.media.pdf import Pdf
from sensorium.types import Source


def source(data: bytes) -> Source:
    return Source("report.pdf", data=data)


def test_pages_text_and_pictures(tmp_path: Path) -> None:
    path = tmp_path / "report.pdf"
    path.write_bytes(pdf_files.pages(["First page\nsecond line", "Page two"]))
    with Pdf(Source("report.pdf", path=path)) as document:
        assert document.pages == 2
        assert document.text(1) == "First page\nsecond line"
        assert document.text(2) == "Page two"
        assert document.picture(1, 100).shape == (130, 100, 3)
        assert document.picture(1).shape == (1188, 918, 3)


def test_a_locked_pdf_is_unreadable() -> None:
    locked = b"/Encrypt<</Filter/Standard/V 1/R 2/O(%b)/U(%b)/P -4>>/ID[<00><00>]" % (b"x" * 32, b"y" * 32)
    data = pdf_files.pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"], locked)
    with pytest.raises(Unreadable, match=r"report\.pdf: locked with a password"):
        Pdf(source(data))


def test_a_truncated_pdf_is_unreadable() -> None:
    data = pdf_files.pages(["hello"] * 50)
    for cut in (len(data) // 2, len(data) - 400, 100):
        with pytest.raises(Unreadable, match="truncated PDF"):
            Pdf(source(data[:cut]))


def test_a_linearised_pdf_that_is_cut_is_unreadable() -> None:
    whole = pdf_files.pages(["hello"])
    data = whole.replace(b"%PDF-1.7\n", b"%PDF-1.7\n9 0 obj<</Linearized 1/L 99999>>endobj\n")
    with pytest.raises(Unreadable, match=r"a truncated PDF: \d+ of 99,999 bytes"):
        Pdf(source(data))


def test_garbage_is_unreadable() -> None:
    with pytest.raises(Unreadable, match="a broken, truncated or empty PDF"):
        Pdf(source(b"%PDF-1.7\n" + b"garbage" * 100 + b"%%EOF"))


def test_no_pages_is_unreadable() -> None:
    empty = pdf_files.pdf([b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[]/Count 0>>"])
    with pytest.raises(Unreadable, match="truncated or empty PDF"):
        Pdf(source(empty))
    with pytest.raises(Unreadable, match="truncated or empty PDF"):
        Pdf(source(pdf_files.pdf([b"<</Type/Catalog>>"])))


def test_a_missing_pdf_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Pdf(Source("x.pdf", path=tmp_path / "x.pdf"))


def test_text_is_bounded() -> None:
    line = b"(" + b"many words " * 100 + b") Tj "
    content = b"BT /F 1 Tf 1 1 Td " + line * 1000 + b"ET"
    with Pdf(source(pdf_files.drawing(content, pdf_files.FONT))) as document:
        assert 900_000 < len(document.text(1)) <= 1_000_000


def test_closing_twice_is_fine() -> None:
    document = Pdf(source(pdf_files.pages(["hello"])))
    document.close()
    document.close()


def test_many_threads_read_at_once() -> None:
    data = pdf_files.pages([f"page {number}" for number in range(6)])
    wrong: list[str] = []

    def work() -> None:
        for _ in range(5):
            with Pdf(source(data)) as document:
                for number in range(1, 7):
                    document.picture(number, 32)
                    if (text := document.text(number)) != f"page {number - 1}":
                        wrong.append(text)

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_filled_form_is_drawn_and_scans_are_upright() -> None:
    out = io.BytesIO()
    Image.new("RGB", (300, 200), (10, 200, 30)).save(out, "PDF")
    with Pdf(source(out.getvalue())) as document:
        pixels = document.picture(1, 50)
    assert pixels.shape == (50, 75, 3)
    assert tuple(int(value) for value in pixels[25, 30]) == pytest.approx((10, 200, 30), abs=6)
    assert pdfium.PDFIUM_INFO is not None


def test_file_names_of_any_bytes(tmp_path: Path) -> None:
    for name in ("~notes.pdf", "Отчёт 報告.pdf", "odd\udcff.pdf", "line\nbreak.pdf"):
        path = tmp_path / name
        path.write_bytes(pdf_files.pages(["hello"]))
        with Pdf(Source(name, path=path)) as document:
            assert document.text(1) == "hello"


def test_one_that_has_gone_since_it_was_checked_is_not_found(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        Pdf(Source("x.pdf", path=tmp_path / "x.pdf"), checked=True)
