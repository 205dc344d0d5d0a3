"""Texts come apart into the terms that are searched, the same for records and queries."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sensorium.stores.analysis import MAX_TERM_CHARS, query_terms, terms, text_of
from sensorium.stores.base import Language

LANGUAGES = [None, *Language]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", []),
        ("The quick, brown fox.", ["the", "quick", "brown", "fox"]),
        ("don't re-use file_name.JPG", ["don", "t", "re", "use", "file", "name", "jpg"]),
        ("3.14 and 1,000", ["3", "14", "and", "1", "000"]),
        ("ＡＢＣ ①② x² ﬁn", ["abc", "12", "x2", "fin"]),
        ("Straße ΣΊΣΥΦΟΣ İstanbul", ["strasse", "σίσυφοσ", "istanbul"]),
        ("co\u00adop\u200dera\u2060tion", ["cooperation"]),
        ("a\u200bb", ["a", "b"]),
        ("e\u0301te\u0301 \u0301", ["été"]),
        ("हिन्दी में", ["हिन्दी", "में"]),
        ("😀 — … ₽ ฿", []),
        ("a\0b", ["a", "b"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    assert terms(text) == expected
    assert query_terms(text) == expected


@pytest.mark.parametrize(
    ("text", "kept", "asked"),
    [
        ("東京都", ["東", "京", "都", "東京", "京都"], ["東京", "京都"]),
        ("水", ["水"], ["水"]),
        ("ｶﾞｽ", ["ガ", "ス", "ガス"], ["ガス"]),
        ("Python3で書く", ["python3", "で", "書", "く", "で書", "書く"], ["python3", "で書", "書く"]),
        ("百貨・店", ["百", "貨", "百貨", "店"], ["百貨", "店"]),
        ("น้ำ", ["น้ํ", "า", "น้ํา"], ["น้ํา"]),  # a vowel that NFKC takes apart: its ring stays with the consonant
        ("한국", ["한", "국", "한국"], ["한국"]),
        ("인사", ["인", "사", "인사"], ["인사"]),
    ],
)
def test_scripts_without_spaces(text: str, kept: list[str], asked: list[str]) -> None:
    assert terms(text) == kept
    assert query_terms(text) == asked


def test_what_is_very_long_is_cut_alike() -> None:
    assert terms("x" * 1000) == query_terms("X" * 999) == ["x" * MAX_TERM_CHARS]


def test_a_language_stems_and_the_neutral_one_does_not() -> None:
    assert terms("Running dogs", Language.ENGLISH) == ["run", "dog"]
    assert terms("Running dogs", Language.JAPANESE) == ["running", "dogs"]
    assert terms("Häuser 東京", Language.GERMAN) == ["haus", "東", "京", "東京"]


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_terms_are_letters_marks_and_digits_in_lower_case(text: str, language: Language | None) -> None:
    for term in terms(text, language):
        assert 1 <= len(term) <= MAX_TERM_CHARS
        for letter in term:
            assert unicodedata.category(letter)[0] in "LMN", (term, letter)
            assert not letter.isascii() or letter.isdigit() or letter.islower()


@given(st.text(max_size=60), st.sampled_from(LANGUAGES))
def test_a_text_is_found_by_its_own_words(text: str, language: Language | None) -> None:
    assert set(query_terms(text, language)) <= set(terms(text, language))
    assert bool(query_terms(text, language)) == bool(terms(text, language))


@given(st.text(max_size=40))
def test_folding_is_done_once_and_for_all(text: str) -> None:
    once = terms(text)
    assert terms(" ".join(once)) == [part for term in once for part in terms(term)]


def test_what_counts_as_text() -> None:
    assert text_of("a b") == "a b"
    assert text_of(["a", 1, "b", 2.5]) == "a\nb"
    for value in (None, True, 5, 1.5, [], [1, 2]):
        assert text_of(value) == ""
