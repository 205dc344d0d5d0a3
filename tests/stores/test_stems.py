"""Stems, golden: another Snowball that gave others would need ``ANALYSIS`` to be raised."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from sensorium.stores.base import Language
from sensorium.stores.stems import FOLDED, stem

GOLDEN = {
    Language.ENGLISH: "running:run dogs:dog café:café nationalities:nation generously:generous happiness:happi",
    Language.FRENCH: "chevaux:cheval nationalités:national élève:elev mangeaient:mang herbes:herb",
    Language.SPANISH: "camiones:camion canción:cancion corrían:corr ciudades:ciudad niños:nin",
    Language.PORTUGUESE: "cidades:cidad casas:cas canção:canca felizmente:feliz",
    Language.ITALIAN: "gatti:gatt dormivano:dorm città:citt nazionale:nazional",
    Language.GERMAN: "häuser:haus bücher:buch grossen:gross kinder:kind",
    Language.DUTCH: "huizen:huis schoenen:schoen lopende:loop gewerkt:werk",
}


@pytest.mark.parametrize("language", GOLDEN)
def test_golden_stems(language: Language) -> None:
    pairs = dict(pair.split(":") for pair in GOLDEN[language].split())
    assert {word: stem(word, language) for word in pairs} == pairs


def test_every_language_that_is_stemmed_has_golden_stems() -> None:
    assert set(FOLDED) == set(GOLDEN)


def test_threads_do_not_mix_words_up() -> None:
    words = [f"{start}{end}" for start in ("walk", "jump", "talk", "look") for end in ("ing", "ed", "s")] * 50
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        found = list(pool.map(lambda word: stem(word, Language.ENGLISH), words))
    assert found == [word[:4] for word in words]
