from __future__ import annotations

import logging

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFont

from sensorium.errors import Unsupported
from sensorium.media import ocr
from sensorium.types import Pixels

needs_ocr = pytest.mark.skipif(not ocr.available(), reason="needs the extra [ocr]")


def drawn(*lines: str) -> Pixels:
    picture = Image.new("RGB", (420, 420), "white")
    for number, line in enumerate(lines):
        ImageDraw.Draw(picture).text((20, 20 + 60 * number), line, fill="black", font=ImageFont.load_default(30))
    return np.asarray(picture)


@needs_ocr
def test_lines_are_read_from_top_to_bottom(capfd: pytest.CaptureFixture[str]) -> None:
    found = ocr.recognised(drawn("Quarterly revenue", "grew by twelve"))
    assert found.text.lower() == "quarterly revenue\ngrew by twelve"
    assert (found.lines, found.unread) == (2, 0)
    assert capfd.readouterr() == ("", "")
    assert logging.getLogger().level == logging.WARNING


@needs_ocr
def test_lines_of_other_scripts_are_counted_and_not_guessed() -> None:
    found = ocr.recognised(drawn("Квартальная выручка", "выросла вдвое"))
    assert found.text == ""
    assert found.unread >= 2


@needs_ocr
def test_a_picture_without_text_has_none() -> None:
    assert ocr.recognised(np.full((200, 300, 3), 255, np.uint8)) == ocr.Recognised("", 0, 0)


def test_without_the_extra_the_error_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ocr, "available", lambda: False)
    ocr._engine.cache_clear()
    with pytest.raises(Unsupported, match=r"pip install 'sensorium\[ocr\]'"):
        ocr.recognised(np.zeros((10, 10, 3), np.uint8))
