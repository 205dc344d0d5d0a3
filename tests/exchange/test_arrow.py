"""Arrow's types and values as metadata can hold them."""

from __future__ import annotations

import decimal

import pyarrow as pa
import pytest

from sensorium.exchange import arrow


@pytest.mark.parametrize(
    ("kind", "fine"),
    [
        (pa.string(), True),
        (pa.string_view(), True),
        (pa.uint64(), True),
        (pa.float16(), True),
        (pa.bool_(), True),
        (pa.date64(), True),
        (pa.time32("s"), True),
        (pa.decimal128(10, 2), True),
        (pa.null(), True),
        (pa.list_(pa.string()), True),
        (pa.list_(pa.dictionary(pa.int8(), pa.string())), True),
        (pa.binary(), False),
        (pa.duration("s"), False),
        (pa.struct([("a", pa.int8())]), False),
        (pa.map_(pa.string(), pa.string()), False),
        (pa.list_(pa.list_(pa.int8())), False),
        (pa.list_(pa.binary()), False),
    ],
)
def test_what_metadata_can_hold(kind: pa.DataType, fine: bool) -> None:
    assert arrow.is_value(kind) is fine


def test_dictionaries_and_extensions_are_what_they_hold() -> None:
    words = pa.array(["a", None, "a"]).dictionary_encode()
    assert arrow.plain(words.type) == pa.string()
    assert arrow.values(words) == ["a", None, "a"]
    extended = pa.ExtensionArray.from_storage(pa.json_(), pa.array(['{"a": 1}', None]))
    assert arrow.plain(extended.type) == pa.string()
    assert arrow.values(extended) == ['{"a": 1}', None]


def test_numbers_keep_their_kind() -> None:
    assert [type(value) for value in arrow.values(pa.array([decimal.Decimal("1.0"), decimal.Decimal("1.5")]))] == [
        int,
        float,
    ]
    assert arrow.values(pa.array([1.0])) == [1.0]
    assert type(arrow.values(pa.array([1.0]))[0]) is float
