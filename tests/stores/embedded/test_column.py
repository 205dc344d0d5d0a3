"""Values as they arrive, and frozen; which rows hold what is tested with the values."""

from __future__ import annotations

import pytest

from sensorium import filter
from sensorium.stores.embedded.column import Column
from sensorium.stores.embedded.strings import Strings


def test_each_element_of_a_list_has_a_lane_up_to_the_last() -> None:
    column = Column()
    column.add([0, 1, 2], [["b", "a", 1], "c", list("abcdefghij")])
    values = column.values()
    assert [view.size for view in values.strings] == [3, 2, 1, 1, 1, 1, 1, 3]
    assert values.strings[-1].rows().tolist() == [2, 2, 2]
    assert [view.rows().tolist() for view in values.numbers] == [[0]]


def test_frozen_strings_are_numbered_in_their_order() -> None:
    column = Column()
    column.add(range(6), ["b", "", "é", "a", ["b", "😀"], 1.5])
    arriving, frozen = column.values(), column.frozen()
    assert isinstance(frozen.texts, Strings)
    assert [frozen.texts[code].decode() for code in range(len(frozen.texts))] == ["", "a", "b", "é", "😀"]
    assert frozen.strings[0].values.tolist() == [2, 0, 3, 1, 2]
    assert frozen.strings[1].values.tolist() == [4]
    assert frozen.numbers == arriving.numbers
    assert arriving.strings[0].values[:5].tolist() == [0, 1, 2, 3, 0], "which stays as it was"


@pytest.mark.parametrize("number", [2**64, 10**300, 10**400])
def test_numbers_are_float64(number: int) -> None:
    column = Column()
    column.add([0, 1], [number, 2**53 + 1])
    column.add([2, 3], [[1, -number], "a"])
    wanted = [filter.number(number), 2.0**53, 1.0]
    assert column.values().numbers[0].at(3).values.tolist() == wanted
    assert column.values().numbers[1].at(3).values.tolist() == [filter.number(-number)]


def test_codes_take_the_room_they_need() -> None:
    for count, size in ((256, 1), (257, 2)):
        column = Column()
        column.add(range(count), [f"{row}" for row in range(count)])
        assert column.frozen().strings[0].values.dtype.itemsize == size
