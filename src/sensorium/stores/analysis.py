"""The terms of a text: what full-text search indexes, and what it looks for.

One way for records and queries: Unicode NFKC, case folded, invisible characters away, words at everything that is no
letter, mark or digit (so ``red_dress.jpg`` holds *red*, *dress* and *jpg*). A language stems its words (Snowball) and
then drops their accents, but for English, as Lucene's analyzers do; without a language, words stay as they are.

Scripts that write no spaces (Chinese, Japanese, Korean, Thai, Lao, Khmer, Burmese) give overlapping pairs of
characters, and single characters too, so that a word is found inside running text; a query of two or more such
characters in a row asks for the pairs alone. They are treated alike under every language.

There are no stop words: BM25 weighs what is everywhere next to nothing.
"""

from __future__ import annotations

import re
import sys
import unicodedata
from collections.abc import Iterator
from functools import cache
from itertools import pairwise

from sensorium.stores.base import Language
from sensorium.stores.stems import FOLDED, stem
from sensorium.types import MetadataValue

ANALYSIS = 1
"""Raised whenever the same text would give other terms: what was built of texts before is then built again."""
MAX_TERM_CHARS = 255
"""What is longer is cut, as in Lucene; no word is, but encoded data are."""

_PLAIN = re.compile(r"[a-z0-9]+")
_DENSE = (
    "\u0e00-\u0eff"  # Thai, Lao
    "\u1000-\u109f\ua9e0-\ua9ff\uaa60-\uaa7f"  # Burmese
    "\u1780-\u17ff"  # Khmer
    "\u1100-\u11ff\u3130-\u318f\ua960-\ua97f\uac00-\ud7ff"  # Hangul
    "\u3005-\u3007\u3021-\u3029\u3031-\u3035\u303b\u303c\u3041-\u30ff\u31f0-\u31ff"  # kana and their iteration marks
    "\u3100-\u312f\u31a0-\u31bf"  # Bopomofo
    "\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"  # Han
)
_INVISIBLE = re.compile("[\u00ad\u034f\u061c\u200c-\u200f\u202a-\u202e\u2060-\u206f\ufeff]+")
"""Soft hyphens, joiners and marks of direction, which stand inside words; a zero-width space ends one."""


def terms(text: str, language: Language | None = None) -> list[str]:
    """The terms of a record's text, in order, as often as they stand there."""
    return _stemmed(_words(text, asked=False), language)


def query_terms(text: str, language: Language | None = None) -> list[str]:
    """The terms that a query looks for: those of a text, without the single characters of pairs."""
    return _stemmed(_words(text, asked=True), language)


def text_of(value: MetadataValue | None) -> str:
    """What is text in a metadata value: a string, the strings of a list in lines; empty for other values."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "\n".join(item for item in value if isinstance(item, str))
    return ""


def _stemmed(words: list[str], language: Language | None) -> list[str]:
    if language is not None and language in FOLDED:
        words = [stem(word, language) for word in words]
    if words and max(map(len, words)) > MAX_TERM_CHARS:
        words = [word[:MAX_TERM_CHARS] for word in words]
    return words


def _words(text: str, asked: bool) -> list[str]:
    """Words, and for scripts without spaces pairs and single characters."""
    if text.isascii():
        return _PLAIN.findall(text.lower())
    folded = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    folded = _INVISIBLE.sub("", folded).replace("i\u0307", "i")  # what folding leaves of a Turkish capital
    words, letters = _patterns()
    found: list[str] = []
    for word, dense in words.findall(folded):
        if word:
            found.append(word)
            continue
        run = letters.findall(dense)
        if not asked or len(run) == 1:
            found += run
        found += map("".join, pairwise(run))
    return found


@cache
def _patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    """Words or runs without spaces; and the letters of such a run, each with the marks that it carries.

    ``\\w`` knows no marks, without which there is no Hindi, so they are asked of this Python's Unicode: 15 ms, once.
    """
    marks = "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in _ranges_of_marks())
    dense = rf"((?=\w)[{_DENSE}](?:(?=\w)[{_DENSE}]|[{marks}])*)"
    word = rf"([^\W_{_DENSE}](?:[^\W_{_DENSE}]|[{marks}])*)"
    return re.compile(f"{word}|{dense}"), re.compile(f"[^{marks}][{marks}]*")


def _ranges_of_marks() -> Iterator[tuple[int, int]]:
    first = last = -2
    for code in range(0x300, min(0x1F000, sys.maxunicode)):
        if unicodedata.category(chr(code))[0] == "M":
            if code != last + 1:
                if first >= 0:
                    yield first, last
                first = code
            last = code
    yield first, last
