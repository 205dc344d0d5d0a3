"""Java's regular expressions in Python's: AWS's classes of letters, numbers and blanks, over all of Unicode."""

from __future__ import annotations

import sys
import unicodedata

import pytest

from sensorium.wire.patterns import anchored, compiled
from sensorium.wire.shapes import service

TAG = r"([\p{L}\p{Z}\p{N}_.:/=+\-@]*)"


def test_a_tags_pattern_takes_exactly_its_characters() -> None:
    fits = compiled(TAG).fullmatch
    for code in range(sys.maxunicode + 1):
        character = chr(code)
        wanted = unicodedata.category(character)[0] in "LZN" or character in "_.:/=+-@"
        assert (fits(character) is not None) is wanted, hex(code)


def test_the_whole_text_counts() -> None:
    pattern = compiled("arn:aws[-a-z0-9]*:x")
    assert pattern.fullmatch("arn:aws-cn:x")
    assert not pattern.fullmatch("arn:aws:x\n")
    assert not pattern.fullmatch(" arn:aws:x")


def test_messages_print_patterns_with_anchors() -> None:
    assert anchored(TAG) == r"^([\p{L}\p{Z}\p{N}_.:/=+\-@]*)$"
    assert anchored("^x$") == "^x$"


@pytest.mark.parametrize("name", ["s3vectors", "bedrock-runtime"])
def test_every_pattern_of_the_models_is_known_to_python(name: str) -> None:
    patterns = {
        shape.metadata["pattern"]
        for shape in (service(name).shape_for(one) for one in service(name).shape_names)
        if "pattern" in shape.metadata
    }
    assert len(patterns) >= 4
    for pattern in patterns:
        assert r"\p" not in compiled(pattern).pattern
