from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.server.bedrock.wordcuts import cuts


def test_segments_are_as_long_as_may_be_and_end_between_words() -> None:
    assert [tuple(cut) for cut in cuts(["one two", " three four"], 9)] == [
        (0, 7, "one two"),
        (8, 13, "three"),
        (14, 18, "four"),
    ]


def test_a_segment_may_end_at_the_very_limit() -> None:
    assert [cut.text for cut in cuts(["aaaa bbbb cccc"], 9)] == ["aaaa bbbb", "cccc"]
    assert [cut.text for cut in cuts(["aaaa bbbb"], 9)] == ["aaaa bbbb"]


def test_a_script_without_spaces_is_cut_between_characters() -> None:
    assert [cut.text for cut in cuts(["漢" * 25], 10)] == ["漢" * 10, "漢" * 10, "漢" * 5]
    assert next(cuts(["ab" + "e\u0301" * 9], 5)).text == "abe\u0301"


@pytest.mark.parametrize("blank", ["", " ", "\n\n \t"])
def test_a_blank_text_has_none(blank: str) -> None:
    assert list(cuts([blank], 10)) == []


@given(st.lists(st.text(alphabet="ab \n漢e\u0301", max_size=30)), st.integers(2, 20))
def test_nothing_but_white_space_is_lost(blocks: list[str], max_chars: int) -> None:
    text, found = "".join(blocks), list(cuts(blocks, max_chars))
    place = 0
    for cut in found:
        assert text[place : cut.start].strip() == ""
        assert text[cut.start : cut.end] == cut.text == cut.text.strip()
        assert 0 < len(cut.text) <= max_chars
        place = cut.end
    assert text[place:].strip() == ""
