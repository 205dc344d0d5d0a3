"""Tokens of every kind of script."""

from __future__ import annotations

import pytest

from sensorium.models.builtin.tokens import LONGEST_WORD, normalise, tokens


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A Man's café!", ["a", "man", "s", "café"]),
        ("1,234.5 km²", ["1234.5", "km", "2"]),
        ("狗在跑", ["狗在跑", "在跑", "跑"]),
        ("ワシントンで", ["ワシントン", "で"]),
        ("ﾜｼﾝﾄﾝ", ["ワシントン"]),
        ("대통령은", ["대통령은"]),
        ("डोनाल्ड ने कहा।", ["डोनाल्ड", "ने", "कहा"]),
        ("الرَّئيس ١٢", ["الرئيس", "12"]),
        ("I ❤ 🙂", ["i", "❤", "🙂"]),
        ("snake_case", ["snake", "case"]),
        ("İstanbul", ["istanbul"]),
        ("", []),
        (" … — !?", []),
    ],
)
def test_tokens(text: str, expected: list[str]) -> None:
    assert tokens(text) == expected


def test_thai_gives_windows_of_five() -> None:
    found = tokens("คำไทย")
    assert len(found) == 6
    assert found[0] == normalise("คำไทย")[:5]


def test_a_word_has_an_end() -> None:
    assert tokens("x" * 400) == ["x" * LONGEST_WORD]


def test_normal_form_joins_what_looks_the_same() -> None:
    assert normalise("Cafe\u0301") == normalise("café")
    assert normalise("ｆｕｌｌ") == "full"
