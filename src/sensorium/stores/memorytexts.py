"""BM25 over records in memory, one text after the other: the reference that the embedded store is held against."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from sensorium.stores import bm25
from sensorium.stores.analysis import query_terms, terms, text_of
from sensorium.stores.base import TextKey
from sensorium.types import Record


class Texts:
    """The terms of some records under one text key."""

    def __init__(self, records: Sequence[Record], text_key: TextKey) -> None:
        self._language = text_key.language
        self._counts = [
            Counter(terms(text_of(record.metadata.get(text_key.key)), text_key.language)) for record in records
        ]
        self._lengths = [counts.total() for counts in self._counts]

    def scores(self, words: str) -> dict[int, float]:
        """Place among the records to score, of those that hold one of the words."""
        held = sum(length > 0 for length in self._lengths)
        average = sum(self._lengths) / held if held else 0.0
        found: dict[int, float] = {}
        for term, times in sorted(Counter(query_terms(words, self._language)).items()):
            holding = [place for place, counts in enumerate(self._counts) if term in counts]
            weight = times * bm25.rarity(held, len(holding))
            for place in holding:
                gain = bm25.gain(self._counts[place][term], self._lengths[place], average)
                found[place] = found.get(place, 0.0) + weight * gain
        return found
