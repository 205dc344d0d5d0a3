"""Where a text may be cut without tearing a character as people see it: UAX #29 clusters, by unicodedata alone."""

from __future__ import annotations

import unicodedata

_ZWJ = "\u200d"
_EXTRA_EXTEND = frozenset("\u200c\u200d\uff9e\uff9f\u0e33\u0eb3")
_VIRAMAS = frozenset("\u094d\u09cd\u0a4d\u0acd\u0b4d\u0c4d\u0ccd\u0d4d\u1039\u17d2\u1b44\ua9c0")


def is_break(text: str, place: int) -> bool:
    """Whether ``text`` may be cut between ``place - 1`` and ``place``; its ends are always breaks."""
    if not 0 < place < len(text):
        return True
    before, after = text[place - 1], text[place]
    if before < "\u0300" and after < "\u0300":
        return before != "\r" or after != "\n"
    if before in "\r\n" or extends(after):
        return before in "\r\n"
    if before == _ZWJ:
        return not _pictorial(after)
    if before in _VIRAMAS:
        return unicodedata.category(after) != "Lo"
    if _is_flag(before) and _is_flag(after):
        return _flags_before(text, place) % 2 == 0
    return not _joins_hangul(before, after)


def extends(letter: str) -> bool:
    """Whether the character belongs to the one before it: a combining mark, a joiner, a skin tone, a tag."""
    if letter < "\u0300":
        return False
    return (
        unicodedata.category(letter) in {"Mn", "Mc", "Me"}
        or letter in _EXTRA_EXTEND
        or "\U0001f3fb" <= letter <= "\U0001f3ff"
        or "\U000e0020" <= letter <= "\U000e007f"
    )


def _pictorial(letter: str) -> bool:
    return unicodedata.category(letter) in {"So", "Sk", "Cn"} or "\u2190" <= letter <= "\u2bff"


def _is_flag(letter: str) -> bool:
    return "\U0001f1e6" <= letter <= "\U0001f1ff"


def _flags_before(text: str, place: int) -> int:
    start = place
    while start > 0 and _is_flag(text[start - 1]):
        start -= 1
    return place - start


def _joins_hangul(before: str, after: str) -> bool:
    """Conjoining jamo: L with L, V, LV, LVT; V with V, T; T with T."""
    lead, vowel, tail = "\u1100" <= before <= "\u115f", "\u1160" <= before <= "\u11a7", "\u11a8" <= before <= "\u11ff"
    if "\uac00" <= before <= "\ud7a3":
        vowel, tail = (ord(before) - 0xAC00) % 28 == 0, (ord(before) - 0xAC00) % 28 != 0
    if lead:
        return "\u1100" <= after <= "\u11a7" or "\uac00" <= after <= "\ud7a3"
    if vowel:
        return "\u1160" <= after <= "\u11ff"
    return tail and "\u11a8" <= after <= "\u11ff"
