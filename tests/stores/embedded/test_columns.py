"""Metadata columns say what ``filter.matches`` says, at every moment that a snapshot was taken."""

from __future__ import annotations

import random
import threading

import numpy as np
import pytest

from sensorium.filter import And, Compare, Op, matches, parse
from sensorium.stores.embedded.columns import Columns, Snapshot
from sensorium.testing.filters import random_filter, random_metadata


def _columns(*rows: dict) -> Columns:
    columns = Columns()
    columns.extend(rows)
    return columns


def _rows(snapshot: Snapshot, json: object) -> list[int]:
    return np.flatnonzero(snapshot.mask(parse(json))).tolist()


def test_agrees_with_matches_on_ten_thousand_random_filters() -> None:
    rng = random.Random(20_261)
    for _ in range(20):
        metadata = [random_metadata(rng) for _ in range(40)]
        snapshot = _columns(*metadata).snapshot()
        for _ in range(500):
            filter = random_filter(rng)
            assert snapshot.mask(filter).tolist() == [matches(filter, one) for one in metadata], filter


def test_a_snapshot_goes_on_agreeing_while_rows_come() -> None:
    rng = random.Random(5)
    columns = Columns()
    rows: list[dict] = []
    taken: list[Snapshot] = []
    for _ in range(400):
        rows.append(random_metadata(rng))
        assert columns.append(rows[-1]) == len(rows) - 1
        if rng.random() < 0.05:
            taken.append(columns.snapshot())
    taken.append(columns.snapshot())
    for snapshot in taken:
        for _ in range(20):
            filter = random_filter(rng)
            assert snapshot.mask(filter).tolist() == [matches(filter, one) for one in rows[: snapshot.rows]]


def test_three_values_that_look_alike_stay_apart() -> None:
    snapshot = _columns({"v": True}, {"v": 1}, {"v": "1"}, {"v": 1.0}, {"v": [1]}, {"v": ["1"]}, {}).snapshot()
    assert _rows(snapshot, {"v": True}) == [0]
    assert _rows(snapshot, {"v": 1}) == [1, 3, 4]
    assert _rows(snapshot, {"v": "1"}) == [2, 5]
    assert _rows(snapshot, {"v": {"$in": [True, "1"]}}) == [0, 2, 5]
    assert _rows(snapshot, {"v": {"$nin": [True, "1"]}}) == [1, 3, 4, 6]
    assert _rows(snapshot, {"v": {"$gte": 0}}) == [1, 3, 4]


def test_an_empty_list_is_there_and_equals_nothing() -> None:
    snapshot = _columns({"v": []}, {}, {"v": "a"}).snapshot()
    assert _rows(snapshot, {"v": {"$exists": True}}) == [0, 2]
    assert _rows(snapshot, {"v": {"$exists": False}}) == [1]
    assert _rows(snapshot, {"v": {"$ne": "a"}}) == [0, 1]
    assert _rows(snapshot, {"v": {"$startsWith": ""}}) == [2]


def test_several_operators_on_a_list_may_hold_for_different_elements() -> None:
    snapshot = _columns({"n": [1, 9]}, {"n": [5]}, {"n": 1}).snapshot()
    assert _rows(snapshot, {"n": {"$gt": 4, "$lt": 6}}) == [0, 1]


def test_equal_values_asked_for_twice_count_once() -> None:
    snapshot = _columns({"s": "a"}, {"s": "b"}, {"s": "c"}).snapshot()
    assert _rows(snapshot, {"s": {"$in": ["a", "a", "c"]}}) == [0, 2]


@pytest.mark.parametrize("distinct", [3, 255, 256, 257, 5_000, 70_000])
def test_codes_grow_with_the_number_of_distinct_strings(distinct: int) -> None:
    columns = Columns()
    columns.extend({"s": f"{row % distinct:05}"} for row in range(distinct))
    early = columns.snapshot()
    columns.extend({"s": "last"} for _ in range(2))
    snapshot = columns.snapshot()
    assert _rows(snapshot, {"s": f"{distinct - 1:05}"}) == [distinct - 1]
    assert _rows(snapshot, {"s": "last"}) == [distinct, distinct + 1]
    assert _rows(snapshot, {"s": {"$startsWith": "0000"}}) == list(range(min(distinct, 10)))
    assert _rows(early, {"s": "last"}) == []
    wanted = [f"{row:05}" for row in range(0, distinct, 2)]
    assert _rows(snapshot, {"s": {"$in": wanted}}) == list(range(0, distinct, 2))


def test_prefixes_are_found_among_strings_that_came_after_the_last_sort() -> None:
    columns = Columns()
    columns.extend({"s": f"b{row:05}"} for row in range(3_000))
    assert len(_rows(columns.snapshot(), {"s": {"$startsWith": "b000"}})) == 100
    columns.extend([{"s": "b000x"}, {"s": "a"}, {"s": "b00"}, {"s": "b\U0010ffff"}])
    snapshot = columns.snapshot()
    assert len(_rows(snapshot, {"s": {"$startsWith": "b000"}})) == 101
    assert _rows(snapshot, {"s": {"$startsWith": "a"}}) == [3_001]
    assert len(_rows(snapshot, {"s": {"$startsWith": "b"}})) == 3_003
    assert _rows(snapshot, {"s": {"$startsWith": "b000x!"}}) == []


def test_non_filterable_keys_take_no_room_and_count_as_absent() -> None:
    columns = Columns(frozenset({"text"}))
    columns.append({"text": "long", "n": 1})
    assert _rows(columns.snapshot(), {"text": {"$exists": True}}) == []
    assert _rows(columns.snapshot(), {"n": 1}) == [0]


def test_no_rows_and_no_columns_give_an_empty_mask() -> None:
    assert Columns().snapshot().mask(parse({"a": {"$ne": 1}})).shape == (0,)
    assert _rows(_columns({}, {}).snapshot(), {"a": {"$nin": [1]}}) == [0, 1]


def test_the_mask_is_the_callers_to_change() -> None:
    snapshot = _columns({"n": 1}, {"n": 2}).snapshot()
    mask = snapshot.mask(parse({"n": 1}))
    mask[:] = True
    assert _rows(snapshot, {"n": 1}) == [0]


def test_readers_see_their_snapshot_while_a_writer_appends() -> None:
    columns = Columns()
    both = And((Compare("n", Op.GTE, 0), Compare("tags", Op.EQ, "t")))
    wrong: list[str] = []
    latest = columns.snapshot()
    done = threading.Event()

    def read() -> None:
        while not done.is_set():
            snapshot = latest
            found = int(snapshot.mask(both).sum())
            if found != snapshot.rows:
                wrong.append(f"{found} of {snapshot.rows}")

    readers = [threading.Thread(target=read) for _ in range(3)]
    for reader in readers:
        reader.start()
    for row in range(4_000):
        columns.append({"n": row, "tags": ["t", f"u{row}"], f"k{row % 50}": True})
        latest = columns.snapshot()
    done.set()
    for reader in readers:
        reader.join()
    assert not wrong
    assert latest.rows == 4_000
