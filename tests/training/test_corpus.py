"""The student's corpus: what means what, and what is left out."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra [train]: torch is missing")

from training.corpus import Corpus, read_corpus  # after the skip
from training.data import DataFolder  # after the skip


@pytest.fixture(scope="module")
def corpus(tiny: Path) -> Corpus:
    return read_corpus(DataFolder(tiny))


def meaning(corpus: Corpus, domain: str, text: str) -> list[str]:
    kind = corpus.domains[domain]
    return [corpus.english[i] for i in kind.owners[kind.texts.index(text)]]


def test_domains(corpus: Corpus) -> None:
    assert set(corpus.domains) == {"captions", "sounds", "sts", "news", "words", "gloss"}


def test_a_translation_means_its_english(corpus: Corpus) -> None:
    assert meaning(corpus, "news", "этот hammer falls 0") == ["the hammer falls 0"]
    assert meaning(corpus, "captions", "照片12") == ["photograph 1 seen 2"]
    assert meaning(corpus, "words", "Hammer") == ["hammer"]


def test_a_caption_without_a_counterpart_means_all_of_its_photograph(corpus: Corpus) -> None:
    assert len(meaning(corpus, "captions", "有3的照片")) == 5
    assert len(meaning(corpus, "captions", "照片01")) == 4


def test_dev_rows_are_left_out(corpus: Corpus) -> None:
    captions = set(corpus.domains["captions"].texts)
    assert "photograph 30 seen 0" not in captions
    assert "caption 5 0" not in captions  # the same photograph as dev row 25
    assert "caption 3 0" in captions
    assert "the hammer falls 40" not in corpus.domains["news"].texts
    assert len(corpus.domains["sts"]) == 40 * 2 * 11
