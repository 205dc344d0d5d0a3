"""Arrow's types and values as metadata can hold them."""

from __future__ import annotations

import datetime
import decimal
from typing import Any

import pyarrow as pa
import pyarrow.types as kinds


def plain(kind: Any) -> Any:
    """A type without its extension and without a dictionary."""
    if isinstance(kind, pa.BaseExtensionType):
        kind = kind.storage_type
    return kind.value_type if kinds.is_dictionary(kind) else kind


def storage(array: Any) -> Any:
    """An array of the type that :func:`plain` says."""
    if isinstance(array, pa.ExtensionArray):
        array = array.storage
    return array.dictionary_decode() if isinstance(array, pa.DictionaryArray) else array


def is_text(kind: Any) -> bool:
    return bool(kinds.is_string(kind) or kinds.is_large_string(kind) or kinds.is_string_view(kind))


def is_list(kind: Any) -> bool:
    return bool(kinds.is_list(kind) or kinds.is_large_list(kind) or kinds.is_fixed_size_list(kind))


def is_value(kind: Any) -> bool:
    """Whether metadata can hold values of a type, as they are or as :func:`values` gives them."""
    return _is_scalar(kind) or bool(kinds.is_null(kind)) or (is_list(kind) and _is_scalar(plain(kind.value_type)))


def values(array: Any) -> list[Any]:
    """Python's values: times as ISO 8601, decimals as numbers, None for nulls."""
    array = storage(array)
    if kinds.is_timestamp(array.type) and array.type.unit == "ns":
        array = array.cast(pa.timestamp("us", array.type.tz), safe=False)  # what Python can hold
    return [_value(value) for value in array.to_pylist()]


def _is_scalar(kind: Any) -> bool:
    number = kinds.is_integer(kind) or kinds.is_floating(kind) or kinds.is_decimal(kind) or kinds.is_boolean(kind)
    time = (kinds.is_timestamp(kind) or kinds.is_date(kind)) or (kinds.is_time(kind) and kind != pa.time64("ns"))
    return bool(number or time or is_text(kind))


def _value(value: Any) -> Any:
    match value:
        case datetime.date() | datetime.time():
            return value.isoformat()
        case decimal.Decimal():
            return int(value) if value == value.to_integral_value() else float(value)
        case list():
            return [_value(item) for item in value]
        case dict():
            return {key: _value(held) for key, held in value.items() if held is not None}
        case _:
            return value
