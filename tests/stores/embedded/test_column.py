"""Values as they arrive, and frozen; which rows hold what is tested with the values."""

from __future__ import annotations

from sensorium.stores.embedded.column import Column
from sensorium.stores.embedded.strings import Strings


def test_queued_values_show_after_a_flush() -> None:
    column = Column()
    column.add(0, ["b", "a", 1])
    assert column.values().strings[0].size == 0
    column.flush()
    first, second = column.values().strings
    assert (first.size, second.size, column.values().numbers[0].size) == (1, 1, 1)


def test_frozen_strings_are_numbered_in_their_order() -> None:
    column = Column()
    for row, value in enumerate(["b", "", "é", "a", ["b", "😀"], 1.5]):
        column.add(row, value)
    column.flush()
    arriving, frozen = column.values(), column.frozen()
    assert isinstance(frozen.texts, Strings)
    assert [frozen.texts[code].decode() for code in range(len(frozen.texts))] == ["", "a", "b", "é", "😀"]
    assert frozen.strings[0].values.tolist() == [2, 0, 3, 1, 2]
    assert frozen.strings[1].values.tolist() == [4]
    assert frozen.numbers == arriving.numbers
    assert arriving.strings[0].values[:5].tolist() == [0, 1, 2, 3, 0], "which stays as it was"


def test_codes_take_the_room_they_need() -> None:
    for count, size in ((256, 1), (257, 2)):
        column = Column()
        for row in range(count):
            column.add(row, f"{row}")
        column.flush()
        assert column.frozen().strings[0].values.dtype.itemsize == size
