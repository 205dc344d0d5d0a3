"""Which rows hold a value: the same of values that arrive and of frozen ones. What they mean is tested with columns."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from operator import eq, ge, gt, le, lt

import numpy as np
import pytest

from sensorium.filter import Op, Operand
from sensorium.stores.embedded.column import Column
from sensorium.stores.embedded.strings import Strings
from sensorium.stores.embedded.values import Values, holding, present

Made = Callable[[Iterable[tuple[int, object]]], Values]


@pytest.fixture(params=["arriving", "frozen"])
def made(request: pytest.FixtureRequest) -> Made:
    """``made([(row, value), …])``"""

    def make(rows: Iterable[tuple[int, object]]) -> Values:
        column = Column()
        some = list(rows)
        column.add([row for row, _ in some], [value for _, value in some])
        return column.frozen() if request.param == "frozen" else column.values()

    return make


def held(values: Values, op: Op, operand: Operand, rows: int) -> list[int]:
    mask = np.ones(rows, np.bool_)
    holding(values, op, operand, mask)
    return np.flatnonzero(mask).tolist()


def there(values: Values, rows: int) -> list[int]:
    mask = np.ones(rows, np.bool_)
    present(values, mask)
    return np.flatnonzero(mask).tolist()


MIXED = [*enumerate(["a", 1, True, ["a", 2, "b", 3], [], 2.0, "ab"]), (9, "late")]


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
        (Op.GTE, 3, [3]),
        (Op.LT, 2, [1]),
        (Op.LTE, 1, [1]),
        (Op.STARTS_WITH, "a", [0, 3, 6]),
        (Op.STARTS_WITH, "", [0, 3, 6, 9]),
        (Op.STARTS_WITH, "b", [3]),
        (Op.STARTS_WITH, "l", [9]),
        (Op.EQ, "nowhere", []),
        (Op.STARTS_WITH, "nowhere", []),
        (Op.EQ, "\ud800", []),
        (Op.STARTS_WITH, "\udfff", []),
    ],
)
def test_rows_that_hold_a_value(made: Made, op: Op, operand: Operand, rows: list[int]) -> None:
    values = made(MIXED)
    assert held(values, op, operand, 10) == rows
    assert held(values, op, operand, 4) == [row for row in rows if row < 4]


def test_rows_that_have_the_key(made: Made) -> None:
    values = made(MIXED)
    assert there(values, 11) == [0, 1, 2, 3, 4, 5, 6, 9]
    assert there(values, 2) == [0, 1]


def test_long_lists_are_searched_to_the_end(made: Made) -> None:
    values = made([(0, [f"s{n}" for n in range(100)] + list(range(100))), (1, ["s99", 99]), (2, ["s5"])])
    assert held(values, Op.EQ, "s99", 3) == [0, 1]
    assert held(values, Op.EQ, "s5", 3) == [0, 2]
    assert held(values, Op.GTE, 99, 3) == [0, 1]
    assert held(values, Op.EQ, 50, 3) == [0]


@pytest.mark.parametrize("count", [1, 2, 16, 17, 400])
def test_however_many_values_are_looked_for(made: Made, count: int) -> None:
    values = made((row, f"{row % 500}" if row % 2 else row % 500) for row in range(1_000))
    wanted = {value * 7 % 500 for value in range(count)}
    found = held(values, Op.IN, tuple(wanted) + tuple(map(str, wanted)), 1_000)
    assert found == [row for row in range(1_000) if row % 500 in wanted]


@pytest.mark.parametrize("most", [200, 60_000, 4_000_000_000, 2**33])
@pytest.mark.parametrize("spoilt", [None, 0.5, -1])
def test_whole_numbers_of_any_width(made: Made, most: int, spoilt: float | None) -> None:
    """They are compared as numbers are, whatever they are compared with, and spoilt by one that is none of them."""
    numbers = [0, 1, 7, most // 2, most, *([] if spoilt is None else [spoilt])]
    values = made(enumerate(numbers))
    operands = (-2, -1, -0.5, 0, -0.0, 0.5, 1, 6.5, 7, 200, 255, 256, 60_000, 65_535.5, 2**32, 2**33, 2**70, 1e308)
    for operand in operands:
        for op, true in {Op.EQ: eq, Op.GT: gt, Op.GTE: ge, Op.LT: lt, Op.LTE: le}.items():
            expected = [row for row, one in enumerate(numbers) if true(one, operand)]
            assert held(values, op, operand, len(numbers)) == expected, (op, operand)
    assert held(values, Op.IN, (0.5, most, 7, 2**70), len(numbers)) == [
        row for row, one in enumerate(numbers) if one in (0.5, most, 7)
    ]
    assert there(values, len(numbers)) == list(range(len(numbers)))
    dtype = values.numbers[0].values.dtype
    if isinstance(values.texts, Strings) and spoilt is None and most < 2**32:
        assert dtype == {200: np.uint8, 60_000: np.uint16}.get(most, np.uint32)
    else:
        assert dtype == np.float64


def test_many_numbers_of_all_kinds(made: Made) -> None:
    """Zeros of both signs are equal; fractions and the largest numbers are found."""
    wanted = (-0.0, 2.5, 1e308, -7.0, *(1e6 + n for n in range(20_000)))
    held_by_row = [0.0, -0.0, 2.5, 2.25, 1e308, -1e308, -7, 7, 1_000_019, 999_999, *(n + 0.5 for n in range(9_990))]
    values = made(enumerate(held_by_row))
    expected = [row for row, value in enumerate(held_by_row) if value in wanted]
    assert held(values, Op.IN, wanted, len(held_by_row)) == expected == [0, 1, 2, 4, 6, 8, 12]
    assert held(values, Op.IN, wanted[1:], len(held_by_row)) == [2, 4, 6, 8, 12]


@pytest.mark.parametrize("count", [17, 60, 20_000])
def test_numbers_that_share_a_hash_are_all_found(made: Made, count: int) -> None:
    """Of so many at random some do: they are looked for in tables of their own, or one after the other."""
    rng = np.random.default_rng(count)
    numbers = rng.random(2 * count)
    values = made(enumerate([0.0, *numbers.tolist()]))
    assert held(values, Op.IN, tuple(numbers[:count].tolist()), 2 * count + 1) == list(range(1, count + 1))


@pytest.mark.parametrize("count", [1, 2, 17, 400])
def test_values_of_every_row(made: Made, count: int) -> None:
    """Where each row owns one entry the mask is written at once."""
    values = made((row, f"{row % 500:03}") for row in range(1_000))
    for wanted in (range(count), range(500 - count, 500), range(0, count, 2)):
        expected = [row for row in range(1_000) if row % 500 in wanted]
        assert held(values, Op.IN, tuple(f"{value:03}" for value in wanted), 1_000) == expected
    assert held(values, Op.STARTS_WITH, "1", 1_000) == [row for row in range(1_000) if 100 <= row % 500 < 200]
    assert held(values, Op.STARTS_WITH, "", 1_000) == list(range(1_000))
