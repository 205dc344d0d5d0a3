"""Stems of words by Snowball, for the languages that have a stemmer, with their accents folded as Lucene does."""

from __future__ import annotations

import threading
import unicodedata
from functools import cache, lru_cache
from typing import Protocol

from sensorium.stores.base import Language

FOLDED = {
    Language.ENGLISH: False,
    Language.FRENCH: True,
    Language.SPANISH: True,
    Language.PORTUGUESE: True,
    Language.ITALIAN: True,
    Language.GERMAN: True,
    Language.DUTCH: True,
}
"""The languages that are stemmed, and whether their accents are dropped after it."""

_lock = threading.Lock()
"""A stemmer holds the word that it works on."""


class _Stemmer(Protocol):
    def stemWord(self, word: str) -> str: ...  # noqa: N802  # Snowball's own name


@lru_cache(maxsize=1 << 16)
def stem(word: str, language: Language) -> str:
    """The stem of a word that is in lower case. Most words of a text have been met before and cost nothing."""
    with _lock:
        found = _stemmer(language).stemWord(word)
    if FOLDED[language] and not found.isascii():
        apart = unicodedata.normalize("NFD", found)
        found = unicodedata.normalize("NFC", "".join(one for one in apart if unicodedata.category(one) != "Mn"))
    return found


@cache
def _stemmer(language: Language) -> _Stemmer:
    """Snowball's in Python, even where its twin in C is installed: the two may be of different versions."""
    from snowballstemmer import (
        dutch_stemmer,
        english_stemmer,
        french_stemmer,
        german_stemmer,
        italian_stemmer,
        portuguese_stemmer,
        spanish_stemmer,
    )

    kinds: dict[Language, type[_Stemmer]] = {
        Language.ENGLISH: english_stemmer.EnglishStemmer,
        Language.FRENCH: french_stemmer.FrenchStemmer,
        Language.SPANISH: spanish_stemmer.SpanishStemmer,
        Language.PORTUGUESE: portuguese_stemmer.PortugueseStemmer,
        Language.ITALIAN: italian_stemmer.ItalianStemmer,
        Language.GERMAN: german_stemmer.GermanStemmer,
        Language.DUTCH: dutch_stemmer.DutchStemmer,
    }
    return kinds[language]()
