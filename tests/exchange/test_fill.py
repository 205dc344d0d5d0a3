"""Records of a file into an index: checked, counted, and the same when it is done twice."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from tests.exchange.conftest import DIM, Make, held, records

from sensorium.errors import Invalid, Unavailable, Unreadable
from sensorium.exchange.content import Header, Placed
from sensorium.exchange.fill import Filled, fill
from sensorium.stores.base import Index
from sensorium.types import Record


class Listed:
    """A file of these records."""

    name = "f.jsonl"
    header = Header()

    def __init__(self, found: list[Record], error: Exception | None = None) -> None:
        self._found = found
        self._error = error

    def records(self) -> Iterator[Placed]:
        for number, record in enumerate(self._found, start=1):
            yield Placed(f"line {number}", record)
        if self._error is not None:
            raise self._error

    def close(self) -> None: ...


def test_all_are_stored_and_progress_is_told(make: Make) -> None:
    index = make()
    told: list[int] = []
    assert fill(index, Listed(records(1200)), fresh=True, progress=told.append) == Filled(1200, 0)
    assert told == [500, 1000, 1200]
    assert [key for key, _, _ in held(index)] == [record.key for record in records(1200)]


def test_what_is_there_already_is_not_written_again(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    index = make()
    fill(index, Listed(records(600)), fresh=True)
    before = held(index)
    put: list[str] = []
    real = index.put

    def watched(found: Any) -> int:
        put.extend(record.key for record in found)
        return real(found)

    monkeypatch.setattr(index, "put", watched)
    assert fill(index, Listed(records(600)), fresh=False) == Filled(0, 600)
    assert (put, held(index)) == ([], before)
    changed = records(600)
    changed[0] = Record(changed[0].key, np.abs(changed[0].vector), changed[0].metadata)  # 0.0 for -0.0
    changed[3] = Record(changed[3].key, changed[3].vector, {**changed[3].metadata, "yes": 1})  # 1 for True
    assert fill(index, Listed(changed), fresh=False) == Filled(2, 598)
    assert put == [changed[0].key, changed[3].key]


@pytest.mark.parametrize(
    ("bad", "code", "message"),
    [
        (Record("b", np.ones(3, np.float32)), "vector_length", "Invalid record for key 'b': vector must have length 8"),
        (Record("b", np.full(DIM, np.nan, np.float32)), "vector_values", "'b'.*NaNs"),
        (Record("b", np.zeros(DIM, np.float32)), "vector_zero", "'b'.*zero norm"),
        (Record("b", np.ones(DIM, np.float32), {"a": None}), "metadata_value", "'b'.*null under 'a'"),  # type: ignore[dict-item]
        (Record("b", np.ones(DIM, np.float32), {"a": "x" * 3000}), "filterable_bytes", "'b'.*2048 bytes"),
        (Record("", np.ones(DIM, np.float32)), "key", "1 to 1024 bytes"),
        (Record(5, np.ones(DIM, np.float32)), "key", "key is text, found int"),  # type: ignore[arg-type]
        (Record("\ud800", np.ones(DIM, np.float32)), "unicode", "no UTF-8"),
        (Record("key 0003 é", np.ones(DIM, np.float32)), "key_twice", "'key 0003 é' stands in the file twice"),
        (Record("key 0601 é", np.ones(DIM, np.float32)), "key_twice", "'key 0601 é' stands in the file twice"),
    ],
)
def test_a_bad_record_is_named_with_its_place(make: Make, bad: Record, code: str, message: str) -> None:
    index = make()
    with pytest.raises(
        Invalid, match=rf"^f\.jsonl: line 701: .*{message}.*; 500 of its records were stored before$"
    ) as caught:
        fill(index, Listed([*records(700), bad]), fresh=True)
    assert (caught.value.code, caught.value.path) == (code, "f.jsonl")
    assert index.count() == 500


def test_what_is_broken_says_how_far_it_got(make: Make) -> None:
    index = make()
    with pytest.raises(Unreadable, match=r"^f\.jsonl: broken; 500 of its records were stored before$"):
        fill(index, Listed(records(700), Unreadable("f.jsonl: broken", path="f.jsonl")), fresh=True)
    assert index.count() == 500


def test_a_full_disk_says_how_far_it_got_and_the_next_run_goes_on(make: Make, monkeypatch: pytest.MonkeyPatch) -> None:
    index: Index = make()
    real, left = index.put, [2]

    def full(found: Any) -> int:
        left[0] -= 1
        if left[0] < 0:
            raise Unavailable("The disk is full", code="disk_full", path="/store/vectors.0.slots")
        return real(found)

    monkeypatch.setattr(index, "put", full)
    with pytest.raises(
        Unavailable, match=r"^f\.jsonl: The disk is full; 1000 of its records were stored before"
    ) as caught:
        fill(index, Listed(records(1700)), fresh=True)
    assert caught.value.code == "disk_full"
    left[0] = 100
    assert fill(index, Listed(records(1700)), fresh=False) == Filled(700, 1000)
