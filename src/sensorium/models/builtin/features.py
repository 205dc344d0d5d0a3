"""Tokens to hashed features: which rows of the table a token's vector is the sum of.

A word has itself, its character n-grams between word marks (in its own script and transliterated to ASCII, so that a
name meets itself across scripts), and its consonant skeleton (washington, Вашингтон, ワシントン: "fsntn"). A window of
an unspaced script has its first character, the n-grams that start there, and their transliteration.
"""

from __future__ import annotations

import re
from zlib import crc32

import numpy as np
from anyascii import anyascii
from numpy.typing import NDArray

from sensorium.models.builtin.tokens import HAN, SOUTHEAST

BUCKETS = 131_072

_UNSPACED = re.compile(f"[{HAN}{SOUTHEAST}]")
_LETTERS = re.compile("[^a-z0-9]+")
_HANGUL = re.compile("[\uac00-\ud7a3]")
_REPEATED = re.compile(r"(.)\1+")
_SKELETON = str.maketrans("bdgqcxvwzjlm", "ptkkkkffssrn", "aeiouyh")


def skeleton(ascii_word: str) -> str:
    """Consonants of a transliterated word in classes that scripts keep apart differently (b p, l r, v w, …)."""
    folded = ascii_word.replace("ng", "n").translate(_SKELETON)
    return _REPEATED.sub(r"\1", folded)


def feature_names(token: str) -> list[str]:
    """The features of a token as strings; the first letter names the kind."""
    if _UNSPACED.match(token):
        return _window_features(token)
    names = ["w" + token]
    plain = _LETTERS.sub("", anyascii(token).lower())
    if plain == token:
        if len(token) > 2:
            _ngrams(names, token, (3, 4, 5))
    else:
        if plain:
            names.append("w" + plain)
            _ngrams(names, plain, (3, 4))
        if _HANGUL.match(token):
            _ngrams(names, token, (1, 2, 3))
        elif not token[0].isascii() or len(token) > 2:
            _ngrams(names, token, (3, 4))
    bones = skeleton(plain)
    if len(bones) > 2 and not bones.isdecimal():
        names.append("s" + bones)
        names.append("r" + bones[:4])
    return names


def _ngrams(names: list[str], word: str, sizes: tuple[int, ...]) -> None:
    marked = f"<{word}>"
    for size in sizes:
        names.extend(["g" + marked[i : i + size] for i in range(len(marked) - size + 1)])


def _window_features(window: str) -> list[str]:
    names = ["c" + window[:size] for size in range(1, len(window) + 1)]
    for size in (1, 2):
        sound = anyascii(window[:size]).lower()
        if sound and len(window) >= size:
            names.append("p" + sound)
    return names


def buckets(token: str) -> NDArray[np.int64]:
    """Table rows of a token's features, sorted and distinct, shape (features,)."""
    return np.unique(np.array([crc32(name.encode()) % BUCKETS for name in feature_names(token)], np.int64))
