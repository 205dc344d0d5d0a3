from __future__ import annotations

import pypdfium2 as pdfium
import pytest
from tests.media import pdf_files

from sensorium.media.pdf import LOCK
from sensorium.media.raster import TooMuch, drawn
from sensorium.types import Pixels


def draw(data: bytes, side: int | None = None, scale: float = 1.0, seconds: float = 30.0) -> Pixels:
    with LOCK:
        document = pdfium.PdfDocument(data)
        page = document[0]
        try:
            return drawn(page, side, scale, seconds)
        finally:
            page.close()
            document.close()


def test_a_page_is_drawn_at_the_scale_or_to_the_side() -> None:
    data = pdf_files.pages(["hello"])
    assert draw(data).shape == (792, 612, 3)
    assert draw(data, scale=0.5).shape == (396, 306, 3)
    assert draw(data, side=224).shape == (290, 224, 3)


def test_colours_are_red_green_blue_on_white() -> None:
    pixels = draw(pdf_files.drawing(b"1 0 0 rg 0 396 306 396 re f 0 0 1 rg 306 0 306 396 re f"))
    assert tuple(pixels[100, 100]) == (255, 0, 0)
    assert tuple(pixels[700, 500]) == (0, 0, 255)
    assert tuple(pixels[100, 500]) == (255, 255, 255)


def test_a_turned_page_is_upright() -> None:
    assert draw(pdf_files.pages(["hello"], entries=b"/Rotate 90")).shape == (612, 792, 3)


@pytest.mark.parametrize("box", [b"0 0 14400 14400", b"0 0 1 200000", b"0 0 200000 200000", b"0 0 0 0", b"5 5 5 5"])
def test_a_page_of_any_size_is_bounded(box: bytes) -> None:
    height, width, _ = draw(pdf_files.pages(["hello"], box=box), side=224).shape
    assert 1 <= height * width <= 17_000_000


def test_a_giant_picture_is_not_decoded() -> None:
    with pytest.raises(TooMuch, match=r"a picture of 50,000 x 50,000 pixels, a decompression bomb"):
        draw(pdf_files.picture(50_000, 50_000, pdf_files.packed_zeros(1)))


def test_a_giant_picture_inside_a_form_is_found() -> None:
    image = pdf_files.picture(50_000, 50_000, b"").split(b"5 0 obj\n")[1].split(b"\nendobj")[0]
    form = pdf_files.stream(b"/Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</I 5 0 R>>>>", b"/I Do")
    data = pdf_files.drawing(b"/F Do", b"/XObject<</F 6 0 R>>", [image, form])
    with pytest.raises(TooMuch, match="50,000 x 50,000"):
        draw(data)


def test_a_page_that_takes_too_long_is_given_up() -> None:
    with pytest.raises(TooMuch, match="takes longer than 0 s to draw"):
        draw(pdf_files.drawing(b"0 0 m 600 700 l S\n" * 50_000), seconds=0.2)
