"""What the contract does not ask of an index: the reference store's answers, chunks, threads, thousands of filters."""

from __future__ import annotations

import random
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from sensorium.errors import Unavailable
from sensorium.filter import matches, parse
from sensorium.stores.base import IndexSpec, Query, TextKey
from sensorium.stores.embedded import EmbeddedIndex, EmbeddedStore
from sensorium.stores.embedded.index import _NEXT_PAGE
from sensorium.stores.embedded.slots import SlotFile
from sensorium.stores.memory import MemoryStore
from sensorium.testing.filters import random_filter, random_metadata
from sensorium.types import Metric, Record


def test_ten_thousand_random_filters_mean_what_matches_says(store: EmbeddedStore, index: EmbeddedIndex) -> None:
    chance = random.Random(20_000)
    ones = np.ones(8, np.float32)
    held: dict[str, dict[str, Any]] = {}
    for step in range(10_000):
        if step % 100 == 0:  # records come, change and go in between
            fresh = {f"key-{chance.randrange(25)}": random_metadata(chance) for _ in range(6)}
            index.put(Record(key, ones, metadata) for key, metadata in fresh.items())
            held |= fresh
            gone = chance.sample(sorted(held), 2)
            index.delete(gone)
            held = {key: metadata for key, metadata in held.items() if key not in gone}
        if step == 5000:
            index.compact()
        filter = random_filter(chance)
        expected = {key for key, metadata in held.items() if matches(filter, metadata)}
        assert index.count(filter) == len(expected), filter
        if step % 10 == 0:
            hits = index.query(Query(100, ones, filter=filter, with_metadata=False))
            assert {hit.key for hit in hits} == expected, filter


@pytest.mark.parametrize("metric", list(Metric))
def test_every_answer_is_the_reference_store_s(store: EmbeddedStore, metric: Metric) -> None:
    memory = MemoryStore()
    memory.create_bucket("default")
    spec = IndexSpec("default", "twin", 24, metric)
    twins = (store.create(spec), memory.create(spec))
    random_rows = np.random.default_rng(4).standard_normal((600, 24), dtype=np.float32)
    random_rows[100:200] = random_rows[:100]
    random_rows[200:260] *= np.float32(1e20)
    records = [Record(f"key-{(i * 7919) % 600:03d}", random_rows[i], {"n": i % 10}) for i in range(600)]
    for index in twins:
        index.put(records)
        index.delete([record.key for record in records[::7]])
        index.put(records[:30])
    for place in (0, 5, 150, 230, 599):
        for k in (1, 10, 450):
            for filter in (None, parse({"n": 3}), parse({"n": {"$gt": 1}})):
                for most in (None, 0.9):
                    query = Query(k, random_rows[place], filter=filter, max_distance=most)
                    embedded, reference = (index.query(query) for index in twins)
                    assert embedded == reference


def test_a_write_that_fails_says_how_many_were_stored(
    index: EmbeddedIndex, make_records: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    records = make_records(1600)
    append = SlotFile.append

    def full(self: SlotFile, count: int, *parts: Any) -> None:
        if count >= 1000:
            raise OSError(28, "No space left on device")
        append(self, count, *parts)

    monkeypatch.setattr(SlotFile, "append", full)
    monkeypatch.setattr("sensorium.stores.embedded.index._PUT_AT_ONCE_BYTES", 25_000)  # two chunks
    with pytest.raises(Unavailable, match=r"is full.*; 1000 records of this call were stored before"):
        index.put(records)
    assert index.count() == 1000
    monkeypatch.undo()
    assert index.put(records[1000:]) == 600
    assert index.verify().records == 1600


def test_what_a_generator_raises_comes_through_and_its_chunks_stay(index: EmbeddedIndex, make_records: Any) -> None:
    def broken() -> Iterator[Record]:
        yield from make_records(700)
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        index.put(broken())
    assert index.count() == 500


def test_records_may_be_put_from_a_query_of_the_same_index(index: EmbeddedIndex, make_records: Any) -> None:
    index.put(make_records(20))
    ones = np.ones(8, np.float32)
    hits = (hit for hit in index.query(Query(20, ones)))
    assert index.put(Record(f"{hit.key}-again", ones, {"near": index.count() > 0}) for hit in hits) == 20
    assert index.count() == 40


def test_readers_and_writers_of_many_threads_see_whole_moments(index: EmbeddedIndex, make_records: Any) -> None:
    wrong: list[object] = []
    stop = threading.Event()
    query = Query(1000, np.ones(8, np.float32), filter=parse({"round": {"$exists": True}}))

    def read() -> None:
        while not stop.is_set():
            try:
                rounds = [hit.metadata["round"] for hit in index.query(query)]
                if len(rounds) not in (0, 40) or len(set(rounds)) > 1:
                    wrong.append(rounds)
            except Exception as error:  # noqa: BLE001 - any error of a thread fails the test below
                wrong.append(error)

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    records = make_records(40)
    for round_ in range(60):
        index.put(Record(record.key, record.vector, {"round": round_}) for record in records)
        if round_ % 20 == 19:
            assert index.compact() > 0
    stop.set()
    for reader in readers:
        reader.join()
    assert wrong == []
    assert index.count() == 40


def test_a_new_filter_needs_no_second_reading_of_what_is_known(index: EmbeddedIndex, make_records: Any) -> None:
    index.put(make_records(30))
    assert index.count(parse({"kind": "cat"})) == 10
    index.put(make_records(33)[30:])
    statements: list[str] = []
    with index._opened.reading() as moment:
        moment.connection.set_trace_callback(statements.append)
    assert index.count(parse({"kind": "dog"})) == 11
    assert index.count(parse({"kind": "owl"})) == 11
    reads = [statement for statement in statements if "metadata" in statement]
    assert len(reads) == 1
    assert "slot >= 30" in reads[0]


def test_a_stamp_and_text_keys_reach_other_handles(home: Path, index: EmbeddedIndex) -> None:
    with EmbeddedStore(home) as other:
        twin = other.open("default", "index")
        twin.stamp("model@2")
        assert index.spec.model == "model@2"
        index.configure([TextKey("text"), TextKey("title")])
        assert twin.spec.text_keys == (TextKey("text"), TextKey("title"))
        assert twin.spec.model == "model@2"


def test_a_page_of_a_scan_begins_where_the_last_one_ended(index: EmbeddedIndex, make_records: Any) -> None:
    """Keys are looked up and not passed over: paging through an index takes no longer than one long page."""
    index.put(make_records(10))
    with index._opened.reading() as moment:
        plan = moment.connection.execute(f"EXPLAIN QUERY PLAN {_NEXT_PAGE}", ("key-00004",)).fetchall()
    assert [step[-1].decode() for step in plan] == ["SEARCH records USING COVERING INDEX records_key (key>?)"]


def test_the_sequence_rises_with_writes_alone(index: EmbeddedIndex, make_records: Any) -> None:
    before = index.sequence
    index.put(make_records(3))
    written = index.sequence
    assert written > before
    index.get(["nothing"])
    index.query(Query(1, np.ones(8, np.float32)))
    assert index.sequence == written
    index.delete([record.key for record in index.scan(None, 1)])
    assert index.sequence > written
