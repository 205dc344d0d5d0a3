"""The office files are well-formed packages that hold their words."""

from __future__ import annotations

import io
import zipfile
from xml.etree import ElementTree as ET

import pytest

from sensorium.samples import office


@pytest.mark.parametrize(
    ("make", "part", "words"),
    [
        (office.minutes, "word/document.xml", "two ducks"),
        (office.slides, "ppt/slides/slide1.xml", "by bees"),
    ],
)
def test_a_package_parses_and_says_what_it_should(make, part: str, words: str) -> None:
    body = make()
    assert make() == body
    with zipfile.ZipFile(io.BytesIO(body)) as box:
        assert box.testzip() is None
        trees = {name: ET.fromstring(box.read(name)) for name in box.namelist()}
    assert "[Content_Types].xml" in trees
    assert words in " ".join(trees[part].itertext())
