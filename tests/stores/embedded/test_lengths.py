"""Lengths of texts are stored in blocks and read back from any place."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing

import numpy as np
import pytest

from sensorium.errors import Corrupt
from sensorium.stores.embedded import lengths, schema


@pytest.fixture
def connection() -> Iterator[sqlite3.Connection]:
    with closing(sqlite3.connect(":memory:")) as connection:
        schema.write(connection)
        yield connection


@pytest.mark.parametrize("step", [1, 7, 500, 1024, 5000])
def test_what_is_appended_is_read(connection: sqlite3.Connection, step: int) -> None:
    wanted = np.random.default_rng(step).integers(0, 2**32, 2600 if step > 1 else 1100, np.uint32)
    for start in range(0, len(wanted), step):
        lengths.append(connection, 3, wanted[start : start + step])
        lengths.append(connection, 4, [1])
    assert lengths.stored(connection, 3) == len(wanted)
    assert lengths.stored(connection, 4) == len(range(0, len(wanted), step))
    for first in (0, 1, 1023, 1024, 1025, len(wanted) - 1, len(wanted)):
        assert lengths.read(connection, 3, first).tolist() == wanted[first:].tolist()


def test_blocks_are_full_but_for_the_last(connection: sqlite3.Connection) -> None:
    for _ in range(3):
        lengths.append(connection, 1, [9] * 700)
    sizes = [size for (size,) in connection.execute("SELECT length(data) FROM lengths ORDER BY block")]
    assert sizes == [4096, 4096, 2100 * 4 - 8192]


def test_what_is_removed_is_gone(connection: sqlite3.Connection) -> None:
    assert lengths.stored(connection, 1) == 0
    lengths.append(connection, 1, [])
    assert lengths.read(connection, 1).tolist() == []
    lengths.append(connection, 1, [1, 2])
    lengths.remove(connection, 1)
    assert lengths.stored(connection, 1) == 0


@pytest.mark.parametrize(
    "damage",
    ["DELETE FROM lengths WHERE block = 0", "UPDATE lengths SET data = x'010203'", "UPDATE lengths SET data = 5"],
)
def test_blocks_that_are_not_whole_are_damage(connection: sqlite3.Connection, damage: str) -> None:
    lengths.append(connection, 1, [1] * 1500)
    connection.execute(damage)
    with pytest.raises((Corrupt, TypeError)):
        lengths.read(connection, 1)
