"""Full text follows the records: what FTS5 holds is exactly what lives, after whatever was written."""

from __future__ import annotations

import sqlite3
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from sensorium.errors import Unsupported
from sensorium.stores.base import Index, IndexSpec, Language, Query, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore, texts
from sensorium.types import Record

TEXT = TextKey("text")


def record(key: str, text: str | None = None) -> Record:
    return Record(key, np.ones(8, np.float32), {} if text is None else {"text": text})


@pytest.fixture
def worded(store: EmbeddedStore) -> EmbeddedIndex:
    return store.create(IndexSpec("default", "worded", 8, text_keys=(TEXT,)))


def indexed(index: EmbeddedIndex) -> Counter[tuple[str, int]]:
    """(term, serial) of everything in FTS5, garbage too."""
    with index._opened.reading() as moment:
        (text,) = texts.stored(moment.connection)
        moment.connection.execute(f"CREATE VIRTUAL TABLE temp.v USING fts5vocab(main, {text.table}, instance)")
        return Counter((term.decode(), doc) for term, doc in moment.connection.execute("SELECT term, doc FROM v"))


def found(index: Index, words: str) -> list[str]:
    return [hit.key for hit in index.query(Query(100, texts=(("text", words),)))]


def test_numbers_of_a_term_are_told_by_its_variants() -> None:
    assert texts.leveled({"a": 1, "b": 2, "c": 5}) == "a c b#1 c#2"
    assert texts.leveled({}) == ""
    assert texts.leveled({"x": 65_535}).split() == ["x", *(f"x#{level}" for level in range(1, 16))]


def test_as_many_variants_are_asked_for_as_there_are(worded: EmbeddedIndex) -> None:
    def levels() -> int:
        with worded._opened.reading() as moment:
            return texts.stored(moment.connection)[0].levels

    assert levels() == 0
    for times, expected in ((0, 0), (1, 1), (500, 9), (3, 9)):
        worded.put([record(f"{times}", "red " * times)])
        assert levels() == expected
    assert set(found(worded, "red")) == {"500", "3", "1"}


def test_replaced_and_deleted_terms_leave_the_table(worded: EmbeddedIndex) -> None:
    worded.put([record("a", "red red dress"), record("b", "red"), record("c")])
    assert indexed(worded) == {("red#1", 0): 1, ("dress", 0): 1, ("red", 1): 1}
    worded.put([record("a", "hat"), record("b")])
    assert indexed(worded) == {("hat", 3): 1}
    worded.delete(["a", "b", "c"])
    assert indexed(worded) == {}


def test_terms_survive_compaction_under_their_serials(home: Path, worded: EmbeddedIndex) -> None:
    worded.put(record(f"{n}", f"red w{n}") for n in range(6))
    worded.delete(["0", "3"])
    before = indexed(worded)
    assert worded.compact() == 2
    assert indexed(worded) == before
    assert found(worded, "red") == ["1", "2", "4", "5"]
    assert found(worded, "w4") == ["4"]
    worded.put([record("2", "blue"), record("new", "red w9")])
    assert found(worded, "red") == ["1", "4", "5", "new"]
    assert worded.compact() == 1
    assert found(worded, "blue red") == ["2", "1", "4", "5", "new"]
    assert worded.verify().damages == ()
    with EmbeddedStore(home) as other:
        assert found(other.open("default", "worded"), "w9") == ["new"]


def test_compaction_without_texts_lets_serials_begin_anew(worded: EmbeddedIndex) -> None:
    worded.put(record(f"{n}", "red") for n in range(4))
    worded.delete(["0"])
    worded.compact()
    worded.configure([])
    worded.delete(["1"])
    worded.compact()
    with worded._opened.reading() as moment:
        assert moment.serials().after == 0
    worded.configure([TEXT])
    assert indexed(worded) == {("red", 0): 1, ("red", 1): 1}
    assert found(worded, "red") == ["2", "3"]


def test_a_key_that_keeps_its_language_keeps_its_table(worded: EmbeddedIndex) -> None:
    worded.put([record("a", "houses")])

    def tables() -> dict[str, int]:
        with worded._opened.reading() as moment:
            return {f"{text.key.key} {text.key.language}": text.number for text in texts.stored(moment.connection)}

    before = tables()
    worded.configure([TextKey("title", Language.GERMAN), TEXT])
    assert tables()["text None"] == before["text None"]
    worded.configure([TextKey("text", Language.ENGLISH)])
    assert set(tables()) == {"text en"}
    assert tables()["text en"] not in before.values()
    with worded._opened.reading() as moment:
        names = {name.decode() for (name,) in moment.connection.execute("SELECT name FROM sqlite_schema")}
        assert sum(name.startswith("text_") and name.endswith("_data") for name in names) == 1
        assert moment.connection.execute("SELECT count(DISTINCT text) FROM lengths").fetchone() == (1,)


def test_a_damaged_record_can_be_replaced(home: Path, worded: EmbeddedIndex) -> None:
    worded.put([record("a", "red dress"), record("b", "red")])
    with worded._opened.writing() as (moment, _):
        moment.connection.execute("UPDATE records SET metadata = '{\"text' WHERE key = 'a'")
    worded.put([record("a", "blue")])
    assert found(worded, "red") == ["b"]
    assert found(worded, "blue") == ["a"]
    assert worded.verify().damages == ()


def test_a_put_that_fails_leaves_no_words(worded: EmbeddedIndex, monkeypatch: pytest.MonkeyPatch) -> None:
    worded.put([record("a", "red")])
    with monkeypatch.context() as patch:
        patch.setattr(texts.lengths, "append", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            worded.put([record("b", "red"), record("a", "blue")])
    assert found(worded, "red") == ["a"]
    assert found(worded, "blue") == []
    assert worded.put([record("b", "red")]) == 1
    assert worded.verify().damages == ()


class _Without:
    """A connection to an SQLite without FTS5."""

    lastrowid = 1

    def execute(self, statement: str, _: object = ()) -> object:
        if "fts5" in statement:
            raise sqlite3.OperationalError("no such module: fts5")
        return self if statement.startswith("INSERT") else iter(())


def test_an_sqlite_without_full_text_is_named() -> None:
    with pytest.raises(Unsupported, match="has no FTS5") as caught:
        texts.reconcile(_Without(), [TEXT])
    assert caught.value.code == "no_fts5"


def test_full_text_of_sqlite_is_as_we_use_it() -> None:
    """No term is split, folded or lost by the tokenizer, whatever letters it is of."""
    with sqlite3.connect(":memory:") as connection:
        connection.execute(
            "CREATE VIRTUAL TABLE t USING fts5"
            "(terms, content = '', columnsize = 0, detail = none, tokenize = \"ascii tokenchars '#'\")"
        )
        terms = ["é", "日本", "ß", "a#1", "ไท", "हिन्दी", "x" * 255, "ὀ", "𐐀"]
        connection.execute("INSERT INTO t (rowid, terms) VALUES (1, ?)", (" ".join(terms),))
        for term in terms:
            assert connection.execute("SELECT rowid FROM t WHERE t MATCH ?", (f'"{term}"',)).fetchall() == [(1,)]
    connection.close()
