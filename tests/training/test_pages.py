"""The rendered pages: about their noun, without its own gloss."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from tests.training.tiny_text import THINGS
from training.data import DataFolder
from training.pages import CHARACTERS, render, sheets


def test_a_page_is_about_its_noun(tiny: Path) -> None:
    found = sheets(DataFolder(tiny), 5)
    assert len(found) == 5
    for sheet in found:
        name, longer = sheet.queries
        assert name in THINGS
        assert longer.endswith(sheet.meaning)
        assert sheet.page.text.lower().count(name) >= 12
        assert sheet.meaning.lower() not in sheet.page.text.lower()
        assert len(sheet.page.text) <= CHARACTERS


def test_the_same_pages_every_time(tiny: Path) -> None:
    first, second = (sheets(DataFolder(tiny), 3) for _ in range(2))
    assert [sheet.page.text for sheet in first] == [sheet.page.text for sheet in second]


def test_rendering_puts_ink_inside_the_margins() -> None:
    pixels = render("A short text. " * 20)
    assert pixels.shape == (1100, 850, 3)
    ink = np.argwhere(pixels.min(2) < 128)
    assert ink.min() >= 55
    assert (ink.max(0) < (1050, 795)).all()
