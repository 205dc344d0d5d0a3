"""Several processes at one index: writers take turns, readers do not wait, everybody sees whole commits."""

from __future__ import annotations

import json
import subprocess
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.errors import NotFound, Unavailable
from sensorium.filter import parse
from sensorium.stores.base import IndexSpec, Language, Query, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore

ANY = Query(5, np.ones(8, np.float32))


def said(child: subprocess.Popen[str]) -> Any:
    assert child.stdout is not None
    return json.loads(child.stdout.readline())


def test_two_writers_and_two_readers(home: Path, index: EmbeddedIndex, start_child: Any) -> None:
    readers = [start_child("read", home, 20, 2.5) for _ in range(2)]
    writers = [start_child("write", home, name, 25, 20) for name in ("left", "right")]
    for child in writers:
        assert said(child) == {"done": True}
    for child in readers:
        assert said(child)["asked"] > 0
    for child in (*writers, *readers):
        assert child.wait(60) == 0
    assert index.count() == 2 * 25 * 20
    assert index.count(parse({"batch": "gone"})) == 0
    assert index.verify().damages == ()


def test_words_of_two_writers_are_seen_whole_while_a_third_text_is_built(
    home: Path, index: EmbeddedIndex, start_child: Any
) -> None:
    """Each batch's words show all at once, as its records do."""
    index.configure([TextKey("batch")])
    writers = [start_child("write", home, name, 20, 20) for name in ("left", "right")]
    most = 0
    while any(child.poll() is None for child in writers):
        hits = index.query(Query(10_000, texts=(("batch", "left right"),)))
        assert len(hits) % 20 == 0
        assert len(hits) >= most
        most = len(hits)
        index.configure([TextKey("batch"), TextKey("other", Language.ENGLISH)][: 1 + most % 40 // 20])
    assert [child.wait(60) for child in writers] == [0, 0]
    for name in ("left", "right"):
        assert len(index.query(Query(10_000, texts=(("batch", name),)))) == 400
    assert index.query(Query(10, texts=(("batch", "gone"),))) == []
    assert index.verify().damages == ()


def test_what_another_process_wrote_is_seen_by_the_next_query(
    home: Path, index: EmbeddedIndex, make_records: Any, start_child: Any
) -> None:
    index.put(make_records(3, prefix="mine"))
    assert len(index.query(ANY)) == 3
    assert index.count(parse({"batch": "theirs-0"})) == 0
    assert said(start_child("write", home, "theirs", 2, 4)) == {"done": True}
    assert index.count() == 3 + 8
    assert index.count(parse({"batch": "theirs-0"})) == 4
    assert len(index.query(Query(50, np.ones(8, np.float32)))) == 11
    index.delete(["theirs-0-0"])
    assert said(start_child("read", home, 0, 0))["asked"] == 0


def test_a_writer_that_waits_too_long_says_for_what_and_how_long(
    home: Path, index: EmbeddedIndex, make_records: Any, start_child: Any
) -> None:
    index.put(make_records(1))
    holder = start_child("hold", home)
    assert said(holder) == {"held": True}
    with EmbeddedStore(home, lock_timeout_s=0.3) as store:
        hasty = store.open("default", "index")
        started = time.monotonic()
        with pytest.raises(
            Unavailable, match=r"holds the write lock of .*records\..*\.sqlite: waited [\d.]+ s"
        ) as caught:
            hasty.put(make_records(2, prefix="late"))
        assert caught.value.code == "locked"
        assert 0.3 <= time.monotonic() - started < 5
        assert hasty.count() == 1  # readers do not wait
        assert [hit.key for hit in hasty.query(ANY)] == ["key-00000"]
        assert holder.stdin is not None
        holder.stdin.write("\n")
        holder.stdin.flush()
        assert holder.wait(60) == 0
        assert hasty.put(make_records(2, prefix="late")) == 2


def test_two_stores_of_one_process_share_an_index(home: Path, index: EmbeddedIndex, make_records: Any) -> None:
    with EmbeddedStore(home) as other:
        twin = other.open("default", "index")
        twin.put(make_records(5))
        assert index.count() == 5
        index.compact()
        index.delete(["key-00000"])
        assert index.compact() == 1
        assert [record.key for record in twin.scan(None, 9)] == [f"key-0000{i}" for i in range(1, 5)]
        other.drop("default", "index")
    with pytest.raises(NotFound):
        index.count()


def test_an_index_dropped_and_made_again_elsewhere_is_the_new_one(
    home: Path, store: EmbeddedStore, make_records: Any
) -> None:
    old = store.create(IndexSpec("default", "again", 8))
    old.put(make_records(3))
    with EmbeddedStore(home) as other:
        other.drop("default", "again")
        other.create(IndexSpec("default", "again", 8)).put(make_records(7))
    with pytest.raises(NotFound):
        old.query(ANY)
    new = store.open("default", "again")
    assert new.count() == 7
    old.close()  # and takes nothing of its successor's with it
    assert new.put(make_records(1, prefix="more")) == 1
    assert new.verify().records == 8


def test_a_fork_leaves_both_sides_whole(
    home: Path, store: EmbeddedStore, index: EmbeddedIndex, start_child: Any
) -> None:
    child = start_child("fork", home)
    assert said(child) == {"status": 0, "keys": ["before", "child", "parent"], "damages": []}
    assert child.wait(60) == 0
    assert index.count() == 3
