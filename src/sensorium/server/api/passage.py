"""The passage of a text that answers the words: cut around the first match, with the places of all."""

from __future__ import annotations

import re
from dataclasses import dataclass

MOST = 1_000
_LEAD = 200
"""Characters before the first match."""
_WORD = re.compile(r"\w+")
_MATCHES = 100


@dataclass(frozen=True, slots=True)
class Passage:
    """``matches`` are half-open ranges of ``text``; ``more`` says whether the record's text goes on."""

    text: str
    more: bool
    matches: list[tuple[int, int]]


def passage(text: str, words: frozenset[str], most: int | None = MOST) -> Passage:
    """At most ``most`` characters (None: all) of a text, around the first of the words, which are case-folded."""
    found = [match.span() for match in _WORD.finditer(text) if match.group().casefold() in words] if words else []
    start = 0
    if most is not None and len(text) > most:
        start = max(0, min(found[0][0] - _LEAD, len(text) - most)) if found else 0
        if start:  # begin with a whole word
            start = text.find(" ", start, start + 40) + 1 or start
    end = len(text) if most is None else min(len(text), start + most)
    matches = [(low - start, high - start) for low, high in found if low >= start and high <= end]
    return Passage(text[start:end], end - start < len(text), matches[:_MATCHES])


def words_of(text: str) -> frozenset[str]:
    """The words to look for, case-folded."""
    return frozenset(word.casefold() for word in _WORD.findall(text))
