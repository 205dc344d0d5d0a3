"""BM25 over FTS5 is the reference's, and ties are broken by key however many there are."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.filter import parse
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, texts
from sensorium.stores.embedded.textscan import first, scan_text
from sensorium.stores.memorytexts import Texts
from sensorium.types import Record

TEXT = TextKey("text")


@pytest.fixture
def worded(store: EmbeddedStore) -> EmbeddedIndex:
    """300 records, some replaced and deleted, compacted once, some written since."""
    index = store.create(IndexSpec("default", "worded", 8, text_keys=(TEXT,)))
    chance = np.random.default_rng(3)
    for turn in range(4):
        words = chance.choice(["red", "hat", "shoe", "日本", "the"], (100, 12), p=[0.1, 0.1, 0.1, 0.1, 0.6])
        index.put(
            Record(f"{n:03}", np.ones(8, np.float32), {"text": " ".join(words[n % 100][: n % 13]), "n": n})
            for n in range(turn * 70, turn * 70 + 100)
        )
        index.delete(f"{n:03}" for n in range(turn * 20, turn * 20 + 5))
        if turn == 1:
            index.compact()
    return index


@pytest.mark.parametrize("words", ["red", "the", "red hat 日本 red", "nothing", "the shoe nothing"])
@pytest.mark.parametrize("condition", [None, {"n": {"$gte": 150}}])
def test_scores_are_the_references_to_the_last_bit(worded: EmbeddedIndex, words: str, condition: object) -> None:
    filter = None if condition is None else parse(condition)
    records = worded.scan(None, 1000)
    wanted = {records[place].key: score for place, score in Texts(records, TEXT).scores(words).items()}
    if condition:
        wanted = {key: score for key, score in wanted.items() if int(key) >= 150}
    with worded._opened.reading(filter) as moment:
        (text,) = texts.ready(moment.connection, moment.snapshot.slots)
        found = scan_text(moment, text, words, moment.lengths(text.number))
        keys = moment.keys(found.slots.tolist())
        assert {
            keys[slot].decode(): score for slot, score in zip(found.slots.tolist(), found.scores, strict=True)
        } == wanted


@pytest.mark.parametrize("k", [1, 5, 60, 199, 200, 500])
@pytest.mark.parametrize("groups", [1, 3, 200])
def test_ties_go_by_key(store: EmbeddedStore, k: int, groups: int) -> None:
    index = store.create(IndexSpec("default", "ties", 8))
    order = np.random.default_rng(k).permutation(200)
    index.put(Record(f"{n:03}", np.ones(8, np.float32)) for n in order)
    with index._opened.reading() as moment:
        values = (order % groups).astype(np.float64)
        wanted = sorted(range(200), key=lambda slot: (values[slot], order[slot]))[:k]
        assert first(moment, np.arange(200), values, k) == wanted
        few = np.arange(0, 200, 40)
        assert first(moment, few, values[few] * 0, 2) == sorted(few.tolist(), key=lambda slot: order[slot])[:2]
        assert first(moment, few[:0], values[:0], k) == []


def test_a_query_sees_one_moment_of_words(worded: EmbeddedIndex) -> None:
    with worded._opened.reading() as moment:
        (text,) = texts.ready(moment.connection, moment.snapshot.slots)
        before = scan_text(moment, text, "red", moment.lengths(text.number))
        worded.put([Record("new", np.ones(8, np.float32), {"text": "red"})])
        worded.delete([f"{n:03}" for n in range(200)])
        after = scan_text(moment, text, "red", moment.lengths(text.number))
        assert after.slots.tolist() == before.slots.tolist()
        assert after.scores.tolist() == before.scores.tolist()
    assert "new" in {hit.key for hit in worded.query(Query(500, texts=(("text", "red"),)))}
