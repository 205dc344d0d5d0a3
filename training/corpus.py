"""The student's training texts: every text of the data folder with the English texts that say the same.

`read_corpus` returns one `Domain` a kind of text. Each entry is (text, language, ids of English texts in
`Corpus.english`); the student's target is the normalised mean of the teacher's vectors of those English texts. Captions
of Flickr8k dev photographs are left out wherever they occur (Multi30k shares photographs with Flickr8k).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from training.data import DataFolder, flat_captions, flickr_translations, ntrex_split
from training.teacher import embeddings

CHUNK = 40_000


@dataclass
class Domain:
    """Texts of one kind; `owners[i]` lists rows of `Corpus.english` that text i means."""

    name: str
    texts: list[str] = field(default_factory=list)
    languages: list[str] = field(default_factory=list)
    owners: list[tuple[int, ...]] = field(default_factory=list)

    def __len__(self) -> int:
        return len(self.texts)


class Corpus:
    """All domains, and the distinct English texts in order of first use (`english`)."""

    def __init__(self) -> None:
        self.domains: dict[str, Domain] = {}
        self.english: list[str] = []
        self._ids: dict[str, int] = {}

    def add(self, domain: str, text: str, language: str, meanings: Iterable[str]) -> None:
        """Append one text with the English texts that it means; empty texts are skipped."""
        ids = tuple(self._id(m) for m in dict.fromkeys(meanings) if m.strip())
        if text.strip() and ids:
            kind = self.domains.setdefault(domain, Domain(domain))
            kind.texts.append(text)
            kind.languages.append(language)
            kind.owners.append(ids)

    def _id(self, text: str) -> int:
        if text not in self._ids:
            self._ids[text] = len(self.english)
            self.english.append(text)
        return self._ids[text]

    def teacher(self, work: Path) -> NDArray[np.float32]:
        """Teacher vectors of `english`, (n, 384), cached in parts of 40,000 texts."""
        parts = [embeddings(work, "english", self.english[i : i + CHUNK]) for i in range(0, len(self.english), CHUNK)]
        return np.concatenate(parts)


def read_corpus(data: DataFolder) -> Corpus:
    """Read every training text. Missing text files are an error: the recipe is one for the whole folder."""
    corpus = Corpus()
    _captions(corpus, data)
    _parallel(corpus, data)
    _words(corpus, data)
    return corpus


def photograph(name: str) -> str:
    """The number of a Flickr photograph: what file names of Flickr8k and Multi30k share."""
    return re.split("[_.]", name)[0]


def _captions(corpus: Corpus, data: DataFolder) -> None:
    translations = flickr_translations(data)
    dev = {photograph(row["name"]) for row in data.split("flickr8k", "dev")}
    train = data.split("flickr8k", "train")
    for text in flat_captions(train)[0]:
        corpus.add("captions", text, "en", (text,))
    for row in train:
        other = translations.get(row["name"], {})
        english: Sequence[str] = row["captions"]
        for key in ("zh_mt_a", "zh_mt_b"):
            for i, text in enumerate(other.get(key, ())):
                aligned = len(english) == len(other[key])
                corpus.add("captions", text, "zh", (english[i],) if aligned else english)
        for text in other.get("zh_human", ()):
            corpus.add("captions", text, "zh", english)
        for text in other.get("ar", ()):
            corpus.add("captions", text, "ar", english)
    for row in data.text("multi30k"):
        if row["split"] == "train" and photograph(row["image"]) not in dev:
            for language in ("en", "de", "fr", "cs"):
                corpus.add("captions", row[language], language, (row["en"],))
    for row in data.text("multi30k_captions_en"):
        if photograph(row["image"]) not in dev:
            for text in row["en"]:
                corpus.add("captions", text, "en", (text,))
    for row in data.text("audio_captions"):
        for text in row["captions"]:
            corpus.add("sounds", text, "en", (text,))


def _parallel(corpus: Corpus, data: DataFolder) -> None:
    for row in data.text("stsb"):
        if row["split"] == "train":
            for side in ("a", "b"):
                for language, text in row[side].items():
                    corpus.add("sts", text, language, (row[side]["en"],))
    for row in ntrex_split(data)[0]:
        for language, text in row.items():
            corpus.add("news", text, language, (row["en"],))


def _words(corpus: Corpus, data: DataFolder) -> None:
    for row in data.text("wordnet"):
        for lemma in row["en"]:
            corpus.add("words", lemma, "en", (lemma,))
        for language, lemmas in row.get("x", {}).items():
            for lemma in lemmas:
                corpus.add("words", lemma, language, row["en"][:3])
        if row.get("gloss"):
            corpus.add("gloss", row["gloss"], "en", (row["gloss"],))
    for row in data.text("cldr_names"):
        name = row.get("name", {}).get("en")
        if not name:
            continue
        corpus.add("words", row["c"], "symbol", (name,))
        for language, text in row["name"].items():
            corpus.add("words", text, language, (name,))
        for keyword in row.get("kw", {}).get("en", ()):
            corpus.add("words", keyword, "en", (keyword,))
