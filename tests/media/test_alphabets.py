from __future__ import annotations

import pytest

from sensorium.media.alphabets import one_byte, two_byte


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("El niño comió piñas en el jardín. ¿Cuándo volverá?", "cp1252"),
        ("Příliš žluťoučký kůň úpěl ďábelské ódy", "cp1250"),
        ("Съешь же ещё этих мягких французских булок", "koi8-r"),
        ("Съешь же ещё этих мягких французских булок", "cp1251"),
        ("Pijamalı hasta yağız şoföre çabucak güvendi", "cp1254"),
        ("Per questo è più facile: perché no? Così è la verità.", "cp1252"),
    ],
)
def test_a_language_shows_its_charset(text: str, codec: str) -> None:
    assert one_byte(text.encode(codec)) == codec


@pytest.mark.parametrize(
    ("text", "codec"),
    [
        ("これは日本語の文章です。", "euc_jp"),
        ("これは日本語の文章です。", "cp932"),
        ("이것은 한국어 문장입니다. 맞습니까?", "cp949"),
        ("这是一个中文句子，很简单。", "gb18030"),
    ],
)
def test_east_asian_text_shows_its_charset(text: str, codec: str) -> None:
    assert two_byte(text.encode(codec)) == codec


def test_nothing_is_claimed_of_text_in_no_known_language() -> None:
    assert one_byte(b"plain ascii") is None
    assert one_byte(bytes(range(128, 256))) is None
    assert two_byte(b"plain ascii") is None
    assert two_byte("Съешь же ещё этих булок".encode("cp1251")) is None
