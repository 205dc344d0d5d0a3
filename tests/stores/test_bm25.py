"""The numbers of BM25."""

from __future__ import annotations

from math import log

import numpy as np
import pytest

from sensorium.stores.bm25 import gain, rarity


def test_rarity_falls_and_stays_above_nothing() -> None:
    found = [rarity(100, holding) for holding in (1, 10, 50, 99, 100)]
    assert found == sorted(found, reverse=True)
    assert found[-1] > 0
    assert rarity(4, 2) == pytest.approx(log(2))


def test_gain_by_the_book() -> None:
    assert gain(1.0, 10.0, 10.0) == pytest.approx(1)
    assert gain(2.0, 10.0, 10.0) == pytest.approx(2 * 2.2 / 3.2)
    assert gain(1.0, 20.0, 10.0) == pytest.approx(2.2 / (1 + 1.2 * 1.75))
    assert gain(1e9, 10.0, 10.0) == pytest.approx(2.2)


def test_many_are_the_same_as_one_to_the_last_bit() -> None:
    chance = np.random.default_rng(0)
    counts, lengths = chance.integers(1, 50, 500).astype(float), chance.integers(50, 900, 500).astype(float)
    many = gain(counts, lengths, 123.4)
    assert many.tolist() == [gain(count, length, 123.4) for count, length in zip(counts, lengths, strict=True)]
