"""The small PDF writer makes files that a real reader reads."""

from __future__ import annotations

import pypdfium2

from sensorium.samples import charts, pdf


def test_text_tables_and_pictures_come_back() -> None:
    page = pdf.PdfPage()
    page.heading("A heading (with brackets)")
    page.paragraph("Nitrate, 50 µg/l, at 12 °C. " * 12)
    page.table([("Name", "Price"), ("Mug", "8.90")], (100, 80))
    page.picture(charts.bars("Title", ("a", "b"), {"one": (1, 2)}, "unit"), 200)
    other = pdf.PdfPage()
    other.heading("Second page")
    body = pdf.write([page, other], "Test")
    assert pdf.write([page, other], "Test") == body
    document = pypdfium2.PdfDocument(body)
    assert len(document) == 2
    text = document[0].get_textpage().get_text_range()
    assert "A heading (with brackets)" in text
    assert "50 µg/l, at 12 °C" in text
    assert "8.90" in text
    assert "Second page" in document[1].get_textpage().get_text_range()
    assert [o for o in document[0].get_objects() if isinstance(o, pypdfium2.PdfImage)]
    assert document.get_metadata_value("Title") == "Test"
