"""BM25: how well a text answers some words, by how often it holds each, how rare each is, and how long the text is.

Statistics are those of one metadata key over the whole index, filter or not: only records whose value under the key
holds a term count. The rarity of a term is Lucene's, which is never negative.
"""

from __future__ import annotations

from math import log
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

K1 = 1.2
B = 0.75
Number = TypeVar("Number", float, NDArray[np.float64])


def rarity(records: int, holding: int) -> float:
    """The weight of a term that ``holding`` of ``records`` texts hold; above 0."""
    return log(1 + (records - holding + 0.5) / (holding + 0.5))


def gain(count: Number, length: Number, average: float) -> Number:
    """What a term that stands ``count`` times in a text of ``length`` terms brings, 0 to K1 + 1; one or many."""
    return count * (K1 + 1) / (count + K1 * (1 - B + B * length / average))
