"""Which column is what, and what becomes metadata."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from sensorium.errors import Invalid
from sensorium.exchange.columns import Columns
from sensorium.types import Record

VECTORS = pa.array([[1.0, 2.0], [3.0, 4.0]])


def read(
    columns: dict[str, Any], key: str | None = None, vector: str | None = None, without: tuple[str, ...] = ()
) -> list[Record]:
    table = pa.table(columns)
    chosen = Columns(table.schema, "f.parquet", key, vector, without)
    return [record for batch in table.select(chosen.names).to_batches() for record in chosen.records(batch, 1)]


def test_columns_are_found_by_their_usual_names_or_chosen() -> None:
    columns = {"id": [1, 2], "embedding": VECTORS, "other": [[5.0], [6.0]], "name": ["a", "b"]}
    assert [(one.key, one.vector.tolist()) for one in read(columns)] == [("1", [1, 2]), ("2", [3, 4])]
    found = read(columns, key="name", vector="other", without=("embedding",))
    assert [(one.key, one.vector.tolist(), dict(one.metadata)) for one in found] == [
        ("a", [5], {"id": 1}),
        ("b", [6], {"id": 2}),
    ]
    assert read({"id": [1, 2], "key": ["a", "b"], "vector": VECTORS})[0].key == "a"


@pytest.mark.parametrize(
    "values",
    [
        VECTORS,
        VECTORS.cast(pa.list_(pa.float32())),
        VECTORS.cast(pa.large_list(pa.float16())),
        VECTORS.cast(pa.list_(pa.float64(), 2)),
        VECTORS.cast(pa.list_(pa.float32(), 2)),
    ],
)
def test_vectors_may_be_any_list_of_floats(values: Any) -> None:
    found = read({"key": pa.array(["a", "b"], pa.large_string()), "vector": values})
    assert [one.vector.tolist() for one in found] == [[1, 2], [3, 4]]
    assert found[0].vector.dtype == np.float32


def test_metadata_of_every_kind() -> None:
    noon = datetime.datetime(2026, 11, 21, 12, 30, 0, 500)
    columns = {
        "key": ["a", "b"],
        "vector": VECTORS,
        "text": ["x", None],
        "whole": [1, 2],
        "real": [1.0, None],
        "yes": [True, False],
        "day": [datetime.date(2026, 11, 21), None],
        "time": pa.array([noon, None], pa.timestamp("us")),
        "fine": pa.array([noon, None], pa.timestamp("ns")),
        "zone": pa.array([noon, None], pa.timestamp("ms", "UTC")),
        "clock": [datetime.time(1, 2, 3), None],
        "price": [decimal.Decimal("9.50"), decimal.Decimal("3.00")],
        "kind": pa.array(["cat", "dog"]).dictionary_encode(),
        "words": [["x", "y"], []],
        "numbers": [[1, 2], None],
        "days": [[datetime.date(2026, 1, 2)], None],
        "nothing": pa.nulls(2),
    }
    first, second = read(columns)
    assert dict(first.metadata) == {
        "text": "x",
        "whole": 1,
        "real": 1.0,
        "yes": True,
        "day": "2026-11-21",
        "time": "2026-11-21T12:30:00.000500",
        "fine": "2026-11-21T12:30:00.000500",
        "zone": "2026-11-21T12:30:00+00:00",
        "clock": "01:02:03",
        "price": 9.5,
        "kind": "cat",
        "words": ["x", "y"],
        "numbers": [1, 2],
        "days": ["2026-01-02"],
    }
    assert dict(second.metadata) == {"whole": 2, "yes": False, "price": 3, "kind": "dog", "words": []}
    assert [type(first.metadata[name]) for name in ("whole", "real", "yes")] == [int, float, bool]


def test_a_column_of_metadata_is_taken_apart() -> None:
    texts = {"key": ["a", "b"], "vector": VECTORS, "metadata": ['{"n": 1, "l": ["x"]}', None], "more": [1, 2]}
    assert [dict(one.metadata) for one in read(texts)] == [{"n": 1, "l": ["x"], "more": 1}, {"more": 2}]
    structs = {"key": ["a", "b"], "vector": VECTORS, "metadata": [{"n": 1, "s": None}, {"n": None, "s": "x"}]}
    assert [dict(one.metadata) for one in read(structs)] == [{"n": 1}, {"s": "x"}]
    with pytest.raises(Invalid, match="no JSON object") as caught:
        read({"key": ["a", "b"], "vector": VECTORS, "metadata": ["{}", "hello"]})
    assert caught.value.path == "row 2"


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"vector": VECTORS}, "no column 'key' or 'id': say which it is with --key; its columns are vector"),
        ({"key": ["a", "b"]}, "say which it is with --vector"),
        ({"key": [1.5, 2.5], "vector": VECTORS}, "'key' is of type double; keys are text or whole numbers"),
        ({"key": ["a", "b"], "vector": ["x", "y"]}, "'vector' is of type string; vectors are lists of floats"),
        ({"key": ["a", "b"], "vector": [["x"], ["y"]]}, "vectors are lists of floats"),
        ({"key": ["a", "b"], "vector": VECTORS, "raw": [b"x", b"y"]}, "'raw' is of type binary; .*--without"),
        ({"key": ["a", "b"], "vector": VECTORS, "box": [{"x": 1}, {"x": 2}]}, "'box' is of type struct"),
        ({"key": ["a", "b"], "vector": VECTORS, "deep": [[[1]], [[2]]]}, "'deep' is of type list<"),
        ({"key": ["a", None], "vector": VECTORS}, "its column 'key' is null"),
        ({"key": ["a", "b"], "vector": [[1.0], None]}, "its column 'vector' is null"),
    ],
)
def test_what_no_record_can_hold_is_named(columns: dict[str, Any], message: str) -> None:
    with pytest.raises(Invalid, match=message):
        read(columns)


def test_a_column_that_is_not_there_is_named() -> None:
    columns = {"key": ["a", "b"], "vector": VECTORS}
    for wrong in ({"key": "k"}, {"vector": "k"}, {"without": ("k",)}):
        with pytest.raises(Invalid, match=r"has no column 'k'; its columns are key \(string\), vector"):
            read(columns, **wrong)


def test_what_is_left_out_may_be_of_any_type() -> None:
    (first, _) = read({"key": ["a", "b"], "vector": VECTORS, "raw": [b"x", b"y"]}, without=("raw",))
    assert dict(first.metadata) == {}


@pytest.mark.parametrize(
    "values",
    [
        pa.array([[1000], [1234567891234567891]], pa.list_(pa.timestamp("ns"))),
        pa.array([0, 2**60], pa.timestamp("s")),
        pa.array([0, 2**31 - 1], pa.date32()),
    ],
)
def test_times_that_python_cannot_hold_are_named(values: Any) -> None:
    with pytest.raises(Invalid, match=r"'when'.*--without") as raised:
        read({"key": ["a", "b"], "vector": VECTORS, "when": values})
    assert raised.value.path == "row 2"


def test_metadata_that_is_nested_too_deeply_is_named() -> None:
    deep = "[" * 100_000
    with pytest.raises(Invalid, match="no JSON object"):
        read({"key": ["a", "b"], "vector": VECTORS, "metadata": ["{}", deep]})
