"""The values under one key; what they mean together is tested with the columns."""

from __future__ import annotations

import numpy as np
import pytest

from sensorium.filter import Op, Operand
from sensorium.stores.embedded.column import Column


@pytest.fixture
def column() -> Column:
    column = Column()
    for row, value in enumerate(["a", 1, True, ["a", 2, "b", 3], [], 2.0, "ab"]):
        column.add(row, value)
    column.add(9, "late")
    column.flush()
    return column


@pytest.mark.parametrize(
    ("op", "operand", "rows"),
    [
        (Op.EQ, "a", [0, 3]),
        (Op.NE, "a", [0, 3]),
        (Op.EQ, 1, [1]),
        (Op.EQ, True, [2]),
        (Op.IN, ("b", 1, True), [1, 2, 3]),
        (Op.NIN, (2,), [3, 5]),
        (Op.GT, 1, [3, 5]),
        (Op.LTE, 1, [1]),
        (Op.STARTS_WITH, "a", [0, 3, 6]),
        (Op.STARTS_WITH, "", [0, 3, 6, 9]),
        (Op.EQ, "nowhere", []),
    ],
)
def test_rows_that_hold_a_value(column: Column, op: Op, operand: Operand, rows: list[int]) -> None:
    assert np.flatnonzero(column.holding(op, operand, 10)).tolist() == rows
    assert np.flatnonzero(column.holding(op, operand, 4)).tolist() == [row for row in rows if row < 4]


def test_rows_that_have_the_key(column: Column) -> None:
    assert np.flatnonzero(column.present(11)).tolist() == [0, 1, 2, 3, 4, 5, 6, 9]
    assert np.flatnonzero(column.present(2)).tolist() == [0, 1]


def test_long_lists_are_searched_to_the_end() -> None:
    column = Column()
    column.add(0, [f"s{n}" for n in range(100)] + list(range(100)))
    column.add(1, ["s99", 99])
    column.add(2, ["s5"])
    column.flush()
    assert column.holding(Op.EQ, "s99", 3).tolist() == [True, True, False]
    assert column.holding(Op.EQ, "s5", 3).tolist() == [True, False, True]
    assert column.holding(Op.GTE, 99, 3).tolist() == [True, True, False]
    assert column.holding(Op.EQ, 50, 3).tolist() == [True, False, False]


@pytest.mark.parametrize("count", [1, 2, 16, 17, 400])
def test_however_many_values_are_looked_for(count: int) -> None:
    column = Column()
    for row in range(1_000):
        column.add(row, f"{row % 500}" if row % 2 else row % 500)
    column.flush()
    wanted = {value * 7 % 500 for value in range(count)}
    found = column.holding(Op.IN, tuple(wanted) + tuple(map(str, wanted)), 1_000)
    assert np.flatnonzero(found).tolist() == [row for row in range(1_000) if row % 500 in wanted]
