"""The text files of the tiny data folder: enough languages and rows for the student to train on."""

from __future__ import annotations

import json
import lzma
from collections.abc import Sequence
from pathlib import Path
from typing import Any

LANGUAGES = ("de", "en", "es", "fr", "it", "ja", "nl", "pl", "pt", "ru", "zh")
"""In the order that the STS rows have."""
THINGS = ("hammer", "river", "candle", "engine", "forest", "button", "ladder", "mirror")
VERBS = ("falls", "sings", "burns", "turns", "waits")
WORDS = {
    "de": "das",
    "en": "the",
    "es": "el",
    "fr": "le",
    "it": "il",
    "ja": "これは",
    "nl": "het",
    "pl": "ten",
    "pt": "o",
    "ru": "этот",
    "zh": "这是",
    "ar": "هذا",
    "hi": "यह",
    "cs": "ten",
}


def sentence(i: int, language: str) -> str:
    """Sentence `i`: the same thing and number in every language."""
    return f"{WORDS[language]} {THINGS[i % len(THINGS)]} {VERBS[i % len(VERBS)]} {i}"


def rows_of(name: str) -> list[dict[str, Any]]:
    """The rows of a text file."""
    if name == "audio_captions":
        return [{"source": "audiocaps", "split": "train", "captions": [f"a sound {i}"]} for i in range(30)]
    if name == "flickr8k_zh_ar":
        return [
            {
                "image": f"{i}.jpg",
                "split": "train" if i < 24 else "dev",
                "ar": [f"صورة {i}"],
                "zh_mt_a": [f"照片{i}{j}" for j in range(5)],
                "zh_mt_b": [f"图片{i}{j}" for j in range(5)],
                "zh_human": [f"有{i}的照片"],
            }
            for i in range(32)
        ]
    if name == "multi30k":
        return [
            {
                "split": "train" if i < 38 else "val",
                "image": f"{i + 20}.jpg",
                **{key: sentence(i, key) for key in ("en", "de", "fr", "cs")},
            }
            for i in range(40)
        ]
    if name == "multi30k_captions_en":
        return [
            {"image": f"{i + 20}.jpg", "split": "train", "en": [f"caption {i} {j}" for j in range(2)]}
            for i in range(20)
        ]
    if name == "stsb":
        return [
            {
                "split": "train" if i < 40 else "dev",
                "score": float(i % 6),
                "a": {key: sentence(i, key) for key in LANGUAGES},
                "b": {key: sentence(i if i % 6 > 2 else i + 3, key) for key in LANGUAGES},
            }
            for i in range(60)
        ]
    if name == "ntrex":
        keys = ("en", "zh", "ru", "es", "de", "fr", "ja", "ar", "hi")
        return [{key: sentence(i, key) for key in keys} for i in range(220)]
    if name == "cldr_names":
        return [
            {"c": chr(0x1F600 + i), "name": {"en": f"face {i}", "de": f"Gesicht {i}"}, "kw": {"en": ["face"]}}
            for i in range(10)
        ]
    return [
        {
            "ili": f"i{i}",
            "pos": "n",
            "en": [thing],
            "gloss": f"an object that is called {thing} and that people use",
            "x": {"de": [thing.title()]},
        }
        for i, thing in enumerate(THINGS)
    ] + [
        {"ili": f"j{i}", "pos": "v", "en": [f"act {i}"], "gloss": f"to use a {THINGS[i % len(THINGS)]} for act {i}"}
        for i in range(len(THINGS) * 13)
    ]


NAMES: Sequence[str] = (
    "audio_captions",
    "flickr8k_zh_ar",
    "multi30k",
    "multi30k_captions_en",
    "stsb",
    "ntrex",
    "cldr_names",
    "wordnet",
)


def write_text(folder: Path) -> None:
    """Write every text file."""
    folder.mkdir()
    for name in NAMES:
        with lzma.open(folder / f"{name}.jsonl.xz", "wt", encoding="utf8") as lines:
            lines.writelines(json.dumps(row) + "\n" for row in rows_of(name))
