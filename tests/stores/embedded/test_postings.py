"""Postings are remembered, read on from where they end, cut for older moments, and bounded."""

from __future__ import annotations

import sqlite3
from pathlib import Path

import numpy as np
import pytest

from sensorium.errors import Corrupt
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, postings, texts
from sensorium.stores.embedded.moment import Moment
from sensorium.stores.embedded.postings import Posting, Postings
from sensorium.types import Record


@pytest.fixture
def worded(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> EmbeddedIndex:
    monkeypatch.setattr(postings, "LEAST_RECORDS", 5)
    index = store.create(IndexSpec("default", "worded", 8, text_keys=(TextKey("text"),)))
    write(index, 0, 20)
    return index


def write(index: EmbeddedIndex, first: int, end: int) -> None:
    index.put(Record(f"{n:02}", np.ones(8, np.float32), {"text": "red " * (n % 4)}) for n in range(first, end))


def posting(moment: Moment, term: str = "red") -> tuple[list[int], list[int]]:
    (text,) = texts.stored(moment.connection)
    slots, counts = moment.posting(text, term)
    return slots.tolist(), counts.tolist()


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """After which serial FTS5 was read, each time."""
    afters: list[int] = []
    holding = texts.holding

    def counted(connection: sqlite3.Connection, text: texts.Text, term: str, after: int) -> object:
        afters.append(after)
        return holding(connection, text, term, after)

    monkeypatch.setattr(postings, "holding", counted)
    return afters


def test_a_frequent_term_is_read_once_and_then_on(worded: EmbeddedIndex, seen: list[int]) -> None:
    expected = [n for n in range(20) if n % 4], [n % 4 for n in range(20) if n % 4]
    for _ in range(3):
        with worded._opened.reading() as moment:
            assert posting(moment) == expected
    assert seen == [-1]
    write(worded, 20, 24)
    with worded._opened.reading() as moment:
        assert posting(moment) == (expected[0] + [21, 22, 23], expected[1] + [1, 2, 3])
    assert seen == [-1, 19]


def test_a_rare_term_is_not_remembered(worded: EmbeddedIndex, seen: list[int]) -> None:
    worded.put([Record("rare", np.ones(8, np.float32), {"text": "blue blue"})])
    for _ in range(2):
        with worded._opened.reading() as moment:
            assert posting(moment, "blue") == ([20], [2])
    assert seen == [-1, -1]


def test_an_older_moment_sees_no_more_than_it_held(worded: EmbeddedIndex) -> None:
    with worded._opened.reading() as older:
        write(worded, 30, 40)
        with worded._opened.reading() as newer:
            assert len(posting(newer)[0]) == 23
        assert len(posting(older)[0]) == 15


def test_a_compaction_begins_anew(home: Path, worded: EmbeddedIndex) -> None:
    with worded._opened.reading() as moment:
        posting(moment)
    worded.delete([f"{n:02}" for n in range(10)])
    worded.compact()
    write(worded, 50, 54)
    with worded._opened.reading() as moment:
        assert posting(moment)[0] == [n - 10 for n in range(10, 20) if n % 4] + [10, 11, 13]
    assert len(worded.query(Query(50, texts=(("text", "red"),)))) == 8 + 3


def test_the_least_asked_for_is_forgotten(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(postings, "MOST_BYTES", 250)
    known = Postings()
    for name in ("a", "b", "c"):
        known._keep((1, name), Posting(0, 10, np.arange(10), np.ones(10, np.uint16)))
    assert list(known._known) == [(1, "b"), (1, "c")]
    assert known._bytes == 200
    known.clear()
    assert (list(known._known), known._bytes) == ([], 0)


def test_a_record_that_never_was_is_damage(worded: EmbeddedIndex) -> None:
    with worded._opened.writing() as (moment, _):
        moment.connection.execute("INSERT INTO text_1 (rowid, terms) VALUES (999, 'red')")
    with pytest.raises(Corrupt, match="never was"):
        worded.query(Query(5, texts=(("text", "red"),)))
