from __future__ import annotations

import re
from pathlib import Path

from sensorium.media import signatures

TABLES = (signatures.IMAGES, signatures.AUDIO, signatures.VIDEO, signatures.FOREIGN)


def test_no_signature_hides_a_later_one() -> None:
    rows = [row for table in TABLES for row in table]
    for place, (offset, mark, name) in enumerate(rows):
        for later_offset, later, other in rows[place + 1 :]:
            assert offset != later_offset or not later.startswith(mark), f"{name} hides {other}"


def test_marks_inside_an_envelope_name_it() -> None:
    for offset, mark, _ in (*signatures.IMAGES, *signatures.AUDIO, *signatures.VIDEO):
        assert (offset == 8) == (mark in signatures.ENVELOPES)


def test_extensions_of_text_are_small_and_their_types_too() -> None:
    for suffix, media_type in signatures.TEXT_TYPES.items():
        assert re.fullmatch(r"\.[a-z]+", suffix)
        assert re.fullmatch(r"(text|application)/[a-z0-9.+-]+", media_type)


def test_the_reference_names_every_accepted_format() -> None:
    page = (Path(__file__).parents[2] / "docs" / "reference" / "formats.md").read_text(encoding="utf-8")
    named = re.findall(r"\(([^)]*)\)", signatures.ACCEPTED)
    for name in (name.strip(" …") for names in named for name in names.split(",")):
        assert re.search(rf"\b{name}\b", page), name
