"""BM25 over the texts of a moment, and what comes first among equals."""

from __future__ import annotations

from collections import Counter
from heapq import nsmallest
from itertools import islice
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sensorium.stores import bm25
from sensorium.stores.analysis import query_terms
from sensorium.stores.embedded.lengths import Lengths
from sensorium.stores.embedded.moment import Moment
from sensorium.stores.embedded.serials import Slots
from sensorium.stores.embedded.texts import Text

Scores = NDArray[np.float64]

_SCANNED_PER_FETCH = 8
"""Rows that the index of keys yields in order in the time that it takes to look one up (measured)."""


class Found(NamedTuple):
    """Records that hold one of the words."""

    slots: Slots
    """Rising."""
    scores: Scores
    """BM25, above 0."""


def scan_text(moment: Moment, text: Text, words: str, lengths: Lengths) -> Found:
    """The records of a moment, of those that its filter keeps, which hold one of the words under a text."""
    live, mask = moment.snapshot.live, moment.mask
    alive = lengths if live is None else lengths[live]
    held = int(np.count_nonzero(alive))
    average = float(alive.sum(dtype=np.float64)) / max(held, 1)
    total = np.zeros(len(lengths))
    for term, times in sorted(Counter(query_terms(words, text.key.language)).items()):
        slots, counts = moment.posting(text, term)
        if live is not None:
            there = live[slots]
            slots, counts = slots[there], counts[there]
        weight = times * bm25.rarity(held, len(slots))
        if mask is not None and mask is not live:
            there = mask[slots]
            slots, counts = slots[there], counts[there]
        total[slots] += weight * bm25.gain(counts.astype(np.float64), lengths[slots].astype(np.float64), average)
    found = np.flatnonzero(total)
    return Found(found, total[found])


def first(moment: Moment, slots: Slots, values: NDArray[np.floating[Any]], k: int) -> list[int]:
    """The k slots of the least values, ties by key, in that order."""
    if len(slots) > k:
        last = np.partition(values, k - 1)[k - 1]
        tied = slots[values == last]
        slots, values = slots[values < last], values[values < last]
        chosen = np.array(_first_keys(moment, tied, k - len(slots)), np.int64)
        slots = np.concatenate([slots, chosen])
        values = np.concatenate([values, np.full(len(chosen), last, values.dtype)])
    if not len(slots):
        return []
    order = np.argsort(values)
    slots, values = slots[order], values[order]
    equal = np.concatenate([[False], values[1:] == values[:-1], [False]])
    keys = moment.keys(slots[equal[1:] | equal[:-1]].tolist())  # of the tied alone: others need none
    ranked = sorted(
        zip(values.tolist(), slots.tolist(), strict=True), key=lambda pair: (pair[0], keys.get(pair[1], b""))
    )
    return [slot for _, slot in ranked]


def _first_keys(moment: Moment, slots: Slots, k: int) -> list[int]:
    """The k of these slots whose keys come first."""
    if len(slots) <= k:
        return list(slots.tolist())
    if len(slots) ** 2 * _SCANNED_PER_FETCH < k * moment.snapshot.count:
        keys = moment.keys(slots.tolist())
        return nsmallest(k, keys, key=keys.__getitem__)
    wanted = set(slots.tolist())
    ordered = moment.connection.execute("SELECT slot FROM records INDEXED BY records_key ORDER BY key")
    return list(islice((slot for (slot,) in ordered if slot in wanted), k))
