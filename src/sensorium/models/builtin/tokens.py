"""Text to tokens, for any script: the first half of the text encoder, used by training and at run time alike.

A token is a string. Words of scripts with spaces are whole words; a run of katakana is a word, too (it spells loan
words); Han, hiragana, Thai, Lao, Khmer and Burmese, which write no spaces, give one token a character that carries the
characters after it (a window), so that features of the window can be taken from the token alone; emoji and symbols are
one token each. Punctuation is dropped. All text is NFKC-normalised and lower-cased; Arabic and Hebrew vowel marks go.
"""

from __future__ import annotations

import re
import unicodedata

HAN = "\u3005-\u3007\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003134f\u3041-\u309f\u3100-\u312f"
"""Han, hiragana, bopomofo: a token carries two more characters."""
SOUTHEAST = "\u0e01-\u0e4e\u0e81-\u0ece\u1000-\u109d\u1780-\u17d3"
"""Thai, Lao, Burmese, Khmer: a token carries four more characters."""
KATAKANA = "\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff"
INDIC = "\u0900-\u0963\u0966-\u0dff"
"""Indic scripts with their vowel signs, which `\\w` does not match; the danda is punctuation."""
SYMBOLS = "\u2190-\u2bff\u3200-\u33ff\ufe0e-\ufe0f\U0001f000-\U0001faff\u00a9\u00ae\u20e3\u2122$€£¥₹%+=<>°"

LONGEST_WORD = 40
HAN_WINDOW, SOUTHEAST_WINDOW = 3, 5

_TOKEN = re.compile(
    f"(?P<han>[{HAN}]+)|(?P<southeast>[{SOUTHEAST}]+)|(?P<katakana>[{KATAKANA}]+)"
    f"|(?P<number>[0-9]+(?:[.,][0-9]+)*)"
    f"|(?P<word>(?:[^\\W_0-9{HAN}{SOUTHEAST}{KATAKANA}]|[{INDIC}\u0300-\u036f])+)"
    f"|(?P<symbol>[{SYMBOLS}])"
)
_MARKS = re.compile(
    "[\u0591-\u05bd\u05bf-\u05c7\u0610-\u061a\u0640\u064b-\u065f\u0670\u06d6-\u06ed\u0307\u200b-\u200f\u2060\ufeff\u00ad]"
)
_DIGITS = {ord(c): str(unicodedata.decimal(c)) for c in map(chr, range(0x100, 0x10000)) if c.isdecimal()}


def normalise(text: str) -> str:
    """NFKC, lower case, without vowel marks of Arabic and Hebrew and zero-width characters; decimal digits as 0-9."""
    text = unicodedata.normalize("NFKC", text)
    if text.isascii():
        return text.lower()
    return _MARKS.sub("", text.lower()).translate(_DIGITS)


def tokens(text: str) -> list[str]:
    """Tokens of a text, in order; the empty list where it holds nothing but spaces and punctuation."""
    found: list[str] = []
    for match in _TOKEN.finditer(normalise(text)):
        kind, run = match.lastgroup, match.group()
        if kind == "han":
            found.extend(run[i : i + HAN_WINDOW] for i in range(len(run)))
        elif kind == "southeast":
            found.extend(run[i : i + SOUTHEAST_WINDOW] for i in range(len(run)))
        elif kind == "number":
            found.append(run.replace(",", ""))
        else:
            found.append(run[:LONGEST_WORD])
    return found
