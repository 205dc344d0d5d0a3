"""Every store that is installed does what the benchmark asks of it."""

from __future__ import annotations

from pathlib import Path

import pytest
from benchmarks.stores.corpus import Corpus
from benchmarks.stores.peers import ENTRIES, Entry
from benchmarks.stores.worker import Asked, Worker

QUERIES = list(range(20))


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_store_finds_what_it_was_given(entry: Entry, corpus: Corpus, folder: Path) -> None:
    if missing := entry.missing():
        pytest.skip(f"not installed: {', '.join(missing)}")
    filled = Worker(entry.name, corpus, folder)
    assert filled.ingest()["seconds"] > 0
    assert filled.build()["seconds"] >= 0
    filled.settle()
    filled.close()

    worker = Worker(entry.name, corpus, folder)
    assert worker.open().keys() == {"open_s", "first_s"}
    best = worker.efforts()[-1]
    worker.warm(5, best)
    found = worker.ask(Asked("", 10, QUERIES, best))
    assert found["recall"] > 0.98
    assert len(found["ms"]) == len(QUERIES)
    assert worker.threads(2, 0.02, best) > 0
    if entry.keeps:
        assert worker.ask(Asked("50 %", 10, QUERIES, best))["recall"] > 0.98
        assert worker.ask(Asked("far 10 %", 10, QUERIES, best))["recall"] > 0.98
        assert len(worker.puts([3, 4])) == 2
        assert worker.churn(0, 0.2)["seconds"] > 0
        assert worker.ask(Asked("", 10, QUERIES, best))["recall"] > 0.98
        assert worker.while_building(Asked("", 10, QUERIES, best))["ms"]
    size = worker.size()
    assert size["disk"] > corpus.vectors.nbytes
    assert size["private"] > size["before"] / 2 > 0
    worker.close()


@pytest.mark.parametrize("entry", ENTRIES, ids=lambda entry: entry.name)
def test_a_store_that_was_filled_and_not_indexed_can_be_left(entry: Entry, corpus: Corpus, folder: Path) -> None:
    if missing := entry.missing():
        pytest.skip(f"not installed: {', '.join(missing)}")
    worker = Worker(entry.name, corpus, folder)
    worker.create()
    assert worker.add(0)["seconds"] > 0
    worker.close()
