"""Columns of a Parquet file as records: a key, a vector, and metadata of all the others.

A column ``metadata`` of JSON objects (as Sensorium writes it) or of structs is taken apart; any other column is one
metadata key. Nulls are left out, times become ISO 8601 text, decimals numbers.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pyarrow.types as kinds

from sensorium.errors import Invalid
from sensorium.exchange import arrow
from sensorium.types import Record

KEYS = ("key", "id")
VECTORS = ("vector", "embedding")
_WHOLE = "metadata"


class Columns:
    """Which column of a file is what."""

    def __init__(self, schema: Any, name: str, key: str | None, vector: str | None, without: Sequence[str]) -> None:
        """Invalid where a column is missing or of a type that a record cannot hold."""
        self._name = name
        self._schema = schema
        for column in without:
            self._field(column, "--without")
        self._key = self._chosen(key, KEYS, "--key")
        self.vector = self._chosen(vector, VECTORS, "--vector")
        self._metadata = [one for one in schema.names if one not in {self._key, self.vector, *without}]
        kind = arrow.plain(self._field(self._key, "--key").type)
        if not (arrow.is_text(kind) or kinds.is_integer(kind)):
            raise self._bad(self._key, "keys are text or whole numbers", kind)
        kind = arrow.plain(self._field(self.vector, "--vector").type)
        if not arrow.is_list(kind) or not kinds.is_floating(kind.value_type):
            raise self._bad(self.vector, "vectors are lists of floats", kind)
        self.dim: int | None = kind.list_size if kinds.is_fixed_size_list(kind) else None
        """Numbers of a vector, where the column's type says so."""
        for column in self._metadata:
            kind = arrow.plain(self._field(column, "").type)
            if not (arrow.is_value(kind) or (column == _WHOLE and kinds.is_struct(kind))):
                rule = "metadata are text, numbers, booleans, times, or lists of these; leave it out with --without"
                raise self._bad(column, rule, kind)

    @property
    def names(self) -> list[str]:
        """The columns that are read."""
        return [self._key, self.vector, *self._metadata]

    def lengths(self, batch: Any) -> list[int | None]:
        """How many numbers each vector of a batch has; None for a null."""
        lengths: list[int | None] = arrow.storage(batch.column(self.vector)).value_lengths().to_pylist()
        return lengths

    def records(self, batch: Any, first: int) -> Iterator[Record]:
        """The records of a batch whose first row has that number. Raises Invalid for a row without key or vector."""
        keys = arrow.values(batch.column(self._key))
        vectors = self._vectors(batch, first)
        metadata: list[dict[str, Any]] = [{} for _ in keys]
        for column in self._metadata:
            for place, value in enumerate(self._values(batch, column, first)):
                if value is None:
                    continue
                if column == _WHOLE and isinstance(value, str | dict):
                    metadata[place].update(self._taken_apart(value, first + place))
                else:
                    metadata[place][column] = value
        for place, (key, vector, held) in enumerate(zip(keys, vectors, metadata, strict=True)):
            if key is None:
                raise Invalid(f"its column {self._key!r} is null", code="key", path=f"row {first + place}")
            yield Record(str(key), vector, held)

    def _values(self, batch: Any, column: str, first: int) -> list[Any]:
        array = batch.column(column)
        try:
            return arrow.values(array)
        except (ValueError, OverflowError):  # a time beyond Python's: find it
            for place in range(len(array)):
                try:
                    arrow.values(array[place : place + 1])
                except (ValueError, OverflowError) as error:
                    message = f"the time in its column {column!r} cannot be read; leave it out with --without ({error})"
                    raise Invalid(message, code="column", path=f"row {first + place}") from error
            raise

    def _vectors(self, batch: Any, first: int) -> Iterator[Any]:
        array = arrow.storage(batch.column(self.vector))
        if array.null_count:
            place = first + array.is_null().to_pylist().index(True)
            raise Invalid(f"its column {self.vector!r} is null", code="vector_values", path=f"row {place}")
        with np.errstate(over="ignore", under="ignore"):
            numbers = array.flatten().to_numpy(zero_copy_only=False).astype(np.float32, copy=False)
        fixed = kinds.is_fixed_size_list(array.type)
        lengths = [array.type.list_size] * len(array) if fixed else array.value_lengths().to_pylist()
        at = 0
        for length in lengths:
            yield numbers[at : at + length]
            at += length

    def _taken_apart(self, value: str | dict[str, Any], row: int) -> dict[str, Any]:
        try:
            found = json.loads(value) if isinstance(value, str) else value
        except (ValueError, RecursionError):
            found = None
        if not isinstance(found, dict):
            message = f"its column {_WHOLE!r} is no JSON object; rename the column, or leave it out with --without"
            raise Invalid(message, code="metadata_object", path=f"row {row}")
        return found

    def _chosen(self, wanted: str | None, usual: Sequence[str], flag: str) -> str:
        if wanted is not None:
            self._field(wanted, flag)
            return wanted
        for name in usual:
            if name in self._schema.names:
                return name
        message = f"{self._name} has no column {' or '.join(map(repr, usual))}: say which it is with {flag}"
        raise Invalid(f"{message}; its columns are {self._listed()}", code="column", path=flag)

    def _field(self, column: str, flag: str) -> Any:
        found = self._schema.names.count(column)
        if found != 1:
            what = "no column" if not found else f"{found} columns"
            message = f"{self._name} has {what} {column!r}; its columns are {self._listed()}"
            raise Invalid(message, code="column", path=flag)
        return self._schema.field(column)

    def _listed(self) -> str:
        return ", ".join(f"{field.name} ({field.type})" for field in self._schema)

    def _bad(self, column: str, rule: str, kind: Any) -> Invalid:
        return Invalid(f"{self._name}: the column {column!r} is of type {kind}; {rule}", code="column", path=column)
