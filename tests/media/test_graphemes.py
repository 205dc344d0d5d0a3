from __future__ import annotations

import pytest

from sensorium.media.graphemes import extends, is_break

WHOLE = [
    "e\u0301",
    "\r\n",
    "👩\u200d👩\u200d👧\u200d👦",
    "👍🏽",
    "❤\ufe0f\u200d🔥",
    "🇩🇪",
    "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
    "각",
    "\u1100\u1161\u11a8",
    "가\u11a8",
    "क्षि",
    "नी",
    "กำ",
    "1\ufe0f\u20e3",
]


@pytest.mark.parametrize("cluster", WHOLE)
def test_a_character_as_people_see_it_is_whole(cluster: str) -> None:
    text = f"a{cluster}b"
    assert [place for place in range(1, len(text)) if is_break(text, place)] == [1, len(text) - 1]


@pytest.mark.parametrize(
    ("text", "breaks"),
    [
        ("🇩🇪🇫🇷🇮", [2, 4]),
        ("\n\u0301", [1]),
        ("\n\r", [1]),
        ("한국", [1]),
        ("漢字", [1]),
        ("한\u1161", [1]),
        ("कम", [1]),
        ("ab", [1]),
        ("👍👍", [1]),
    ],
)
def test_two_characters_can_be_parted(text: str, breaks: list[int]) -> None:
    assert [place for place in range(1, len(text)) if is_break(text, place)] == breaks


def test_the_ends_of_a_text_are_breaks() -> None:
    assert is_break("\u0301", 0)
    assert is_break("a\u200d", 2)
    assert is_break("", 0)


def test_marks_and_joiners_extend_and_letters_do_not() -> None:
    assert all(extends(letter) for letter in "\u0301\u200d\ufe0f\U0001f3fd\u093e")
    assert not any(extends(letter) for letter in "aé漢 😀")
