"""Serials stay with their records through compactions."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import numpy as np
import pytest

from sensorium.errors import Corrupt
from sensorium.stores.embedded import schema
from sensorium.stores.embedded.serials import Serials


def slots(*values: int) -> np.ndarray:
    return np.array(values, np.int64)


FRESH = Serials(slots(), 0)


def test_at_first_a_serial_is_the_slot() -> None:
    assert FRESH.of(slots(0, 7, 3)).tolist() == [0, 7, 3]
    assert FRESH.slots(slots(5, 2)).tolist() == [5, 2]
    assert FRESH.following(4, 3) == [4, 5, 6]


def test_compactions_keep_serials_and_count_on() -> None:
    once = FRESH.compacted(slots(1, 2, 5), 8)
    assert once.of(slots(0, 1, 2, 3, 4)).tolist() == [1, 2, 5, 8, 9]
    assert once.slots(slots(5, 0, 9, 1, 7, 8)).tolist() == [2, 0, 4, 3]  # 0 and 7 were left behind
    assert once.following(3, 2) == [8, 9]
    twice = once.compacted(slots(2, 4), 6)
    assert twice.of(slots(0, 1, 2)).tolist() == [5, 9, 11]
    assert twice.slots(slots(1, 5, 8, 9, 10, 11, 12)).tolist() == [0, 1, 2, 3]
    assert once.compacted(slots(), 3).slots(slots(1, 2, 5, 8)).tolist() == [0]


def test_random_compactions_never_mix_records_up() -> None:
    chance = np.random.default_rng(1)
    serials, records, written = FRESH, [], 0
    for _ in range(40):
        for _ in range(int(chance.integers(0, 9))):
            records.append(written)
            written += 1
        places = np.arange(len(records))
        assert serials.of(places).tolist() == records
        assert serials.slots(np.array(records, np.int64)).tolist() == places.tolist()
        kept = np.flatnonzero(chance.random(len(records)) < 0.8)
        serials = serials.compacted(kept, len(records))
        records = [records[place] for place in kept]


def test_they_are_stored_and_damage_is_told() -> None:
    with closing(sqlite3.connect(":memory:")) as connection:
        schema.write(connection)
        assert Serials.read(connection).after == 0
        FRESH.compacted(slots(1, 4), 9).write(connection)
        found = Serials.read(connection)
        assert (found.kept.tolist(), found.after) == ([1, 4], 9)
        connection.execute("UPDATE serials SET kept = x'0102'")
        with pytest.raises(Corrupt, match="serials"):
            Serials.read(connection)
