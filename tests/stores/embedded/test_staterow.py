"""The state row keeps a specification whole and tells any change."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from sensorium.errors import Corrupt
from sensorium.stores.base import IndexSpec, Language, TextKey
from sensorium.stores.embedded import schema
from sensorium.stores.embedded.staterow import StateRow, spec_of, spec_text
from sensorium.types import Metric

SPEC = IndexSpec(
    "bucket",
    "name",
    12,
    Metric.EUCLIDEAN,
    frozenset({"текст", "b"}),
    (TextKey("b", Language.KOREAN), TextKey("a")),
    "model@1",
    12.5,
)
ROW = StateRow(5, 1, 20, 15, 5, 0, b"0123456789abcdef", spec_text(SPEC))


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:", isolation_level=None)) as connection:
        connection.text_factory = bytes
        schema.write(connection)
        yield connection


def test_a_specification_comes_back_as_it_was() -> None:
    assert spec_of(spec_text(SPEC)) == SPEC
    assert spec_of(spec_text(IndexSpec("b", "n", 1))) == IndexSpec("b", "n", 1)


def test_a_row_comes_back_and_replaces_the_one_before(connection: sqlite3.Connection) -> None:
    ROW.write(connection)
    later = ROW._replace(seq=6, slots=21)
    later.write(connection)
    assert StateRow.read(connection, Path("x")) == later
    assert connection.execute("SELECT count(*) FROM state").fetchone() == (1,)


@pytest.mark.parametrize("column", ["seq", "generation", "slots", "records", "deaths", "dropped", "state_check"])
@pytest.mark.parametrize("value", [77, None, "x"])
def test_any_change_is_told(connection: sqlite3.Connection, column: str, value: object) -> None:
    ROW.write(connection)
    connection.execute("PRAGMA ignore_check_constraints = 1")
    if value is not None:
        connection.execute(f"UPDATE state SET {column} = ?", (value,))
    else:
        connection.execute("UPDATE state SET spec = replace(spec, 'model@1', 'model@2')")
    with pytest.raises(Corrupt, match="state row fails its checksum"):
        StateRow.read(connection, Path("x"))


def test_a_missing_row_is_told(connection: sqlite3.Connection) -> None:
    with pytest.raises(Corrupt, match="state row is missing"):
        StateRow.read(connection, Path("x"))


def test_text_keys_of_the_first_format_are_read() -> None:
    text = spec_text(IndexSpec("b", "n", 1)).replace(b'"text_keys": []', '"text_keys": ["текст", "a"]'.encode())
    assert spec_of(text).text_keys == (TextKey("текст"), TextKey("a"))
