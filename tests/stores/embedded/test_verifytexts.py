"""Whatever full text says that the records do not is named, and building it anew mends it."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.errors import Corrupt
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore
from sensorium.types import Record


@pytest.fixture
def worded(store: EmbeddedStore) -> EmbeddedIndex:
    index = store.create(IndexSpec("default", "worded", 8, text_keys=(TextKey("text"), TextKey("title"))))
    index.put(Record(f"{n}", np.ones(8, np.float32), {"text": f"red red w{n}", "title": "日本"}) for n in range(9))
    index.delete(["0", "4"])
    index.compact()
    index.put([Record("7", np.ones(8, np.float32), {"text": "blue"})])
    assert index.verify().damages == ()
    return index


@pytest.mark.parametrize(
    ("damage", "key"),
    [
        ("INSERT INTO text_1 (text_1, rowid, terms) VALUES ('delete', 3, 'w3')", "3"),
        ("INSERT INTO text_1 (rowid, terms) VALUES (3, 'green')", "3"),
        ("INSERT INTO text_1 (rowid, terms) VALUES (9, 'blue#1')", "7"),
        ("INSERT INTO text_2 (text_2, rowid, terms) VALUES ('delete', 8, '日本')", "8"),
        ("UPDATE lengths SET data = zeroblob(4) || substr(data, 5) WHERE text = 1", "1"),
    ],
)
def test_a_text_that_differs_is_named(worded: EmbeddedIndex, damage: str, key: str) -> None:
    with worded._opened.writing() as (moment, _):
        moment.connection.execute(damage)
    (found,) = worded.verify().damages
    assert found.key == key
    assert "what is indexed of its text" in found.what
    worded.rebuild_texts()
    assert worded.verify().damages == ()


def test_terms_out_of_their_order_are_named(worded: EmbeddedIndex) -> None:
    """That of a dead record alone has changed, but whoever looks for one that should come after it ends there."""
    old, new = (b"\x02\x01" + last for last in (b"4", b"~"))  # behind the two bytes that w4 and w3 begin with
    with worded._opened.writing() as (moment, _):
        for place, block in moment.connection.execute("SELECT id, block FROM text_1_data WHERE id > 10").fetchall():
            moment.connection.execute("UPDATE text_1_data SET block = ? WHERE id = ?", (block.replace(old, new), place))
    assert worded.query(Query(9, texts=(("text", "w8"),))) == []
    damages = worded.verify().damages
    assert {damage.key for damage in damages} >= {"5", "6", "8"}
    worded.rebuild_texts()
    assert worded.verify().damages == ()


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM text_1_data WHERE id > 10",
        "UPDATE text_1_data SET block = zeroblob(9) WHERE id > 10",
        "DELETE FROM lengths WHERE text = 1",
        "UPDATE lengths SET data = x'00' WHERE text = 1",
        "UPDATE serials SET kept = x'00'",
        "UPDATE serials SET following = 2",
        "UPDATE texts SET language = 'xx' WHERE number = 1",
    ],
)
def test_a_table_that_is_broken_is_told(worded: EmbeddedIndex, damage: str) -> None:
    worded._opened._tracker._serials = None
    with worded._opened.writing() as (moment, _):
        moment.connection.execute(damage)
    found = [hit.key for hit in _query(worded)]
    if "lengths" in damage:
        assert found == ["1", "2", "3", "5", "6", "8"]  # it was built anew
    else:
        assert found == [] or worded.verify().damages


def _query(index: EmbeddedIndex) -> list[object]:
    try:
        return list(index.query(Query(20, texts=(("text", "red"),))))
    except Corrupt:
        return []
