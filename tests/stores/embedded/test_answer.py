"""Answers that the contract cannot ask for: of one moment, and None where a text is not indexed."""

from __future__ import annotations

import threading

import numpy as np

from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, Limits, texts
from sensorium.stores.embedded.answer import answer
from sensorium.types import Record

LIMITS = Limits()
RED = (("text", "red"),)


def worded(store: EmbeddedStore) -> EmbeddedIndex:
    index = store.create(IndexSpec("default", "worded", 8, text_keys=(TextKey("text"),)))
    index.put(Record(f"{n:03}", np.full(8, n + 1, np.float32), {"text": "red " * (n % 5)}) for n in range(100))
    return index


def test_a_text_that_is_not_indexed_has_no_answer_and_a_vector_has(store: EmbeddedStore) -> None:
    index = worded(store)
    with index._opened.writing() as (moment, _):
        texts.reconcile(moment.connection, [])
    with index._opened.reading() as moment:
        assert answer(moment, Query(5, texts=RED), LIMITS, []) is None
        assert answer(moment, Query(5, np.ones(8, np.float32), RED), LIMITS, []) is None
        assert len(answer(moment, Query(5, np.ones(8, np.float32)), LIMITS, []) or []) == 5
    assert len(index.query(Query(100, texts=RED))) == 80


def test_hits_are_whole_while_others_write(store: EmbeddedStore) -> None:
    """Every answer is of one moment: a key's text and its score belong together, and none is missing."""
    index = worded(store)
    done = threading.Event()
    failures: list[object] = []

    def write() -> None:
        turn = 0
        while not done.is_set():
            turn += 1
            index.put(
                Record(f"{n:03}", np.full(8, n + 1, np.float32), {"text": "red " * (1 + (n + turn) % 5)})
                for n in range(100)
            )
            if turn % 5 == 0:
                index.compact()

    def read(vector: np.ndarray | None) -> None:
        for _ in range(25):
            hits = index.query(Query(200, vector, RED))
            by_score = sorted((hit for hit in hits if hit.scores), key=lambda hit: -hit.scores.bm25.get("text", 0))
            counts = [str(hit.metadata["text"]).count("red") for hit in by_score]
            if vector is not None:
                counts = [count for count in counts if count]
            if len(hits) < 80 or counts != sorted(counts, reverse=True):
                failures.append((len(hits), counts))

    threads = [threading.Thread(target=read, args=(vector,)) for vector in (None, np.ones(8, np.float32), None)]
    writer = threading.Thread(target=write)
    for thread in (writer, *threads):
        thread.start()
    for thread in threads:
        thread.join()
    done.set()
    writer.join()
    assert failures == []
