"""The reference for BM25, by hand."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from sensorium.stores.base import Language, TextKey
from sensorium.stores.memorytexts import Texts
from sensorium.types import Record


def records(*texts: object) -> list[Record]:
    return [Record(f"{n}", np.ones(1, np.float32), {"text": text}) for n, text in enumerate(texts)]


def test_scores_by_hand() -> None:
    found = Texts(records("red red hat", 7, "hats", "?"), TextKey("text")).scores("Red hat red")
    # two texts of 3 and 1 words, so 2 on average; each of the words stands in one of them
    rarity = log(1 + 1.5 / 1.5)
    red = 2 * 2.2 / (2 + 1.2 * (0.25 + 0.75 * 1.5))
    hat = 1 * 2.2 / (1 + 1.2 * (0.25 + 0.75 * 1.5))
    assert found == {0: pytest.approx(2 * rarity * red + rarity * hat)}


def test_nothing_to_find() -> None:
    assert Texts([], TextKey("text")).scores("red") == {}
    assert Texts(records(1, True), TextKey("text")).scores("red") == {}
    assert Texts(records("red"), TextKey("text")).scores("...") == {}


def test_the_language_is_the_keys() -> None:
    assert set(Texts(records("hats", "hat"), TextKey("text", Language.ENGLISH)).scores("hat")) == {0, 1}
