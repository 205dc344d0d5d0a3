"""Which part of a text is shown, and what is marked in it."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from sensorium.server.api.passage import MOST, passage, words_of


def test_a_short_text_is_whole() -> None:
    found = passage("Red shoes, red hats.", words_of("RED hats"))
    assert (found.text, found.more) == ("Red shoes, red hats.", False)
    assert [found.text[low:high] for low, high in found.matches] == ["Red", "red", "hats"]


def test_a_long_text_is_cut_around_the_first_match() -> None:
    text = "word " * 1_000 + "parrot " + "tail " * 1_000
    found = passage(text, words_of("parrot"))
    assert len(found.text) <= MOST
    assert found.more
    assert [found.text[low:high] for low, high in found.matches] == ["parrot"]
    assert found.text.startswith("word ")
    assert passage(text, frozenset()).text == text[:MOST]
    assert passage(text, words_of("parrot"), None).text == text


def test_parts_of_words_are_not_marked() -> None:
    assert passage("category", words_of("cat")).matches == []


@given(st.text(max_size=3_000), st.text(max_size=20))
def test_marks_lie_within(text: str, query: str) -> None:
    words = words_of(query)
    found = passage(text, words)
    assert found.text in text
    assert len(found.text) <= MOST
    for low, high in found.matches:
        assert found.text[low:high].casefold() in words
