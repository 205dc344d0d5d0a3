"""Records in checked chunks: what is judged quickly is judged as one by one, and what goes together comes together."""

from __future__ import annotations

import math
import re
import time
from collections.abc import Iterator
from itertools import count
from typing import Any

import numpy as np
import pytest

from sensorium.errors import Invalid
from sensorium.stores.base import IndexSpec
from sensorium.stores.chunks import Chunk, checked_chunks, together
from sensorium.stores.records import check_record, metadata_bytes
from sensorium.types import Metric, Record

SPEC = IndexSpec("abc", "xyz", 2, Metric.COSINE, frozenset({"text"}))
FLAT = IndexSpec("abc", "xyz", 2, Metric.EUCLIDEAN, frozenset({"text"}))


def _record(key: Any = "k", vector: Any = (1, 2), **metadata: Any) -> Record:
    return Record(key, vector, metadata)


def _usual(key: Any = "k", vector: Any = (1, 2), **metadata: Any) -> Record:
    """One whose vector is an array of the right kind."""
    return Record(key, np.array(vector, np.float32), metadata)


@pytest.mark.parametrize(
    ("record", "code", "path"),
    [
        (_record(key=""), "key", "records[1].key"),
        (_record(key=7), "key", "records[1].key"),
        (_record(key="\ud800"), "unicode", "records[1].key"),
        (_record(vector=[1]), "vector_length", "records[1].vector"),
        (_record(vector=[[1, 2]]), "vector_length", "records[1].vector"),
        (_record(vector=["1", "2"]), "vector_values", "records[1].vector"),
        (_record(vector=[[1], [2, 3]]), "vector_values", "records[1].vector"),
        (_record(vector=[1, float("inf")]), "vector_values", "records[1].vector"),
        (_record(vector=[1, 1e39]), "vector_values", "records[1].vector"),
        (_record(vector=[0, 1e-50]), "vector_zero", "records[1].vector"),
        (_record(**{str(n): 1 for n in range(51)}), "metadata_keys", "records[1].metadata"),
        (_record(a=None), "metadata_value", "records[1].metadata"),
        (_record(**{"{a}": {}}), "metadata_value", "records[1].metadata"),
        (Record("k", np.ones(2, np.float32), {1: "x"}), "metadata_value", "records[1].metadata"),
        (_record(a=[False]), "metadata_array", "records[1].metadata"),
        (_record(a=10**400), "metadata_number", "records[1].metadata"),
        (_record(a=[float("nan")]), "metadata_number", "records[1].metadata"),
        (_record(a="\udfff"), "unicode", "records[1].metadata"),
        (_record(**{"\udfff": 1}), "unicode", "records[1].metadata"),
        (_record(a="x" * 2036), "filterable_bytes", "records[1].metadata"),
        (_record(text="x" * 40_945), "metadata_bytes", "records[1].metadata"),
    ],
)
def test_a_bad_record_says_which_rule_and_where(record: Record, code: str, path: str) -> None:
    with pytest.raises(Invalid) as caught:
        list(checked_chunks([_record("fine"), record], SPEC))
    assert (caught.value.code, caught.value.path) == (code, path)
    assert "; 0 records of this call were stored before" in str(caught.value)


def test_chunks_are_read_one_at_a_time_and_counted() -> None:
    read = []

    def stream() -> Iterator[Record]:
        for n in range(1_001):
            read.append(n)
            yield _record(str(n)) if n != 1_000 else _record("bad", [1])

    chunks = checked_chunks(stream(), SPEC)
    assert len(next(chunks)) == 500
    assert len(read) == 500
    assert len(next(chunks)) == 500
    with pytest.raises(Invalid, match=r"'bad'.*1000 records of this call were stored before") as caught:
        next(chunks)
    assert caught.value.path == "records[1000].vector"


def test_of_equal_keys_in_a_chunk_the_last_is_kept() -> None:
    (chunk,) = checked_chunks([_record("a", n=1), _record("b"), _record("a", n=2)], SPEC)
    assert {key: record.metadata for key, record in zip(chunk.keys, chunk.records(), strict=True)} == {
        "a": {"n": 2},
        "b": {},
    }


VECTORS: list[Any] = [
    np.array([1, 2], np.float32),
    np.array([1, 2], ">f4"),
    np.array([1, 2], np.float64),
    np.array([1, 2], np.uint8),
    np.array([True, False]),
    np.array([1, 2, 3, 4], np.float32)[::2],
    np.array([1, 2, 3], np.float32),
    np.array([[1, 2]], np.float32),
    np.ma.masked_array(np.array([1, 2], np.float32), [True, False]),
    np.array([0, 0], np.float32),
    np.array([0, 1e-30], np.float32),
    np.array([3e38, -3e38], np.float32),
    np.array([math.nan, 1], np.float32),
    np.array([1, -math.inf], np.float32),
    [1, 2],
    None,
]
KEYS: list[Any] = ["", "x" * 1024, "x" * 1025, "é" * 512, "é" * 513, "\ud800", 7, None]
METADATA: list[Any] = [
    {},
    {"a": "x", "b": 1, "c": 1.5, "d": True, "e": ["x", 1, 2.5]},
    {"a": ("x", 1)},
    {"a": [True]},
    {"a": []},
    {"é": "日"},
    {"a": "\udfff"},
    {"a": ["\udfff"]},
    {"a": 2**63},
    {"a": -(2**63)},
    {"a": 10**400},
    {"a": math.inf},
    {"a": math.nan},
    {"a": np.float64(1.5)},
    {"a": np.float32(1.5)},
    {"a": None},
    {"a": {}},
    {1: "x"},
    {"a": "x" * 2035},
    {"a": "x" * 2036},
    {"text": "x" * 2036},
    {"text": "x" * 40_945},
    {str(place): 1 for place in range(50)},
    {str(place): 1 for place in range(51)},
]
ODD = [
    *(Record("k", vector, {"n": 1}) for vector in VECTORS),
    *(Record(key, VECTORS[0], {"n": 1}) for key in KEYS),
    *(Record("k", VECTORS[0], metadata) for metadata in METADATA),
]


def _judged(batch: list[Record], spec: IndexSpec) -> tuple[list[Record], Invalid | None]:
    """What becomes of records one by one."""
    single: list[Record] = []
    for place, record in enumerate(batch):
        try:
            single.append(check_record(record, spec, f"records[{place}]"))
        except Invalid as error:
            return single, error
    return single, None


@pytest.mark.parametrize("spec", [SPEC, FLAT])
@pytest.mark.parametrize("odd", ODD)
def test_a_chunk_is_judged_as_its_records_one_by_one(odd: Record, spec: IndexSpec) -> None:
    batch = [_usual("before", n=1), odd, _usual("after", n=2)]
    single, wrong = _judged(batch, spec)
    if wrong is not None:
        message = f"{wrong.message}; 0 records of this call were stored before"
        with pytest.raises(Invalid, match=f"^{re.escape(message)}$") as caught:
            list(checked_chunks(batch, spec))
        assert (caught.value.code, caught.value.path) == (wrong.code, wrong.path)
        return
    (chunk,) = checked_chunks(batch, spec)
    assert chunk.matrix.dtype == np.float32
    for found, wanted in zip(chunk.records(), single, strict=True):
        assert found.key == wanted.key
        assert found.vector.tobytes() == wanted.vector.tobytes()
        assert found.metadata == wanted.metadata
        assert list(map(type, found.metadata.values())) == list(map(type, wanted.metadata.values()))
    assert chunk.size == chunk.matrix.nbytes + sum(metadata_bytes(one.metadata) for one in single)


@pytest.mark.parametrize("unusual", [False, True])
def test_a_chunk_is_nobody_elses(unusual: bool) -> None:
    vector: Any = np.array([1, 2], np.float64 if unusual else np.float32)
    metadata = {"n": 1}
    (chunk,) = checked_chunks([Record("k", vector, metadata)], SPEC)
    vector[:] = 9
    metadata["n"] = 9
    assert chunk.matrix.tolist() == [[1, 2]]
    assert chunk.metadata == [{"n": 1}]
    with pytest.raises(ValueError, match="read-only"):
        chunk.matrix[0, 0] = 9


def _stream(length: int, fails: type[Exception] | None = None) -> Iterator[Chunk]:
    yield from checked_chunks((_usual(str(place)) for place in range(length)), SPEC)
    if fails is not None:
        raise fails


CHUNK_BYTES = 500 * (2 * 4 + 4)


@pytest.mark.parametrize(
    ("most", "lengths"),
    [
        (0, [[500], [500], [500], [100]]),
        (CHUNK_BYTES + 1, [[500, 500], [500, 100]]),
        (2 * CHUNK_BYTES, [[500, 500], [500, 100]]),
        (1 << 30, [[500, 500, 500, 100]]),
    ],
)
def test_chunks_that_come_quickly_go_together(most: int, lengths: list[list[int]]) -> None:
    assert [[len(chunk) for chunk in some] for some in together(_stream(1600), most)] == lengths


def test_metadata_may_count_for_more() -> None:
    most = CHUNK_BYTES + 1  # of which metadata are a third
    assert [len(some) for some in together(_stream(2000), most, weight=1)] == [2, 2]
    assert [len(some) for some in together(_stream(2000), most, weight=2)] == [1, 1, 1, 1]


def test_chunks_that_come_slowly_go_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(time, "monotonic", count().__next__)
    assert [len(some) for some in together(_stream(1600), 1 << 30)] == [1, 1, 1, 1]


def test_chunks_before_an_error_are_given_out_first() -> None:
    lists = together(_stream(700, ZeroDivisionError), 1 << 30)
    assert [len(chunk) for chunk in next(lists)] == [500, 200]
    with pytest.raises(ZeroDivisionError):
        next(lists)
