"""Texts are built in turns, by whoever needs them, and picked up where a dead process left them."""

from __future__ import annotations

import threading
from pathlib import Path

import numpy as np
import pytest

from sensorium.errors import Corrupt
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, textbuild, texts
from sensorium.stores.embedded.textbuild import build
from sensorium.types import Record

TEXT = TextKey("text")


def records(first: int, end: int) -> list[Record]:
    return [Record(f"{n:03}", np.ones(8, np.float32), {"text": f"red w{n}"}) for n in range(first, end)]


def found(index: EmbeddedIndex, words: str) -> list[str]:
    return [hit.key for hit in index.query(Query(1000, texts=(("text", words),)))]


@pytest.fixture
def bare(store: EmbeddedStore, monkeypatch: pytest.MonkeyPatch) -> EmbeddedIndex:
    """An index of 50 records whose text key is known and not built, as an older store comes out of its migration."""
    monkeypatch.setattr(textbuild, "AT_ONCE", 20)
    index = store.create(IndexSpec("default", "bare", 8, text_keys=(TEXT,)))
    with index._opened.writing() as (moment, _):
        texts.reconcile(moment.connection, [])
    index.put(records(0, 50))
    assert index.unsearchable() == 50
    return index


def turn(index: EmbeddedIndex) -> bool:
    with index._opened.writing() as (moment, _):
        return build(moment)


def test_a_query_builds_what_it_needs(bare: EmbeddedIndex) -> None:
    assert found(bare, "w7") == ["007"]
    assert bare.unsearchable() == 0
    assert bare.verify().damages == ()


def test_a_build_goes_on_where_it_ended(home: Path, bare: EmbeddedIndex) -> None:
    assert not turn(bare)
    assert bare.unsearchable() == 30
    assert bare.verify().damages == ()
    bare.put(records(48, 60))  # while nobody builds: two replaced, ten new, none of them indexed
    bare.delete(["003", "033"])
    assert bare.unsearchable() == 42
    with EmbeddedStore(home) as store:
        other = store.open("default", "bare")
        assert len(found(other, "red")) == 58
        assert found(other, "w3 w33 w59") == ["059"]
    assert bare.unsearchable() == 0
    assert bare.verify().damages == ()


def test_a_compaction_in_the_middle_of_a_build(bare: EmbeddedIndex) -> None:
    turn(bare)
    bare.delete([f"{n:03}" for n in (1, 2, 30, 49)])
    bare.compact()
    assert bare.unsearchable() == 46 - 18
    assert len(found(bare, "red")) == 46
    assert bare.verify().damages == ()


def test_several_texts_are_built_one_after_the_other(bare: EmbeddedIndex) -> None:
    bare.configure([TEXT, TextKey("title"), TextKey("more")])
    assert bare.unsearchable() == 0
    bare.put([Record("x", np.ones(8, np.float32), {"title": "hat"})])
    assert [hit.key for hit in bare.query(Query(5, texts=(("title", "hat"),)))] == ["x"]


def test_an_older_analysis_is_done_anew(bare: EmbeddedIndex) -> None:
    assert found(bare, "w7") == ["007"]
    with bare._opened.writing() as (moment, _):
        moment.connection.execute("UPDATE texts SET analysis = 0")
    bare.put(records(50, 51))
    assert bare.unsearchable() == 51
    assert found(bare, "w50 w7") == ["007", "050"]
    assert bare.unsearchable() == 0


def test_writers_get_their_turns_while_a_text_is_built(store: EmbeddedStore, bare: EmbeddedIndex) -> None:
    bare.configure([])
    bare.put(records(50, 600))
    done = threading.Event()

    def write() -> None:
        number = 0
        while not done.is_set():
            bare.put(records(1000 + number % 100, 1001 + number % 100))  # found() asks for a thousand
            number += 1

    writer = threading.Thread(target=write)
    writer.start()
    bare.configure([TEXT])
    done.set()
    writer.join()
    assert bare.unsearchable() == 0
    assert len(found(bare, "red")) == bare.count()


def test_a_damaged_record_stops_a_build_and_is_named(bare: EmbeddedIndex) -> None:
    with bare._opened.writing() as (moment, _):
        moment.connection.execute("UPDATE records SET metadata = replace(metadata, 'red', 'rad') WHERE key = '042'")
    with pytest.raises(Corrupt, match="'042'"):
        found(bare, "red")
    bare.put(records(42, 43))
    assert len(found(bare, "red")) == 50
